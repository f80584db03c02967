"""Which notices are due: decided from dates alone. Pure.

Each notice has a span of days in which it makes sense. Missed days are made up inside the span; after it the notice is
dropped, because what comes next says more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.lifecycle import Dates, State, last_day, local_day, periods, purge_day, state
from shared.notices.letters import Days, Kind

#: the trial's day on which each warning is due
FIRST_WARNING, SECOND_WARNING = 20, 27
#: so long before everything is deleted
PURGE_WARNING = timedelta(days=7)
READING = {State.TRIAL, State.ACTIVE}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell a tenant once: of the same kind and occasion there is only one."""

    tenant: str
    kind: Kind
    occasion: str  #: the day or moment that makes it this one and no other
    days: Days


def due(tenant: str, dates: Dates, lost_consent_of: datetime | None, now: datetime) -> list[Notice]:
    """What the tenant is to be told at `now`, told already or not.

    `lost_consent_of`: when the consent was given that no longer works; None: it works, or there never was one.
    """
    today = local_day(now)
    days = Days(last_day(dates), purge_day(dates))
    notices = [Notice(tenant, kind, occasion.isoformat(), days) for kind, occasion in _of_the_dates(dates, days, today)]
    if lost_consent_of is not None and _reading(dates, today):
        notices.append(Notice(tenant, Kind.CONSENT_NEEDED, lost_consent_of.isoformat(), days))
    return notices


def _of_the_dates(dates: Dates, days: Days, today: date) -> Iterator[tuple[Kind, date]]:
    stands, purge = state(dates, today), days.purge_on
    if stands is State.TRIAL and (begun := _ending_trial(dates)):
        number = (today - begun).days + 1
        if number >= FIRST_WARNING:
            yield (Kind.TRIAL_DAY_20 if number < SECOND_WARNING else Kind.TRIAL_DAY_27), begun
    if purge is not None and stands in {State.ENDED, State.ERASE_REQUESTED} and today < purge:
        if today >= purge - PURGE_WARNING:
            yield Kind.PURGE_SOON, purge
        elif stands is State.ENDED and days.last_day is not None:
            yield Kind.ENDED, days.last_day


def _ending_trial(dates: Dates) -> date | None:
    """The first day of a trial that no contract follows."""
    last = periods(dates)[-1]
    return last.first if last.state is State.TRIAL else None


def _reading(dates: Dates, today: date) -> bool:
    return state(dates, today) in READING
