"""A tenant's life as calendar days: dates decide, not flags. Pure: no clock, no database.

All days are days in Europe/Amsterdam, first and last day inclusive; all moments are aware UTC. Two periods
allow reading: the trial (30 days from the first consent) and the contract. Once the contract has begun the
trial no longer counts. 30 days after the end everything is deleted; a contract that begins on that day or
later comes too late: a returning customer is a new tenant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TRIAL_DAYS = 30
KEPT_DAYS = 30  #: full days between the last day of reading and the purge


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """All that decides what may be done for a tenant."""

    trial_from: date | None = None  #: local day of the first consent
    contract_from: date | None = None
    contract_to: date | None = None  #: inclusive; None with a contract_from: no end agreed
    purged_on: date | None = None


class State(Enum):
    """Where a tenant is in its life."""

    INVITED = "invited"
    TRIAL = "trial"
    ACTIVE = "active"
    ENDED = "ended"
    PURGED = "purged"


@dataclass(frozen=True, slots=True)
class Period:
    """Days in a row on which the books may be read."""

    state: State
    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        """Whether `day` lies in it."""
        return self.first <= day and (self.last is None or day <= self.last)


def local_day(now: datetime) -> date:
    """The calendar day in Amsterdam at the moment `now`."""
    return now.astimezone(AMSTERDAM).date()


def midnight(day: date) -> datetime:
    """The moment `day` begins in Amsterdam."""
    return datetime.combine(day, time(), AMSTERDAM).astimezone(UTC)


def periods(dates: Dates) -> list[Period]:
    """The periods of reading in their order; empty before anything began and after the purge."""
    if dates.purged_on is not None:
        return []
    trial, contract = _trial(dates), _contract(dates)
    if trial and contract and contract.first >= _purge_day(trial):
        return [trial]
    return [period for period in (trial, contract) if period]


def state(dates: Dates, today: date) -> State:
    """Where a tenant with these dates is on the local day `today`."""
    if dates.purged_on is not None:
        return State.PURGED
    begun = [period for period in periods(dates) if period.first <= today]
    if not begun:
        return State.INVITED
    return begun[-1].state if begun[-1].holds(today) else State.ENDED


def may_sync(dates: Dates, now: datetime) -> bool:
    """Whether the books may be read at the moment `now`."""
    return state(dates, local_day(now)) in {State.TRIAL, State.ACTIVE}


def may_refresh(dates: Dates, now: datetime) -> bool:
    """Whether tokens may be refreshed: only while reading is allowed. A pause is shorter than a token's 30 days."""
    return may_sync(dates, now)


def last_day(dates: Dates) -> date | None:
    """The last local day of reading; None while none is known (not started, no end agreed)."""
    known = periods(dates)
    return known[-1].last if known else None


def purge_at(dates: Dates) -> datetime | None:
    """When everything is to be deleted; None: never, as far as is known."""
    known = periods(dates)
    return midnight(_purge_day(known[-1])) if known and known[-1].last else None


def next_sync_at(dates: Dates, tenant: str, after: datetime, interval_minutes: int) -> datetime | None:
    """The tenant's first due time later than `after` on which reading is allowed; None when there is none.

    Due times repeat every `interval_minutes`, at a second of the interval that the tenant's id decides, so
    that the load is spread.
    """
    for opens, closes in _windows(dates):
        slot = _slot(tenant, max(after, opens - timedelta(microseconds=1)), interval_minutes * 60)
        if closes is None or slot < closes:
            return slot
    return None


def _trial(dates: Dates) -> Period | None:
    """The trial, cut off where the contract begins; None when nothing of it is left."""
    if dates.trial_from is None:
        return None
    last = dates.trial_from + timedelta(days=TRIAL_DAYS - 1)
    if dates.contract_from is not None:
        last = min(last, dates.contract_from - timedelta(days=1))
    return Period(State.TRIAL, dates.trial_from, last) if dates.trial_from <= last else None


def _contract(dates: Dates) -> Period | None:
    if dates.contract_from is None:
        return None
    return Period(State.ACTIVE, dates.contract_from, dates.contract_to)


def _purge_day(period: Period) -> date:
    return (period.last or date.max - timedelta(days=KEPT_DAYS + 1)) + timedelta(days=KEPT_DAYS + 1)


def _windows(dates: Dates) -> Iterator[tuple[datetime, datetime | None]]:
    """Each period as moments: from its first midnight up to, not including, the midnight after its last day."""
    for period in periods(dates):
        yield midnight(period.first), midnight(period.last + timedelta(days=1)) if period.last else None


def _slot(tenant: str, after: datetime, seconds: int) -> datetime:
    """The first moment later than `after` that is the tenant's own within an interval of `seconds`."""
    own = int.from_bytes(hashlib.sha256(tenant.encode()).digest()[:8]) % seconds
    passed = (after.astimezone(UTC) - datetime.fromtimestamp(own, UTC)) // timedelta(seconds=seconds)
    return datetime.fromtimestamp(own + (passed + 1) * seconds, UTC)
