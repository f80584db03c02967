"""The tenants' databases of one machine, as the checks look at them: which files there are, and their columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from sqlalchemy import URL, create_engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from shared.errors import Cause, RetryLater
from shared.provisioning import SqliteProvisioner
from shared.register import Tenant

ENDING = ".sqlite3"


class DatabaseFiles:
    """Looks into the folder of a `SqliteProvisioner`, and changes nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> Collection[str]:
        """Every database there is, whoever made it."""
        return {path.name.removesuffix(ENDING) for path in self._folder.glob(f"*{ENDING}")}

    def columns(self, tenant: Tenant) -> Mapping[str, Collection[str]]:
        """Columns by table of a tenant's database. Raises RetryLater(DATABASE_BUSY) where it cannot be read."""
        path = SqliteProvisioner(self._folder).path(tenant)
        url = URL.create("sqlite", database=path.absolute().as_uri(), query={"mode": "ro", "uri": "true"})
        engine = create_engine(url)
        try:
            looking = inspect(engine)
            return {table: [each["name"] for each in looking.get_columns(table)] for table in looking.get_table_names()}
        except SQLAlchemyError as error:
            raise RetryLater(Cause.DATABASE_BUSY, f"database of {tenant.tenant}: {type(error).__name__}") from error
        finally:
            engine.dispose()
