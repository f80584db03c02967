"""What the fuzzer broke once, each as the rule it broke."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime, timedelta

import pytest

from local.exact_simulator.books.values import CANARY
from shared.errors import Broken, Cause, PipelineError, Refused, StreamStopped
from shared.exact.faults import Reply, fault
from shared.exact.limits import Limits, server_date
from shared.exact.wire import decode_list, decode_record
from shared.messages import SyncTenant, decode
from shared.settings import read

NOW = datetime(2026, 6, 25, 14, 12, 49, tzinfo=UTC)
GOOD = {"QICS_DATA": "data", "QICS_BASE_URL": "https://app.example.com"}


@pytest.mark.parametrize("text", [b'"\\u0000"', b'"\xff"', b'"\\ud800"'])
def test_json_nested_too_deep_to_be_mended_is_refused_by_name(text: bytes) -> None:
    deep = b"[" * 5000 + text + b"]" * 5000
    with pytest.raises(StreamStopped, match="nested too deeply"):
        decode_list(b'{"d":[{"a":' + deep + b"}]}")


@pytest.mark.parametrize("number", ["1e99999999999999999999", "1e-99999999999999999999", "0E+99999999999999999999"])
def test_a_number_no_decimal_can_hold_is_refused_by_name(number: str) -> None:
    with pytest.raises(StreamStopped, match="exponent"):
        decode_record(f'{{"a":{number}}}')


@pytest.mark.parametrize("date", ["Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT"])
def test_a_date_that_is_nobodys_now_is_not_believed(date: str) -> None:
    said = {"Date": date, "X-RateLimit-Minutely-Remaining": "0"}
    until = Limits().after(said, 200, server_date(said), NOW).minute_ends
    assert until is not None
    assert until - NOW < timedelta(minutes=1)


def test_limits_that_are_all_zero_on_a_reply_say_nothing() -> None:
    zeros = {f"X-RateLimit-{kind}{what}": "0" for kind in ("", "Minutely-") for what in ("Limit", "Remaining", "Reset")}
    assert Limits().after(zeros, 200, NOW, NOW) == Limits()


@pytest.mark.parametrize(
    "written",
    ['{"minute_ends":"2026-06-26T00:00:01"}', '{"refused_until":"2026-06-26T00:00:01Z","refusal":"no-cause"}'],
)
def test_limits_that_were_kept_wrong_are_a_named_error(written: str) -> None:
    with pytest.raises(Broken, match="limits kept in the register"):
        Limits.from_json(written)


def test_a_400_that_is_not_exacts_own_is_not_quoted() -> None:
    page = f"<html>{CANARY}</html>".encode()
    raised = fault(Reply("https://start.exactonline.nl/api/v1/7/sync/Deleted", 400, {}, page), Limits())
    assert (raised.cause, CANARY in str(raised)) == (Cause.BAD_QUERY, False)


def test_a_messages_unknown_field_is_not_quoted() -> None:
    with pytest.raises(Refused) as raised:
        decode(SyncTenant, f'{{"tenant":"t","run":1,"{CANARY}":1}}'.encode())
    assert CANARY not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize(
    "host", ["app.example.com#x", "me@app.example.com", "app.example.com?", "ho st", "a\n", "[::1", "a:x"]
)
def test_a_base_url_is_a_host_and_nothing_else(host: str) -> None:
    with pytest.raises(PipelineError, match="QICS_BASE_URL must be an https address"):
        read(GOOD | {"QICS_BASE_URL": f"https://{host}"})


@pytest.mark.parametrize("number", ["²", "٣٠٠", "9" * 5000])
def test_a_number_in_the_settings_is_written_in_plain_digits(number: str) -> None:
    with pytest.raises(PipelineError, match="QICS_OVERLAP_ROWS must be a whole number from 1 to 900"):
        read(GOOD | {"QICS_OVERLAP_ROWS": number})
