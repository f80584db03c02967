"""What makes tenants' databases; nothing else may (rule 15). Every step is repeatable, a crash between two is safe."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from shared.errors import Cause, Refused
from shared.register import Tenant
from shared.register.tenants import NAME


class Provisioner(Protocol):
    """Where tenants' databases are made, each named by the register's `database` of its tenant."""

    def provision(self, tenant: Tenant) -> None:
        """Make the tenant's database, empty; one that is there stays as it is.

        Raises RetryLater while it is being made; the message comes back. Returns when it may take its first row.
        """

    def exists(self, tenant: Tenant) -> bool:
        """Whether it is there, by a fresh look."""

    def drop(self, tenant: Tenant) -> None:
        """Delete it for good; nothing happens where there is none. Raises RetryLater while it is being deleted."""

    def backups_until(self, tenant: Tenant) -> date | None:
        """The last day (UTC) on which a backup of the dropped database can be restored; None when there is none."""


def database_name(tenant: Tenant) -> str:
    """The name of the tenant's database. Raises Refused(BAD_REQUEST) for one that no register would hold."""
    if not NAME.fullmatch(tenant.database):
        raise Refused(Cause.BAD_REQUEST, f"tenant {tenant.tenant}: {tenant.database!r} is no name of a database")
    return tenant.database
