"""The outbox: a row of the register per notice. Its key is unique, so that nothing is told twice (outbox pattern)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Column, ColumnElement, Date, Integer, Table, Unicode, and_, func, or_, select, update

from shared.errors import Cause
from shared.notices.due import Notice
from shared.notices.letters import Days, Kind
from shared.register.database import Database, insert_missing
from shared.register.schema import METADATA, Utc

notices = Table(
    "notices",
    METADATA,
    Column("tenant", Unicode(63), primary_key=True),
    Column("kind", Unicode(24), primary_key=True),
    Column("occasion", Unicode(40), primary_key=True),
    Column("last_day", Date),
    Column("purge_on", Date),
    Column("written_at", Utc, nullable=False),
    Column("claimed_until", Utc),
    Column("tries", Integer, nullable=False),
    Column("ended_at", Utc),  # sent, or given up
    Column("cause", Unicode(63), nullable=False),  # why it was given up, or not sent yet; "" when it was sent
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How one notice stands."""

    notice: Notice
    written_at: datetime
    tries: int
    ended_at: datetime | None  #: None: not sent yet
    cause: str


class Notices:
    """The register's outbox. Days and ids only; address and language lie in the vault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, wanted: Iterable[Notice]) -> None:
        """Have a row for each; one that is there stays as it is."""
        with self._database.write() as connection:
            for notice in wanted:
                key = {"tenant": notice.tenant, "kind": notice.kind.value, "occasion": notice.occasion}
                days = {"last_day": notice.days.last_day, "purge_on": notice.days.purge_on}
                fresh = {"written_at": self._database.clock(), "tries": 0, "cause": ""}
                insert_missing(connection, notices, key, {**days, **fresh})

    def waiting(self) -> list[Notice]:
        """Those not sent and not given up, the oldest first."""
        return [told.notice for told in self._those(open_only=True)]

    def of(self, tenant: str) -> list[Told]:
        """All of one tenant, the oldest first."""
        return [told for told in self._those(open_only=False) if told.notice.tenant == tenant]

    def claim(self, notice: Notice, seconds: float) -> bool:
        """Be the one that sends it, for `seconds`; False when another does, or it was sent."""
        now = self._database.clock()
        free = or_(notices.c.claimed_until.is_(None), notices.c.claimed_until <= now)
        claimed = update(notices).where(_own(notice), notices.c.ended_at.is_(None), free)
        values = {"claimed_until": now + timedelta(seconds=seconds), "tries": notices.c.tries + 1}
        with self._database.write() as connection:
            return connection.execute(claimed.values(**values)).rowcount == 1

    def end(self, notice: Notice, cause: Cause | None = None) -> None:
        """It was sent, or for a cause is given up."""
        ended = update(notices).where(_own(notice), notices.c.ended_at.is_(None))
        with self._database.write() as connection:
            connection.execute(ended.values(ended_at=self._database.clock(), cause=cause.code if cause else ""))

    def give_back(self, notice: Notice, cause: Cause) -> None:
        """It could not be sent now: the next look tries again."""
        with self._database.write() as connection:
            given = update(notices).where(_own(notice), notices.c.ended_at.is_(None))
            connection.execute(given.values(claimed_until=None, cause=cause.code))

    def count(self, tenant: str) -> int:
        """Rows of a tenant."""
        query = select(func.count()).select_from(notices).where(notices.c.tenant == tenant)
        with self._database.read() as connection:
            return connection.scalar(query) or 0

    def forget(self, tenant: str) -> None:
        """Delete a tenant's rows."""
        with self._database.write() as connection:
            connection.execute(notices.delete().where(notices.c.tenant == tenant))

    def _those(self, *, open_only: bool) -> list[Told]:
        query = select(notices).order_by(notices.c.written_at, notices.c.tenant, notices.c.kind)
        if open_only:
            query = query.where(notices.c.ended_at.is_(None))
        with self._database.read() as connection:
            return [
                Told(
                    notice=Notice(row.tenant, Kind(row.kind), row.occasion, _days(row.last_day, row.purge_on)),
                    written_at=row.written_at,
                    tries=row.tries,
                    ended_at=row.ended_at,
                    cause=row.cause,
                )
                for row in connection.execute(query)
            ]


def _own(notice: Notice) -> ColumnElement[bool]:
    key = {"tenant": notice.tenant, "kind": notice.kind.value, "occasion": notice.occasion}
    return and_(*(notices.c[name] == value for name, value in key.items()))


def _days(last_day: date | None, purge_on: date | None) -> Days:
    return Days(last_day, purge_on)
