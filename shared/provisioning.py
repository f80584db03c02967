"""Makes and drops a tenant's own database; nothing else may (rule 15). Every step is repeatable."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from shared.errors import Broken, Cause, Refused
from shared.register import Tenant
from shared.register.tenants import NAME
from shared.warehouse.sqlite import create_sqlite

#: what SQLite keeps beside a database: the log of what is not in it yet, and that log's index
COMPANIONS = ("", "-wal", "-shm")


class Provisioner(Protocol):
    """Where tenants' databases are made, each named by the register's `database` of its tenant."""

    def provision(self, tenant: Tenant) -> None:
        """Make the tenant's database, empty; one that is there stays as it is."""

    def exists(self, tenant: Tenant) -> bool:
        """Whether it is there, by a fresh look."""

    def drop(self, tenant: Tenant) -> None:
        """Delete it for good; nothing happens where there is none."""


class SqliteProvisioner:
    """One file per tenant in `folder`, which only its owner may enter."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, tenant: Tenant) -> Path:
        """The tenant's file. Raises Refused(BAD_REQUEST) for a name that could lead out of the folder."""
        if not NAME.fullmatch(tenant.database):
            raise Refused(Cause.BAD_REQUEST, f"tenant {tenant.tenant}: {tenant.database!r} is no name of a database")
        return self._folder / f"{tenant.database}.sqlite3"

    def provision(self, tenant: Tenant) -> None:
        """Make the file. Raises RetryLater(DATABASE_BUSY) while another process makes it, Broken where it cannot be."""
        path = self.path(tenant)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():
                create_sqlite(path)
        except OSError as error:
            raise _unusable(path, error) from error

    def exists(self, tenant: Tenant) -> bool:
        """Whether the file is there."""
        return self.path(tenant).is_file()

    def drop(self, tenant: Tenant) -> None:
        """Delete the file and what SQLite keeps beside it. Raises Broken where it cannot be."""
        path = self.path(tenant)
        try:
            for companion in COMPANIONS:
                path.with_name(path.name + companion).unlink(missing_ok=True)
        except OSError as error:
            raise _unusable(path, error) from error


def _unusable(path: Path, error: OSError) -> Broken:
    return Broken(Cause.DATABASE_UNUSABLE, f"{path}: {type(error).__name__}")
