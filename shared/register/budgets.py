"""What may still be asked of Exact today: the licence's budget, its blocks, and the limits last seen."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, select, update

from shared.register.database import Database, insert_missing
from shared.register.schema import division_limits, licence_blocks, licence_days


class Budgets:
    """Calls reserved before they are made. Days are UTC days, as Exact counts them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def allowance(self, host: str, division: int, licence: str, wanted: int, licence_budget: int) -> int:
        """Reserve up to `wanted` of the licence's `licence_budget` calls of today; how many, 0 when used up.

        A division whose licence is not known yet counts by itself.
        """
        key = self._today(host, division, licence)
        left = licence_budget - licence_days.c.used
        granted = case((left < wanted, left), else_=wanted)
        reserved = update(licence_days).where(_is(key), left > 0)
        with self._database.write() as connection:
            insert_missing(connection, licence_days, key, {"used": 0, "granted": 0})
            changed = reserved.values(used=licence_days.c.used + granted, granted=granted)
            return connection.execute(changed.returning(licence_days.c.granted)).scalar_one_or_none() or 0

    def give_back(self, host: str, division: int, licence: str, unused: int) -> None:
        """Return what was reserved today and not called."""
        left = licence_days.c.used - unused
        returned = update(licence_days).where(_is(self._today(host, division, licence)))
        with self._database.write() as connection:
            connection.execute(returned.values(used=case((left < 0, 0), else_=left)))

    def limits(self, host: str, division: int) -> str | None:
        """The limits `save_limits` kept; None when there are none yet."""
        own = (division_limits.c.host == host, division_limits.c.division == division)
        with self._database.read() as connection:
            return connection.scalar(select(division_limits.c.limits).where(*own))

    def save_limits(self, host: str, division: int, limits: str) -> None:
        """Keep what the last reply's headers said, as JSON, for the next worker."""
        own = (division_limits.c.host == host, division_limits.c.division == division)
        with self._database.write() as connection:
            if not insert_missing(
                connection, division_limits, {"host": host, "division": division}, {"limits": limits}
            ):
                connection.execute(update(division_limits).where(*own).values(limits=limits))

    def block_licence(self, host: str, licence: str, until: datetime) -> None:
        """Nobody reads with this licence before `until`; the later of two blocks counts."""
        own = (licence_blocks.c.host == host, licence_blocks.c.licence == licence, licence_blocks.c.until < until)
        with self._database.write() as connection:
            if not insert_missing(connection, licence_blocks, {"host": host, "licence": licence}, {"until": until}):
                connection.execute(update(licence_blocks).where(*own).values(until=until))

    def licence_blocked(self, host: str, licence: str) -> datetime | None:
        """When the block ends; None when there is none."""
        own = (licence_blocks.c.host == host, licence_blocks.c.licence == licence)
        with self._database.read() as connection:
            query = select(licence_blocks.c.until).where(*own)
            return connection.scalar(query.where(licence_blocks.c.until > self._database.clock()))

    def _today(self, host: str, division: int, licence: str) -> dict[str, str | date]:
        day = self._database.clock().date()
        return {"host": host, "licence": licence or f"division {division}", "day": day}


def _is(key: dict[str, str | date]) -> ColumnElement[bool]:
    return and_(*(licence_days.c[name] == value for name, value in key.items()))
