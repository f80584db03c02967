"""Days as design §8 counts them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.errors import Cause
from shared.lifecycle import (
    AMSTERDAM,
    Dates,
    State,
    division_purge_at,
    last_day,
    local_day,
    may_refresh,
    may_sync,
    midnight,
    next_sync_at,
    purge_at,
    purge_day,
    refusal,
    state,
    thought_over,
    view,
)

TRIAL = Dates(trial_from=date(2026, 3, 1))
YEAR = Dates(trial_from=date(2026, 3, 1), contract_from=date(2026, 3, 20), contract_to=date(2026, 12, 31))
OPEN = Dates(trial_from=date(2026, 3, 1), contract_from=date(2026, 3, 20))
PAUSE = Dates(trial_from=date(2026, 3, 1), contract_from=date(2026, 4, 10), contract_to=date(2026, 12, 31))
TOO_LATE = Dates(trial_from=date(2026, 3, 1), contract_from=date(2026, 4, 30))
PURGED = Dates(trial_from=date(2026, 3, 1), contract_from=date(2026, 3, 20), purged_on=date(2026, 5, 1))


@pytest.mark.parametrize(
    ("dates", "day", "expected"),
    [
        (Dates(), date(2026, 3, 1), State.INVITED),
        (Dates(contract_from=date(2026, 3, 2)), date(2026, 3, 1), State.INVITED),
        (TRIAL, date(2026, 2, 28), State.INVITED),
        (TRIAL, date(2026, 3, 1), State.TRIAL),
        (TRIAL, date(2026, 3, 30), State.TRIAL),  # syncs through 30 March
        (TRIAL, date(2026, 3, 31), State.ENDED),
        (YEAR, date(2026, 3, 19), State.TRIAL),
        (YEAR, date(2026, 3, 20), State.ACTIVE),
        (YEAR, date(2026, 12, 31), State.ACTIVE),  # a contract's last day is inclusive
        (YEAR, date(2027, 1, 1), State.ENDED),
        (OPEN, date(2036, 1, 1), State.ACTIVE),
        (PAUSE, date(2026, 4, 9), State.ENDED),
        (PAUSE, date(2026, 4, 10), State.ACTIVE),  # a contract that starts before the purge continues
        (TOO_LATE, date(2026, 4, 30), State.ENDED),  # one that starts with the purge does not
        (PURGED, date(2026, 3, 20), State.PURGED),
        (Dates(trial_from=date(2028, 2, 1)), date(2028, 3, 1), State.TRIAL),  # 2028 is a leap year
        (Dates(trial_from=date(2028, 2, 1)), date(2028, 3, 2), State.ENDED),
        (Dates(trial_from=date(2026, 3, 1), contract_from=date(2026, 3, 1), contract_to=date(2026, 3, 5)),
         date(2026, 3, 6), State.ENDED),  # once the contract has begun the trial no longer counts
    ],
)  # fmt: skip
def test_dates_decide_the_state(dates: Dates, day: date, expected: State) -> None:
    assert state(dates, day) is expected


@pytest.mark.parametrize(
    ("dates", "last", "purge"),
    [
        (Dates(), None, None),
        (TRIAL, date(2026, 3, 30), date(2026, 4, 30)),
        (YEAR, date(2026, 12, 31), date(2027, 1, 31)),
        (OPEN, None, None),
        (PAUSE, date(2026, 12, 31), date(2027, 1, 31)),
        (TOO_LATE, date(2026, 3, 30), date(2026, 4, 30)),
        (PURGED, None, None),
    ],
)
def test_everything_is_deleted_thirty_full_days_after_the_last_day(
    dates: Dates, last: date | None, purge: date | None
) -> None:
    assert last_day(dates) == last
    assert purge_at(dates) == (midnight(purge) if purge else None)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2026-02-28T22:59:59+00:00", False),
        ("2026-02-28T23:00:00+00:00", True),  # midnight in winter is 23:00 UTC
        ("2026-03-30T21:59:59+00:00", True),
        ("2026-03-30T22:00:00+00:00", False),  # midnight in summer is 22:00 UTC: the clock changed on 29 March
        ("2026-03-31T00:00:00+02:00", False),
    ],
)
def test_the_trial_begins_and_ends_at_midnight_in_amsterdam(moment: str, *, allowed: bool) -> None:
    assert may_sync(TRIAL, datetime.fromisoformat(moment)) is allowed
    assert may_refresh(TRIAL, datetime.fromisoformat(moment)) is allowed


def test_due_times_of_many_tenants_are_spread_over_the_hour() -> None:
    after = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
    due = [next_sync_at(TRIAL, f"tenant-{number}", after, 60) for number in range(600)]
    per_minute = [sum(1 for moment in due if moment and moment.minute == minute) for minute in range(60)]
    assert all(1 <= count <= 30 for count in per_minute)


def test_a_tenant_keeps_its_second_of_the_hour_through_both_changes_of_the_clock() -> None:
    for change in (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)):
        due = [next_sync_at(OPEN, "acme", change + timedelta(hours=hour), 60) for hour in range(4)]
        assert {(b - a) for a, b in pairwise(due) if a and b} == {timedelta(hours=1)}


def test_a_pause_before_the_contract_is_slept_through() -> None:
    due = next_sync_at(PAUSE, "acme", datetime(2026, 4, 1, tzinfo=UTC), 60)
    assert due is not None
    assert midnight(date(2026, 4, 10)) <= due < midnight(date(2026, 4, 10)) + timedelta(hours=1)


@pytest.mark.parametrize("dates", [Dates(), PURGED, TRIAL, TOO_LATE])
def test_nothing_is_due_that_may_never_run_again(dates: Dates) -> None:
    assert next_sync_at(dates, "acme", datetime(2026, 3, 30, 22, tzinfo=UTC), 60) is None


days = st.dates(date(2026, 1, 1), date(2029, 12, 31))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 -- hypothesis takes naive bounds
possible = st.builds(Dates, trial_from=st.none() | days, contract_from=st.none() | days, contract_to=st.none() | days)
#: the register refuses a contract that ends before it begins
dates_of_a_tenant = possible.filter(
    lambda d: not (d.contract_from and d.contract_to and d.contract_to < d.contract_from)
)


@given(dates_of_a_tenant, moments, st.integers(1, 3 * 24 * 60))
def test_what_is_due_may_run_and_no_turn_is_left_out(dates: Dates, after: datetime, minutes: int) -> None:
    due = next_sync_at(dates, "acme", after, minutes)
    assume(due is not None)
    assert due is not None
    assert due > after
    assert may_sync(dates, due)
    a_turn_before = due - timedelta(minutes=minutes)
    assert a_turn_before <= after or not may_sync(dates, a_turn_before)


@given(dates_of_a_tenant, moments)
def test_reading_is_allowed_exactly_on_the_days_of_a_period(dates: Dates, now: datetime) -> None:
    allowed = may_sync(dates, now)
    assert allowed is may_sync(dates, midnight(local_day(now)))
    assert allowed is (state(dates, local_day(now)) in {State.TRIAL, State.ACTIVE})


@given(dates_of_a_tenant, moments)
def test_nothing_is_read_in_the_thirty_days_before_the_purge_nor_after_it(dates: Dates, now: datetime) -> None:
    purge = purge_at(dates)
    assume(purge is not None)
    assert purge is not None
    assert purge.astimezone(AMSTERDAM).hour == 0
    if local_day(now) >= local_day(purge) - timedelta(days=30):
        assert not may_sync(dates, now)


@given(dates_of_a_tenant)
def test_the_last_day_is_read_and_the_next_is_not(dates: Dates) -> None:
    last = last_day(dates)
    assume(last is not None)
    assert last is not None
    assert may_sync(dates, midnight(last + timedelta(days=1)) - timedelta(microseconds=1))
    assert not may_sync(dates, midnight(last + timedelta(days=1)))


# --- earlier than planned

ERASED = Dates(trial_from=date(2026, 3, 1), contract_from=date(2026, 3, 20), erase_on=date(2026, 6, 10))
WITHDRAWN = Dates(trial_from=date(2026, 3, 1), contract_from=date(2026, 3, 20), withdrawn_on=date(2026, 5, 1))
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("dates", "cause"),
    [
        (OPEN, None),
        (ERASED, Cause.ERASE_REQUESTED),
        (WITHDRAWN, Cause.CONSENT_WITHDRAWN),
        (Dates(), Cause.NOT_STARTED),
        (TRIAL, Cause.ENDED),
        (PURGED, Cause.PURGED),
        (Dates(erase_on=date(2026, 6, 10)), Cause.ERASE_REQUESTED),  # also of one that never began
        (Dates(trial_from=date(2026, 3, 1), withdrawn_on=date(2026, 3, 2)), Cause.ENDED),  # the end says more
    ],
)
def test_why_nothing_is_read(dates: Dates, cause: Cause | None) -> None:
    assert refusal(dates, NOON) is cause
    assert (next_sync_at(dates, "acme", NOON, 60) is None) is (cause is not None)


@pytest.mark.parametrize(
    ("dates", "day"),
    [
        (ERASED, date(2026, 6, 10)),
        (Dates(erase_on=date(2026, 6, 10)), date(2026, 6, 10)),
        (Dates(trial_from=date(2026, 3, 1), erase_on=date(2026, 6, 10)), date(2026, 4, 30)),  # the earlier day counts
        (WITHDRAWN, None),  # data stays as the contract says
        (Dates(trial_from=date(2026, 3, 1), erase_on=date(2026, 3, 2), purged_on=date(2026, 3, 2)), None),
    ],
)
def test_an_erasure_is_due_on_its_day_or_on_the_regular_one(dates: Dates, day: date | None) -> None:
    assert purge_day(dates) == day
    assert purge_at(dates) == (midnight(day) if day else None)


@pytest.mark.parametrize("asked", [date(2026, 3, 27), date(2026, 10, 23), date(2028, 2, 27), date(2026, 12, 30)])
def test_a_customer_has_three_full_days_to_think(asked: date) -> None:
    due = midnight(thought_over(asked))
    assert due - midnight(asked + timedelta(days=1)) >= timedelta(days=3) - timedelta(hours=1)
    assert local_day(due) - asked == timedelta(days=4)


def test_a_division_taken_out_is_kept_thirty_full_days() -> None:
    assert division_purge_at(date(2026, 3, 1)) == midnight(date(2026, 4, 1))
    assert division_purge_at(date(2028, 1, 31)) == midnight(date(2028, 3, 2))


def test_what_a_customer_sees_of_a_running_contract() -> None:
    seen = view(YEAR, NOON)
    assert (seen.state, seen.reading, seen.stored, seen.last_day) == (State.ACTIVE, True, True, date(2026, 12, 31))
    assert (seen.purge_on, seen.may_ask_erasure, seen.may_take_back) == (date(2027, 1, 31), True, False)


def test_what_a_customer_sees_after_asking_for_erasure() -> None:
    seen = view(ERASED, NOON)
    assert (seen.state, seen.reading, seen.stored) == (State.ERASE_REQUESTED, False, True)
    assert (seen.purge_on, seen.may_ask_erasure, seen.may_take_back) == (date(2026, 6, 10), False, True)


def test_what_a_customer_sees_when_it_is_too_late() -> None:
    for dates in (PURGED, ERASED):
        seen = view(dates, midnight(date(2026, 6, 10)))
        assert (seen.stored, seen.may_ask_erasure, seen.may_take_back) == (False, False, False)


all_dates = st.builds(
    Dates,
    trial_from=st.none() | days,
    contract_from=st.none() | days,
    contract_to=st.none() | days,
    erase_on=st.none() | days,
    withdrawn_on=st.none() | days,
    purged_on=st.none() | days,
).filter(lambda d: not (d.contract_from and d.contract_to and d.contract_to < d.contract_from))


@given(all_dates, moments)
def test_nothing_is_ever_read_at_or_after_the_purge(dates: Dates, now: datetime) -> None:
    due = purge_at(dates)
    if dates.purged_on is not None or (due is not None and now >= due):
        assert not may_sync(dates, now)
        assert not view(dates, now).may_take_back


@given(all_dates, moments)
def test_what_is_seen_agrees_with_what_is_done(dates: Dates, now: datetime) -> None:
    seen = view(dates, now)
    assert seen.reading is may_sync(dates, now) is (refusal(dates, now) is None)
    assert not (seen.reading and not seen.stored)
    assert not (seen.may_ask_erasure and seen.may_take_back)
    assert (seen.purge_on is None) is (purge_at(dates) is None)


@given(all_dates, moments)
def test_the_second_around_midnight_decides(dates: Dates, now: datetime) -> None:
    due = purge_at(dates)
    assume(due is not None)
    assert due is not None
    assert view(dates, due - timedelta(microseconds=1)).stored
    assert not view(dates, due).stored
    assert local_day(due) - local_day(due - timedelta(microseconds=1)) == timedelta(days=1)
