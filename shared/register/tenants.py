"""Tenants: their dates, what is due, and the tombstone that refuses a purged one for good."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import batched

from sqlalchemy import Connection, func, insert, or_, select, update

from shared import lifecycle
from shared.errors import Cause, Refused
from shared.register.burial import bury
from shared.register.database import Database, insert_missing
from shared.register.living import any_tenant, change, living, reschedule, unpurged
from shared.register.rows import Asker, Due, Tenant
from shared.register.schema import tenants

#: ids name secrets, containers and files, so they keep to what all of these allow
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
#: SQL Server takes 2,100 parameters in a statement
BATCH = 1000


class Tenants:
    """The register's tenants."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, tenant: str, host: str, database: str, interval_minutes: int = 60, place: str = "") -> Tenant:
        """Register a new customer. Raises Refused(PURGED | BAD_REQUEST) for an id or database used before."""
        for word, name in (("tenant", tenant), ("database", database)):
            if not NAME.fullmatch(name):
                raise Refused(Cause.BAD_REQUEST, f"{word} {name!r}: use 1 to 63 of a-z, 0-9 and - (not at the ends)")
        if interval_minutes < 1:
            raise Refused(Cause.BAD_REQUEST, f"interval {interval_minutes}: use at least 1 minute")
        row = {"tenant": tenant, "host": host, "database": database, "place": place}
        with self._database.write() as connection:
            _refuse_used(connection, tenant, database)
            connection.execute(insert(tenants).values(**row, interval_minutes=interval_minutes, run=0, run_open=False))
            return living(connection, tenant)

    def get(self, tenant: str) -> Tenant:
        """Find one. Raises Refused(UNKNOWN_TENANT | PURGED)."""
        with self._database.read() as connection:
            return living(connection, tenant)

    def list(self) -> Sequence[Tenant]:
        """All, tombstones too, by id."""
        with self._database.read() as connection:
            return [Tenant(**row) for row in connection.execute(select(tenants).order_by(tenants.c.tenant)).mappings()]

    def places(self) -> dict[str, int]:
        """How many databases each place has."""
        query = select(tenants.c.place, func.count()).where(tenants.c.purged_on.is_(None)).group_by(tenants.c.place)
        with self._database.read() as connection:
            return {row.place: row[1] for row in connection.execute(query)}

    def start_trial(self, tenant: str, day: date) -> bool:
        """Start the trial on the local day `day`, only if there was none yet; whether it did."""
        with self._database.write() as connection:
            if living(connection, tenant).trial_from is not None:
                return False
            change(connection, tenant, trial_from=day)
            reschedule(connection, tenant, self._database.clock())
            return True

    def set_contract(self, tenant: str, first: date, last: date | None) -> Tenant:
        """Set the contract's first and last local day (None: no end agreed).

        One that follows on the stored one prolongs it. Raises Refused(BAD_REQUEST) for days that cannot be.
        """
        with self._database.write() as connection:
            now = self._database.clock()
            stored = living(connection, tenant)
            if stored.erase_on is not None:
                detail = f"tenant {tenant}: is erased on {stored.erase_on}; take that back first"
                raise Refused(Cause.ERASE_REQUESTED, detail)
            first = _first_day(stored, first, last, lifecycle.local_day(now))
            change(connection, tenant, contract_from=first, contract_to=last)
            reschedule(connection, tenant, now)
            return living(connection, tenant)

    def end(self, tenant: str, last: date) -> Tenant:
        """Have the running trial or contract end with the local day `last`; the purge follows by itself.

        Raises Refused(BAD_REQUEST) for a day that is over, or where nothing runs that could end then.
        """
        with self._database.write() as connection:
            now = self._database.clock()
            stored = living(connection, tenant)
            first, ends = _running(stored, lifecycle.local_day(now), last)
            if ends is not None and last > ends:
                raise Refused(Cause.BAD_REQUEST, f"tenant {tenant}: ends on {ends} already, before {last}")
            change(connection, tenant, contract_from=first, contract_to=last)
            reschedule(connection, tenant, now)
            return living(connection, tenant)

    def erase(self, tenant: str, day: date, asked_by: Asker) -> Tenant:
        """Have everything deleted on the local day `day`, and read nothing more until then.

        The earlier of two days counts. Raises Refused(BAD_REQUEST) for a day that is over.
        """
        with self._database.write() as connection:
            now = self._database.clock()
            stored = living(connection, tenant)
            if day < lifecycle.local_day(now):
                raise Refused(Cause.BAD_REQUEST, f"tenant {tenant}: {day} is over; erase today or later")
            if stored.erase_on is None or day < stored.erase_on:
                change(connection, tenant, erase_on=day, erase_asked_by=asked_by)
                reschedule(connection, tenant, now)
            return living(connection, tenant)

    def take_back(self, tenant: str, asked_by: Asker) -> Tenant:
        """Take a request for erasure back, before its day: life goes on where it was.

        A customer takes back only what the customer asked for. Raises Refused(BAD_REQUEST).
        """
        with self._database.write() as connection:
            now = self._database.clock()
            stored = living(connection, tenant)
            if stored.erase_on is None or (asked_by == "customer" and stored.erase_asked_by != "customer"):
                raise Refused(Cause.BAD_REQUEST, f"tenant {tenant}: there is no request to take back")
            if stored.purge_at is not None and stored.purge_at <= now:
                raise Refused(Cause.BAD_REQUEST, f"tenant {tenant}: is being erased, that cannot be taken back")
            change(connection, tenant, erase_on=None, erase_asked_by="")
            reschedule(connection, tenant, now)
            return living(connection, tenant)

    def reschedule(self, tenant: str) -> Tenant:
        """Compute `next_sync_at` and `purge_at` anew from the stored dates."""
        with self._database.write() as connection:
            reschedule(connection, tenant, self._database.clock())
            return living(connection, tenant)

    def wake(self, tenant: str, now: datetime) -> bool:
        """Make the tenant due at `now` when the lifecycle allows it then; whether it did."""
        with self._database.write() as connection:
            if not lifecycle.may_sync(living(connection, tenant).dates, now):
                return False
            change(connection, tenant, next_sync_at=now)
            return True

    def stretch(self, tenant: str, minutes: int) -> None:
        """Keep runs at least so far apart, whatever interval is wanted: more would not fit the budget."""
        with self._database.write() as connection:
            change(connection, tenant, stretched_minutes=minutes)

    def tombstone(self, tenant: str, day: date) -> None:
        """Refuse this id from now on and for good. Its run, grant and invitations end here: the user is free again."""
        with self._database.write() as connection:
            bury(connection, living(connection, tenant), day, self._database.clock())

    def lost(self, tenant: str, host: str, database: str, day: date) -> None:
        """Put up the tombstone of a tenant that a restored register no longer knows."""
        row = {"tenant": tenant, "host": host, "database": database, "interval_minutes": 60, "purged_on": day}
        with self._database.write() as connection:
            insert_missing(
                connection,
                tenants,
                {"tenant": tenant},
                {**row, "run": 0, "run_open": False, "stretched_minutes": 0, "erase_asked_by": "", "place": ""},
            )

    def buried(self, tenant: str) -> Tenant:
        """Find one, tombstones too. Raises Refused(UNKNOWN_TENANT)."""
        with self._database.read() as connection:
            return any_tenant(connection, tenant)

    def due(self, now: datetime, limit: int = BATCH) -> Sequence[Due]:
        """Tenants to plan, the longest due first: one query over one index, however many tenants there are."""
        columns = (tenants.c.tenant, tenants.c.run, tenants.c.run_open)
        query = select(*columns).where(tenants.c.next_sync_at <= now).order_by(tenants.c.next_sync_at).limit(limit)
        with self._database.read() as connection:
            return [Due(*row) for row in connection.execute(query)]

    def postpone(self, sent: Sequence[str], until: datetime) -> None:
        """Look at these tenants again at `until`; one statement per thousand.

        Nothing comes earlier by it: where the run ended meanwhile, the date its end set stays.
        """
        with self._database.write() as connection:
            for names in batched(sent, BATCH, strict=False):
                waiting = (tenants.c.tenant.in_(names), tenants.c.next_sync_at < until)
                connection.execute(update(tenants).where(*waiting).values(next_sync_at=until))


