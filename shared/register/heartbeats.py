"""When what must happen again and again happened last: an outside check looks here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from shared.register.database import Database, insert_missing
from shared.register.schema import heartbeats

#: the planner's
PLAN = "plan"
#: the daily retention function's
PURGE = "purge"


class Heartbeats:
    """The register's signs of life."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def beat(self, name: str) -> None:
        """It happens now."""
        with self._database.write() as connection:
            now = self._database.clock()
            if not insert_missing(connection, heartbeats, {"name": name}, {"at": now}):
                connection.execute(update(heartbeats).where(heartbeats.c.name == name).values(at=now))

    def last(self, name: str) -> datetime | None:
        """When it happened last; None: never."""
        with self._database.read() as connection:
            return connection.scalar(select(heartbeats.c.at).where(heartbeats.c.name == name))
