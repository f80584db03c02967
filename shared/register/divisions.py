"""Divisions: what the grant lists, and which of them the tenant chose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, case, select, true, update

from shared.errors import Cause, Refused
from shared.lifecycle import division_purge_at, local_day
from shared.register.database import Database, insert_missing
from shared.register.living import living
from shared.register.rows import Division, Listed
from shared.register.schema import divisions, purges


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
            _refuse_purging(connection, tenant, wanted)
            own = divisions.c.tenant == tenant
            out = (own, divisions.c.chosen == true(), divisions.c.division.not_in(wanted))
            purge_at = division_purge_at(local_day(self._database.clock()))
            connection.execute(update(divisions).where(*out).values(chosen=False, purge_at=purge_at))
            back = (own, divisions.c.division.in_(wanted))
            connection.execute(update(divisions).where(*back).values(chosen=True, purge_at=None))

    def erase(self, tenant: str, division: int, at: datetime) -> None:
        """Have a division that is no longer read deleted at `at`, if that is sooner than it would be.

        Raises Refused(BAD_REQUEST) for one that is read, or that nothing is stored of.
        """
        with self._database.write() as connection:
            living(connection, tenant)
            sooner = (divisions.c.tenant == tenant, divisions.c.division == division, divisions.c.purge_at.is_not(None))
            earlier = case((divisions.c.purge_at < at, divisions.c.purge_at), else_=at)
            if connection.execute(update(divisions).where(*sooner).values(purge_at=earlier)).rowcount == 0:
                raise Refused(
                    Cause.BAD_REQUEST, f"tenant {tenant}: division {division} was not taken out, or is erased already"
                )

    def of(self, tenant: str) -> list[Division]:
        """All of one tenant, by code."""
        with self._database.read() as connection:
            return _of(connection, tenant)

    def chosen(self, tenant: str) -> list[Division]:
        """Those to be read, listed or not, by code."""
        return [division for division in self.of(tenant) if division.chosen]


def _refuse_purging(connection: Connection, tenant: str, wanted: set[int]) -> None:
    going = select(purges.c.division).where(purges.c.tenant == tenant, purges.c.ended_at.is_(None))
    if gone := sorted(wanted.intersection(connection.scalars(going))):
        raise Refused(
            Cause.BAD_REQUEST, f"tenant {tenant}: division {gone} is being erased; choose it again after that"
        )


def _of(connection: Connection, tenant: str) -> list[Division]:
    query = select(divisions).where(divisions.c.tenant == tenant).order_by(divisions.c.division)
    return [Division(**row) for row in connection.execute(query).mappings()]


def _save(connection: Connection, tenant: str, host: str, row: Listed) -> None:
    key = {"tenant": tenant, "division": row.division}
    seen = {"host": host, "listed": True, "status": row.status, "blocking": row.blocking, "licence": row.licence}
    if not insert_missing(connection, divisions, key, {**seen, "chosen": False}):
        own = (divisions.c.tenant == tenant, divisions.c.division == row.division)
        connection.execute(update(divisions).where(*own).values(**seen))
