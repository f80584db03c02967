"""The embedded default: one SQLite file per tenant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from shared.streams import STORED
from shared.streams.model import Stream
from shared.warehouse.derived import Derived
from shared.warehouse.sqlite.connection import Connection
from shared.warehouse.sqlite.connection import create as create_sqlite
from shared.warehouse.sqlite.warehouse import SqliteWarehouse

__all__ = ["SqliteWarehouse", "create_sqlite", "open_sqlite"]

#: how long a worker waits for another one's page to be written
BUSY_SECONDS = 5.0


def open_sqlite(
    path: Path,
    *,
    release: str,
    clock: Callable[[], datetime],
    streams: Iterable[Stream] = STORED,
    derived: Derived | None = None,
    busy_seconds: float = BUSY_SECONDS,
) -> SqliteWarehouse:
    """Open a tenant's database that is there. `clock` gives aware UTC. Raises Broken(DATABASE_MISSING).

    `derived`: the views that `migrate` sees to besides the tables.
    """
    connection = Connection(path, busy_seconds)
    return SqliteWarehouse(connection, tuple(streams), release=release, clock=clock, derived=derived)
