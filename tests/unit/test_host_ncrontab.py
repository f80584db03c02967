from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from local.host.ncrontab import Schedule

WEDNESDAY = datetime(2026, 11, 25, 10, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 */5 * * * *", "2026-11-25 10:20:00"),  # every five minutes
        ("0 0 * * * *", "2026-11-25 11:00:00"),  # every hour
        ("0 30 9 * * *", "2026-11-26 09:30:00"),  # every day at half past nine
        ("0 30 9 * * 1-5", "2026-11-26 09:30:00"),  # every weekday
        ("0 30 9 * * Mon", "2026-11-30 09:30:00"),  # named days
        ("0 0 0 * * 0", "2026-11-29 00:00:00"),  # Sunday is 0
        ("0 30 9 * Jan Mon", "2027-01-04 09:30:00"),  # named months; both day fields must fit
        ("*/10 * * * * *", "2026-11-25 10:17:40"),
        ("5,35 17 10 25 11 *", "2026-11-25 10:17:35"),
        ("0 10-30/10 * * * *", "2026-11-25 10:20:00"),
        ("0 20/15 * * * *", "2026-11-25 10:20:00"),  # from 20 on
        ("0 0 0 13 * Fri", "2027-08-13 00:00:00"),
        ("0 0 12 29 2 *", "2028-02-29 12:00:00"),
        ("30 17 10 * * *", "2026-11-26 10:17:30"),  # later than now, not now
    ],
)
def test_the_next_occurrence_is_the_first_later_one(expression: str, expected: str) -> None:
    assert Schedule.parse(expression).after(WEDNESDAY) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("*/5 * * * *", "has 5 fields"),
        ("60 * * * * *", "'60' is no second"),
        ("0 0 24 * * *", "'24' is no hour"),
        ("0 0 0 0 * *", "'0' is no day"),
        ("0 0 0 * * 7", "'7' is no day-of-week"),
        ("0 0 0 * * funday", "'funday' is no day-of-week"),
        ("0 5-1 * * * *", "'5-1' is no minute"),
        ("0 */0 * * * *", "no minute"),
        ("0 , * * * *", "',' is no minute"),
    ],
)
def test_a_wrong_field_is_named(expression: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Schedule.parse(expression)


def test_a_day_that_never_comes_is_an_error_not_a_hang() -> None:
    with pytest.raises(ValueError, match="never occurs"):
        Schedule.parse("0 0 0 30 2 *").after(WEDNESDAY)


def test_a_schedule_is_utc_whatever_the_zone_of_the_moment() -> None:
    moment = WEDNESDAY.astimezone(timezone(timedelta(hours=14)))
    assert Schedule.parse("0 0 11 * * *").after(moment) == datetime(2026, 11, 25, 11, tzinfo=UTC)


@pytest.mark.parametrize(("expression", "often"), [("*/30 * * * * *", True), ("0 * * * * *", False)])
def test_only_schedules_below_a_minute_occur_within_one(expression: str, often: bool) -> None:
    assert Schedule.parse(expression).within_a_minute is often
