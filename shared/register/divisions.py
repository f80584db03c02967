"""Divisions: what the grant lists, and which of them the tenant chose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select, update

from shared.errors import Cause, Refused
from shared.register.database import Database, insert_missing
from shared.register.living import living
from shared.register.rows import Division, Listed
from shared.register.schema import divisions


class Divisions:
    """The divisions of each tenant's grant."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_listed(self, tenant: str, host: str, rows: Sequence[Listed]) -> None:
        """Store what `system/Divisions` listed; the others stay, marked as not listed. New ones are not chosen."""
        with self._database.write() as connection:
            living(connection, tenant)
            connection.execute(update(divisions).where(divisions.c.tenant == tenant).values(listed=False))
            for row in rows:
                _save(connection, tenant, host, row)

    def choose(self, tenant: str, chosen: Iterable[int]) -> None:
        """Read these divisions and no others. Raises Refused(BAD_REQUEST) for a code that is not listed."""
        wanted = set(chosen)
        with self._database.write() as connection:
            living(connection, tenant)
            listed = {row.division for row in _of(connection, tenant) if row.listed}
            if unlisted := sorted(wanted - listed):
                raise Refused(
                    Cause.BAD_REQUEST, f"tenant {tenant}: Exact does not list division {unlisted} for this user"
                )
            own = divisions.c.tenant == tenant
            connection.execute(update(divisions).where(own).values(chosen=False))
            for division in sorted(wanted):
                connection.execute(update(divisions).where(own, divisions.c.division == division).values(chosen=True))

    def of(self, tenant: str) -> list[Division]:
        """All of one tenant, by code."""
        with self._database.read() as connection:
            return _of(connection, tenant)

    def chosen(self, tenant: str) -> list[Division]:
        """Those to be read, listed or not, by code."""
        return [division for division in self.of(tenant) if division.chosen]


def _of(connection: Connection, tenant: str) -> list[Division]:
    query = select(divisions).where(divisions.c.tenant == tenant).order_by(divisions.c.division)
    return [Division(**row) for row in connection.execute(query).mappings()]


def _save(connection: Connection, tenant: str, host: str, row: Listed) -> None:
    key = {"tenant": tenant, "division": row.division}
    seen = {"host": host, "listed": True, "status": row.status, "blocking": row.blocking, "licence": row.licence}
    if not insert_missing(connection, divisions, key, {**seen, "chosen": False}):
        own = (divisions.c.tenant == tenant, divisions.c.division == row.division)
        connection.execute(update(divisions).where(*own).values(**seen))
