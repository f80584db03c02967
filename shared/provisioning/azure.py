"""Tenants' databases in Azure: made and dropped over ARM, and looked at before the first row and after the last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from shared.errors import Broken, Cause, RetryLater
from shared.provisioning.arm import PoolDatabases
from shared.provisioning.protocol import database_name
from shared.register import Tenant

#: days for which a database can be turned back, and what is left of them when it is dropped
RETENTION_DAYS, LAST_DAYS = 7, 1
ONLINE = "Online"


class AzureProvisioner:
    """Makes databases in elastic pools. `pool_of` gives the databases of the pool that the register names of a tenant.

    `redundancy`: "Local" or "Zone"; never in another region (promise REGION).
    """

    def __init__(self, pool_of: Callable[[Tenant], PoolDatabases], redundancy: str) -> None:
        self._pool_of = pool_of
        self._redundancy = redundancy

    def provision(self, tenant: Tenant) -> None:
        """Make the database and see that it is kept as promised. Raises Broken(DATABASE_UNSAFE) when it is not."""
        pool, name = self._pool_of(tenant), database_name(tenant)
        found = pool.find(name)
        if found is None:
            pool.create(name, self._redundancy)
            raise RetryLater(Cause.DATABASE_BUSY, f"database {name} is being made")
        if found.status != ONLINE or not found.redundancy:
            raise RetryLater(Cause.DATABASE_BUSY, f"database {name} is {found.status or 'being made'}")
        if found.redundancy != self._redundancy:
            raise _unsafe(name, f"its backups are {found.redundancy}, not {self._redundancy}")
        _keep(pool, name, RETENTION_DAYS)
        if pool.kept_for_long(name):
            raise _unsafe(name, "a long-term policy keeps its backups")
        if not pool.encrypted(name):
            raise _unsafe(name, "it is not encrypted at rest")

    def exists(self, tenant: Tenant) -> bool:
        """Whether it is there."""
        return self._pool_of(tenant).find(database_name(tenant)) is not None

    def drop(self, tenant: Tenant) -> None:
        """Shorten the retention of its backups, see that it is short, then delete: afterwards nobody can."""
        pool, name = self._pool_of(tenant), database_name(tenant)
        if pool.find(name) is None:
            return
        _keep(pool, name, LAST_DAYS)
        pool.delete(name)
        if pool.find(name) is not None:
            raise RetryLater(Cause.DATABASE_BUSY, f"database {name} is being dropped")

    def backups_until(self, tenant: Tenant) -> date | None:
        """The day on which the last backup of the dropped database expires."""
        dropped = self._pool_of(tenant).dropped(database_name(tenant))
        return max(dropped).date() + timedelta(days=LAST_DAYS) if dropped else None


def _keep(pool: PoolDatabases, name: str, days: int) -> None:
    """Have backups kept so many days. Raises RetryLater until ARM says that they are."""
    if pool.retention_days(name) == days:
        return
    pool.keep_backups(name, days)
    if (kept := pool.retention_days(name)) != days:
        raise RetryLater(Cause.DATABASE_BUSY, f"database {name}: backups are kept {kept} days, not yet {days}")


def _unsafe(name: str, why: str) -> Broken:
    return Broken(Cause.DATABASE_UNSAFE, f"database {name}: {why}")
