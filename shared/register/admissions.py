"""Addresses from which a tenant's database may be opened, as the operator wants them; the worker brings them there."""

from __future__ import annotations

from sqlalchemy import delete, select

from shared.register.database import Database, insert_missing
from shared.register.living import living
from shared.register.schema import admissions


class Admissions:
    """Ranges such as "203.0.113.16/28", by tenant; who writes them has looked at them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def allow(self, tenant: str, addresses: str) -> None:
        """Let in. Raises Refused(UNKNOWN_TENANT | PURGED)."""
        with self._database.write() as connection:
            living(connection, tenant)
            insert_missing(connection, admissions, {"tenant": tenant, "addresses": addresses}, {})

    def forbid(self, tenant: str, addresses: str) -> None:
        """Let in no longer; nothing happens where they were not."""
        mine = admissions.c.tenant == tenant
        with self._database.write() as connection:
            connection.execute(delete(admissions).where(mine, admissions.c.addresses == addresses))

    def of(self, tenant: str) -> list[str]:
        """Who is let in, sorted."""
        query = select(admissions.c.addresses).where(admissions.c.tenant == tenant).order_by(admissions.c.addresses)
        with self._database.read() as connection:
            return list(connection.scalars(query))
