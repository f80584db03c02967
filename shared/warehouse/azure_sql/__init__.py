"""Azure SQL, or any T-SQL server, as the place of tenants' databases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from shared.sql_server import Driver, Patience, Server
from shared.streams import STORED
from shared.streams.model import Stream
from shared.warehouse.azure_sql.connection import Connection
from shared.warehouse.azure_sql.pool import Pool
from shared.warehouse.azure_sql.warehouse import AzureSqlWarehouse, Lease
from shared.warehouse.derived import Derived

__all__ = ["AzureSqlWarehouse", "Pool", "open_azure_sql"]


def open_azure_sql(
    server: Server,
    database: str,
    *,
    pool: Pool,
    patience: Patience,
    release: str,
    clock: Callable[[], datetime],
    streams: Iterable[Stream] = STORED,
    derived: Derived | None = None,
) -> AzureSqlWarehouse:
    """Open a tenant's database that is there. `clock` gives aware UTC; `derived`: the views `migrate` sees to besides.

    Raises RetryLater(DATABASE_BUSY) while it wakes up or all of the pool's connections to it are in use,
    Broken(DATABASE_MISSING | DATABASE_REFUSED) naming server and database.
    """
    driver = Driver(server, database)

    def take() -> Lease:
        connection = pool.take(driver.place, partial(Connection, driver, patience))
        return Lease(connection, partial(pool.give, driver.place))

    return AzureSqlWarehouse(take, tuple(streams), release=release, clock=clock, derived=derived)
