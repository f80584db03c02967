"""Limits come from headers, by the server's own clock; what a header does not say changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from shared.errors import Broken, Cause
from shared.exact.limits import MARGIN, Limits, server_date

NOW = datetime(2026, 6, 25, 14, 12, 49, tzinfo=UTC)
NEXT_MINUTE = datetime(2026, 6, 25, 14, 13, tzinfo=UTC) + MARGIN
MIDNIGHT = datetime(2026, 6, 26, tzinfo=UTC) + MARGIN


def epoch_ms(moment):
    return str(int(moment.timestamp() * 1000))


def headers(minute=None, day=None, limit=5000, **more):
    minutely = {} if minute is None else {"X-RateLimit-Minutely-Remaining": str(minute)}
    daily = {} if day is None else {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(day)}
    return CaseInsensitiveDict(minutely | daily | {name.replace("_", "-"): value for name, value in more.items()})


def after(status=200, date=NOW, now=NOW, before=None, **said):
    return (before or Limits()).after(headers(**said), status, date, now)


def test_nothing_is_waited_for_before_the_first_reply():
    assert Limits().wait(NOW, share=0.5) is None


def test_an_empty_minute_is_waited_out_to_the_next_clock_minute_and_a_little():
    assert after(minute=0, day=4000).wait(NOW, 0.5) == (Cause.MINUTE_LIMIT, NEXT_MINUTE)


def test_when_the_minute_is_over_the_next_call_goes_out():
    assert after(minute=0, day=4000).wait(NEXT_MINUTE, 0.5) is None


@pytest.mark.parametrize("off", [timedelta(minutes=4), timedelta(minutes=-4)])
def test_the_minute_is_the_servers_own_however_wrong_our_clock_is(off):
    limits = after(minute=0, day=4000, now=NOW + off)
    assert limits.wait(NOW + off, 0.5) == (Cause.MINUTE_LIMIT, NEXT_MINUTE + off)


@pytest.mark.parametrize(
    ("remaining", "waits"), [(2501, None), (2500, (Cause.DAY_SHARE, MIDNIGHT)), (0, (Cause.DAY_LIMIT, MIDNIGHT))]
)
def test_the_customers_other_apps_keep_their_share_of_the_day(remaining, waits):
    assert after(minute=50, day=remaining).wait(NOW, share=0.5) == waits


def test_a_share_of_nothing_uses_the_day_to_its_last_call():
    assert after(minute=50, day=1).wait(NOW, share=0.0) is None


def test_a_new_day_forgets_the_old_ones_calls():
    assert after(minute=50, day=0).wait(MIDNIGHT, 0.5) is None


def test_a_reply_without_headers_changes_nothing():
    before = after(minute=0, day=10)
    assert after(before=before) == before


@pytest.mark.parametrize("junk", ["", "-1", "1e3", "none", "٣", "9" * 30])
def test_a_header_that_is_no_count_is_as_good_as_absent(junk):
    found = Limits().after({"X-RateLimit-Remaining": junk, "X-RateLimit-Minutely-Remaining": junk}, 200, NOW, NOW)
    assert found == Limits()


RESET = datetime(2026, 6, 25, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reset", "ends"),
    [
        (epoch_ms(RESET), RESET + MARGIN),
        (str(int(RESET.timestamp())), RESET + MARGIN),
        ("0", MIDNIGHT),
        ("1638489600000", MIDNIGHT),
        ("41000", MIDNIGHT),
        (epoch_ms(NOW + timedelta(days=3)), MIDNIGHT),
        ("soon", MIDNIGHT),
    ],
)
def test_a_reset_is_believed_in_milliseconds_or_seconds_when_it_ends_this_window(reset, ends):
    found = after(minute=50, day=0, X_RateLimit_Reset=reset)
    assert found.wait(NOW, 0.5) == (Cause.DAY_LIMIT, ends)


RETRY_AT = datetime(2026, 6, 25, 14, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "cause", "until"),
    [
        ({}, Cause.MINUTE_LIMIT, NEXT_MINUTE),
        ({"minute": 0}, Cause.MINUTE_LIMIT, NEXT_MINUTE),
        ({"minute": 0, "day": 0, "limit": 0}, Cause.MINUTE_LIMIT, NEXT_MINUTE),
        ({"minute": 49}, Cause.MINUTE_LIMIT, NEXT_MINUTE),
        ({"minute": 49, "day": 0}, Cause.DAY_LIMIT, MIDNIGHT),
        ({"minute": 49, "day": 4980}, Cause.CONTRACT_POOL, MIDNIGHT),
        ({"minute": 0, "Retry_After": "90"}, Cause.MINUTE_LIMIT, NOW + timedelta(seconds=90) + MARGIN),
        ({"minute": 0, "Retry_After": "999999999"}, Cause.MINUTE_LIMIT, NOW + timedelta(days=1) + MARGIN),
        ({"minute": 0, "Retry_After": format_datetime(RETRY_AT, usegmt=True)}, Cause.MINUTE_LIMIT, RETRY_AT + MARGIN),
    ],
)
def test_a_429_says_which_limit_it_means_and_until_when(said, cause, until):
    assert after(status=429, **said).wait(NOW, 0.5) == (cause, until)


def test_a_minutely_429_does_not_empty_the_day():
    limits = after(status=429, minute=0, day=0, limit=0, before=after(minute=49, day=4980))
    assert (limits.day_remaining, limits.wait(NEXT_MINUTE, 0.5)) == (4980, None)


def test_a_wait_that_is_over_is_not_waited_for_again():
    refused = after(status=429, minute=49, day=4980)
    assert after(minute=59, day=4999, before=refused).wait(MIDNIGHT, 0.5) is None


def test_a_recorded_429_is_a_minutely_one(kit):
    lines = (kit / "recorded" / "59-rate-limit-429-parsed.txt").read_text().splitlines()
    assert '"minutelyLimitRemaining":0' in lines[1]
    now = datetime(2024, 5, 13, 0, 1, 10, tzinfo=UTC)
    limits = Limits().after(headers(minute=49, day=4980), 200, now, now)
    refused = limits.after(
        headers(minute=0, X_RateLimit_Minutely_Reset=epoch_ms(now + timedelta(seconds=50))), 429, now, now
    )
    assert refused.wait(now, 0.5) == (Cause.MINUTE_LIMIT, datetime(2024, 5, 13, 0, 2, tzinfo=UTC) + MARGIN)


def test_the_recorded_headers_of_a_200_are_understood(kit):
    text = (kit / "recorded" / "58-rate-limit-headers-200.txt").read_text()
    recorded = dict(line.split(": ") for line in text.splitlines() if line)
    now = datetime(2021, 12, 2, 12, 15, 20, tzinfo=UTC)
    limits = Limits().after(recorded, 200, now, now)
    assert (limits.day_ends, limits.minute_ends) == (
        datetime(2021, 12, 3, tzinfo=UTC) + MARGIN,
        datetime(2021, 12, 2, 12, 16, tzinfo=UTC) + MARGIN,
    )


moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
texts = st.one_of(st.text(max_size=15), st.integers(-5, 10**14).map(str), moments.map(format_datetime))
NAMES = [
    *(f"X-RateLimit-{kind}{name}" for kind in ("", "Minutely-") for name in ("Limit", "Remaining", "Reset")),
    "Retry-After",
]


@given(st.dictionaries(st.sampled_from(NAMES), texts), st.sampled_from([200, 429]), moments)
def test_whatever_the_headers_say_the_wait_is_in_the_future_and_within_a_day(said, status, now):
    waits = Limits().after(said, status, now, now).wait(now, 0.5)
    assert status == 200 or waits is not None
    assert waits is None or now < waits[1] <= now + timedelta(days=1) + 2 * MARGIN


@given(st.dictionaries(st.sampled_from(NAMES), texts), st.sampled_from([200, 429]), moments)
def test_the_register_can_keep_any_limits(said, status, now):
    limits = Limits().after(said, status, now, now)
    assert Limits.from_json(limits.to_json()) == limits


def test_limits_that_cannot_be_read_are_no_licence_to_call():
    with pytest.raises(Broken, match="limits kept in the register"):
        Limits.from_json("{")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Thu, 25 Jun 2026 14:12:49 GMT", NOW),
        ("", None),
        ("yesterday", None),
        ("Thu, 99", None),
        ("31 Dec 9999 23:59:59 -2300", None),
    ],
)
def test_the_date_header_is_the_servers_clock(text, date):
    assert server_date({"Date": text}) == date