def _refuse_used(connection: Connection, tenant: str, database: str) -> None:
    used = select(tenants).where(or_(tenants.c.tenant == tenant, tenants.c.database == database))
    for row in connection.execute(used).mappings():
        unpurged(row)
        raise Refused(Cause.BAD_REQUEST, f"tenant {row['tenant']} is there already, with database {row['database']}")


def _running(stored: Tenant, today: date, last: date) -> tuple[date, date | None]:
    """The first and last day of what runs today: a trial that is ended early becomes a contract of the same days."""
    where = f"tenant {stored.tenant}"
    if stored.erase_on is not None:
        raise Refused(Cause.ERASE_REQUESTED, f"{where}: is erased on {stored.erase_on}")
    if last < today:
        raise Refused(Cause.BAD_REQUEST, f"{where}: {last} is over; what was read since cannot be unread")
    for period in lifecycle.periods(stored.dates):
        if period.holds(today) and period.first <= last:
            return period.first, period.last
    raise Refused(Cause.BAD_REQUEST, f"{where}: nothing runs that could end on {last}")


def _first_day(stored: Tenant, first: date, last: date | None, today: date) -> date:
    """The first day to store: the older contract's where the new one follows it without a gap."""
    where = f"tenant {stored.tenant}"
    if last is not None and last < first:
        raise Refused(Cause.BAD_REQUEST, f"{where}: a contract from {first} cannot end on {last}")
    purge = lifecycle.purge_at(stored.dates)
    if purge is not None and first >= lifecycle.local_day(purge):
        raise Refused(Cause.BAD_REQUEST, f"{where}: is purged on {lifecycle.local_day(purge)}, not after {first}")
    old_first, old_last = stored.contract_from, stored.contract_to
    if old_first is None or first <= old_first:
        return first
    if old_last is None or first <= old_last + timedelta(days=1):
        return old_first
    if today <= old_last:
        raise Refused(Cause.BAD_REQUEST, f"{where}: its contract runs to {old_last}; enter one from {first} after that")
    return first
