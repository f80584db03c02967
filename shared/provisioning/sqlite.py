"""One SQLite file per tenant."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from shared.errors import Broken, Cause
from shared.provisioning.protocol import database_name
from shared.register import Tenant
from shared.warehouse.sqlite import create_sqlite

#: what SQLite keeps beside a database: the log of what is not in it yet, and that log's index
COMPANIONS = ("", "-wal", "-shm")


class SqliteProvisioner:
    """One file per tenant in `folder`, which only its owner may enter."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, tenant: Tenant) -> Path:
        """The tenant's file. Raises Refused(BAD_REQUEST) for a name that could lead out of the folder."""
        return self._folder / f"{database_name(tenant)}.sqlite3"

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

    def backups_until(self, tenant: Tenant) -> date | None:
        """None: the app makes no backups of files."""
        return None

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
