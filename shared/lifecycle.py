"""A tenant's life as calendar days: dates decide, not flags. Pure: no clock, no database.

All days are days in Europe/Amsterdam, first and last day inclusive; all moments are aware UTC. Two periods
allow reading: the trial (30 days from the first consent) and the contract. Once the contract has begun the
trial no longer counts. 30 days after the end everything is deleted; a contract that begins on that day or
later comes too late: a returning customer is a new tenant.

Two things end reading at once, whatever the periods say: an erasure that was asked for (everything goes on its day,
or on the regular one if that comes first) and a consent withdrawn at Exact (a new consent lets it go on).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from shared.errors import Cause

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TRIAL_DAYS = 30
KEPT_DAYS = 30  #: full days between the last day of reading and the purge
THINKING_DAYS = 3  #: full days a customer has to take a request for erasure back


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """All that decides what may be done for a tenant."""

    trial_from: date | None = None  #: local day of the first consent
    contract_from: date | None = None
    contract_to: date | None = None  #: inclusive; None with a contract_from: no end agreed
    erase_on: date | None = None  #: day on which an erasure that was asked for is due
    withdrawn_on: date | None = None  #: day the consent was withdrawn at Exact; a new consent clears it
    purged_on: date | None = None  #: day the purge began; from then on there is no way back


class State(Enum):
    """Where a tenant is in its life."""

    INVITED = "invited"
    TRIAL = "trial"
    ACTIVE = "active"
    ENDED = "ended"
    ERASE_REQUESTED = "erase-requested"
    PURGED = "purged"


#: states in which nothing is read, and why
_REFUSALS = {
    State.INVITED: Cause.NOT_STARTED,
    State.ENDED: Cause.ENDED,
    State.ERASE_REQUESTED: Cause.ERASE_REQUESTED,
    State.PURGED: Cause.PURGED,
}


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
    if dates.erase_on is not None:
        return State.ERASE_REQUESTED
    begun = [period for period in periods(dates) if period.first <= today]
    if not begun:
        return State.INVITED
    return begun[-1].state if begun[-1].holds(today) else State.ENDED


def refusal(dates: Dates, now: datetime) -> Cause | None:
    """Why the books may not be read at the moment `now`; None when they may."""
    stands = state(dates, local_day(now))
    if stands in _REFUSALS:
        return _REFUSALS[stands]
    return Cause.CONSENT_WITHDRAWN if dates.withdrawn_on is not None else None


def may_sync(dates: Dates, now: datetime) -> bool:
    """Whether the books may be read at the moment `now`."""
    return refusal(dates, now) is None


def may_refresh(dates: Dates, now: datetime) -> bool:
    """Whether tokens may be refreshed: only while reading is allowed. A pause is shorter than a token's 30 days."""
    return may_sync(dates, now)


def last_day(dates: Dates) -> date | None:
    """The last local day of reading; None while none is known (not started, no end agreed)."""
    known = periods(dates)
    return known[-1].last if known else None


def purge_at(dates: Dates) -> datetime | None:
    """When everything is to be deleted; None: never, as far as is known."""
    day = purge_day(dates)
    return midnight(day) if day else None


def purge_day(dates: Dates) -> date | None:
    """The local day at whose first moment everything is to be deleted; None: never, as far as is known."""
    if dates.purged_on is not None:
        return None
    known = periods(dates)
    regular = _purge_day(known[-1]) if known and known[-1].last else None
    return min((day for day in (regular, dates.erase_on) if day), default=None)


def thought_over(asked_on: date) -> date:
    """The day on which an erasure the customer asked for on `asked_on` is due: three full days lie between."""
    return asked_on + timedelta(days=THINKING_DAYS + 1)


def division_purge_at(taken_out_on: date) -> datetime:
    """When the rows of a division that was taken out on that local day are to be deleted."""
    return midnight(taken_out_on + timedelta(days=KEPT_DAYS + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a customer is shown of these dates, and what they may do."""

    state: State
    reading: bool  #: new data still arrives
    stored: bool  #: reports and data are there, and may be taken along
    last_day: date | None
    purge_on: date | None
    may_ask_erasure: bool
    may_take_back: bool  #: the request for erasure


def view(dates: Dates, now: datetime) -> View:
    """What the customer sees at the moment `now`."""
    stands, purge = state(dates, local_day(now)), purge_at(dates)
    stored = stands is not State.PURGED and (purge is None or now < purge)
    asked = stands is State.ERASE_REQUESTED
    return View(
        state=stands,
        reading=may_sync(dates, now),
        stored=stored,
        last_day=last_day(dates),
        purge_on=purge_day(dates),
        may_ask_erasure=stored and not asked,
        may_take_back=stored and asked,
    )


def next_sync_at(dates: Dates, tenant: str, after: datetime, interval_minutes: int) -> datetime | None:
    """The tenant's first due time later than `after` on which reading is allowed; None when there is none.

    Due times repeat every `interval_minutes`, at a second of the interval that the tenant's id decides, so
    that the load is spread.
    """
    if dates.erase_on is not None or dates.withdrawn_on is not None:
        return None
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
