"""What the simulator counts, by its own clock."""

from datetime import UTC, datetime, timedelta

import pytest

from local.exact_simulator.chains import us_date
from local.exact_simulator.clock import Clock
from local.exact_simulator.limits import Limits
from local.exact_simulator.settings import Settings

START = datetime(2026, 6, 25, 23, 30, tzinfo=UTC)
KEY = ("app", "user", "100", "financial/Journals")


def wrong(limits: Limits, times: int, at: datetime, status: int = 400) -> None:
    for _ in range(times):
        limits.note(KEY, status, at)


def test_ten_errors_are_forgiven_and_the_eleventh_blocks_for_an_hour() -> None:
    limits = Limits(Settings())
    wrong(limits, 10, START)
    assert limits.blocked(KEY, START) is None
    wrong(limits, 1, START)
    assert limits.blocked(KEY, START + timedelta(minutes=59)) is not None
    assert limits.blocked(KEY, START + timedelta(minutes=60)) is None


def test_errors_older_than_an_hour_no_longer_count() -> None:
    limits = Limits(Settings())
    wrong(limits, 10, START)
    wrong(limits, 10, START + timedelta(hours=1))
    assert limits.blocked(KEY, START + timedelta(hours=1)) is None


def test_a_repeated_block_lasts_longer() -> None:
    limits = Limits(Settings())
    again = START + timedelta(hours=1)
    wrong(limits, 11, START)
    wrong(limits, 11, again)
    assert limits.blocked(KEY, again + timedelta(minutes=119)) is not None
    assert limits.blocked(KEY, again + timedelta(minutes=120)) is None


@pytest.mark.parametrize(
    ("status", "counts"), [(400, True), (401, True), (403, True), (404, True), (429, False), (503, False)]
)
def test_only_client_errors_count_and_a_429_does_not(status: int, counts: bool) -> None:
    limits = Limits(Settings())
    wrong(limits, 11, START, status)
    assert (limits.blocked(KEY, START) is not None) is counts


def test_the_clock_moves_forward_only() -> None:
    clock = Clock(lambda: START)
    clock.advance(3600)
    assert clock() == START + timedelta(hours=1)
    assert clock.local().isoformat() == "2026-06-26T02:30:00"
    with pytest.raises(ValueError, match="only moves forward"):
        clock.advance(-1)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2022-07-31T19:45:12", "7/31/2022 7:45:12 PM"),
        ("2022-07-31T00:05:02", "7/31/2022 12:05:02 AM"),
        ("2022-12-01T12:00:00", "12/1/2022 12:00:00 PM"),
    ],
)
def test_moments_in_token_errors_are_american(moment: str, text: str) -> None:
    assert us_date(datetime.fromisoformat(moment)) == text
