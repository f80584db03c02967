"""The client over real TLS against a scripted Exact: GET only, own host only, one new token, two quick repeats."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.errors import Broken, Cause, Refused, RetryLater, StreamStopped
from shared.exact.client import Client, session
from shared.exact.limits import MARGIN, Limits
from shared.exact.me import me
from shared.exact.rights import has_right
from tests.support.scripted_exact import API

NOW = datetime(2026, 6, 25, 14, 12, 49, tzinfo=UTC)
URL = f"{API}7/sync/Deleted?$filter=Timestamp%20gt%201L"
EMPTY = b'{"d":[]}'


class Bench:
    """A client and everything it was given."""

    def __init__(self, http, country="nl", limits=None, tokens=("first", "second")):
        self.calls, self.sleeps, self.asked = [], [], []
        self._tokens = list(tokens)
        self.client = Client(
            country,
            http,
            access=self.access,
            clock=lambda: NOW,
            limits=limits or Limits(),
            on_call=self.calls.append,
            share=0.5,
            pauses=(1.0, 4.0),
            sleep=self.sleeps.append,
        )

    def access(self, force_new):
        self.asked.append(force_new)
        return self._tokens[len(self.asked) - 1]


@pytest.fixture
def bench(script):
    with session() as http:
        yield Bench(http)


def test_a_body_comes_back_and_the_call_is_reported(bench, script):
    script.answers(200, EMPTY)
    assert bench.client.get(URL) == EMPTY
    assert [(call.endpoint, call.status, call.millis) for call in bench.calls] == [("sync/Deleted", 200, 0)]


def test_the_request_is_a_get_of_exactly_the_address_given(bench, script):
    script.answers(200, EMPTY)
    bench.client.get(URL)
    method, path, headers, body = script.requests[0]
    assert (method, path, body) == ("GET", "/api/v1/7/sync/Deleted?$filter=Timestamp%20gt%201L", b"")
    assert (headers["Authorization"], headers["Accept"]) == ("Bearer first", "application/json")


@pytest.mark.parametrize(
    "url",
    [
        URL.replace("https", "http"),
        URL.replace(".nl/", ".be/"),
        URL.replace("start.", "evil.example/start."),
        "https://start.exactonline.nl/api",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_is_not_the_grants_own_is_never_called(bench, script, url):
    with pytest.raises(StreamStopped, match="foreign-link"):
        bench.client.get(url)
    assert (script.requests, bench.asked) == ([], [])


def test_a_redirect_is_not_followed(bench, script):
    script.answers(302, Location="https://start.exactonline.nl/api/v1/8/sync/Deleted")
    with pytest.raises(RetryLater, match="answered 302"):
        bench.client.get(URL)
    assert len(script.requests) == 1


def test_an_expired_token_is_replaced_once_and_the_call_repeated(bench, script):
    script.answers(401, b"", WWW_Authenticate='Bearer error="expired"').answers(200, EMPTY)
    assert bench.client.get(URL) == EMPTY
    assert bench.asked == [False, True]
    assert [request[2]["Authorization"] for request in script.requests] == ["Bearer first", "Bearer second"]


def test_a_second_401_is_believed(bench, script):
    script.answers(401)
    with pytest.raises(Broken):
        bench.client.get(URL)
    assert (len(script.requests), bench.asked) == (2, [False, True])


@pytest.mark.parametrize("weak", [(503, b""), (500, b"<html>"), (200, b""), (200, b"  "), (200, b"<html>maintenance")])
def test_a_weak_server_is_asked_twice_more_after_pauses(bench, script, weak):
    script.answers(*weak).answers(*weak).answers(200, EMPTY)
    assert bench.client.get(URL) == EMPTY
    assert bench.sleeps == [1.0, 4.0]


def test_a_server_that_stays_weak_is_left_for_later(bench, script):
    script.answers(503)
    with pytest.raises(RetryLater, match="sync/Deleted answered 503") as raised:
        bench.client.get(URL)
    assert (raised.value.cause, [call.status for call in bench.calls]) == (Cause.SERVER_ERROR, [503, 503, 503])


@pytest.mark.parametrize("status", [400, 403, 404, 429])
def test_a_refusal_is_never_repeated(bench, script, status):
    script.answers(status)
    with pytest.raises((StreamStopped, RetryLater)):
        bench.client.get(URL)
    assert (len(script.requests), bench.sleeps) == (1, [])


def test_a_server_that_cannot_be_reached_is_left_for_later(exact_network):
    exact_network({})
    with session() as http:
        bench = Bench(http)
        with pytest.raises(RetryLater, match="unreachable: sync/Deleted: ProxyError"):
            bench.client.get(URL)
    assert ([call.status for call in bench.calls], bench.sleeps) == ([0, 0, 0], [1.0, 4.0])


def test_a_body_that_breaks_off_is_asked_again(bench, script):
    script.answers(200, EMPTY, Content_Encoding="gzip").answers(200, EMPTY)
    assert bench.client.get(URL) == EMPTY
    assert [call.status for call in bench.calls] == [0, 200]


def test_a_token_no_header_can_carry_is_our_mistake_and_not_shown(script):
    with session() as http, pytest.raises(Broken) as raised:
        Bench(http, tokens=["secret\nvalue"]).client.get(URL)
    assert "secret" not in str(raised.value)


def test_a_limit_is_kept_before_the_call_goes_out(script):
    limits = Limits(minute_remaining=0, minute_ends=NOW + timedelta(seconds=11))
    with session() as http, pytest.raises(RetryLater) as raised:
        Bench(http, limits=limits).client.get(URL)
    assert (raised.value.cause, raised.value.until) == (Cause.MINUTE_LIMIT, NOW + timedelta(seconds=11))
    assert script.requests == []


def test_each_reply_renews_the_limits(bench, script):
    date = "Thu, 25 Jun 2026 14:12:49 GMT"
    script.answers(200, EMPTY, X_RateLimit_Minutely_Remaining="0", X_Date=date)
    bench.client.get(URL)
    assert bench.client.limits.minute_remaining == 0
    with pytest.raises(RetryLater, match="minute-limit"):
        bench.client.get(URL)


def test_a_429_waits_until_what_it_says(bench, script):
    script.answers(429, X_RateLimit_Minutely_Remaining="30", X_RateLimit_Remaining="4000")
    with pytest.raises(RetryLater) as raised:
        bench.client.get(URL)
    assert (raised.value.cause, raised.value.until) == (Cause.CONTRACT_POOL, bench.client.limits.refused_until)
    assert raised.value.until > NOW + MARGIN


def test_cookies_of_the_load_balancer_are_not_kept(bench, script):
    script.answers(200, EMPTY, Set_Cookie="AWSALB=x; Path=/")
    bench.client.get(URL)
    bench.client.get(URL)
    assert "Cookie" not in script.requests[1][2]


def test_a_netrc_of_the_machine_does_not_replace_the_token(bench, script, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine start.exactonline.nl login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    script.answers(200, EMPTY)
    bench.client.get(URL)
    assert script.requests[0][2]["Authorization"] == "Bearer first"


def test_the_session_has_no_way_to_speak_plain_http():
    with session() as http, pytest.raises(Exception, match="No connection adapters"):
        http.get("http://start.exactonline.nl/")


def test_a_client_of_an_unknown_country_is_not_made():
    with session() as http, pytest.raises(Refused):
        Bench(http, country="xx")


ME = b'{"d":{"results":[{"UserID":"0F0F0F0F-0000-4000-8000-000000000001","CurrentDivision":124132}]}}'


def test_me_asks_for_the_user_and_nothing_that_names_a_person(bench, script):
    script.answers(200, ME)
    found = me(bench.client.get, "nl")
    assert (found.user_id, found.current_division) == ("0f0f0f0f-0000-4000-8000-000000000001", 124132)
    assert script.requests[0][1] == "/api/v1/current/Me?$select=UserID,CurrentDivision"
    assert "0f0f0f0f" not in repr(found)


@pytest.mark.parametrize("body", [b'{"d":[{}]}', b'{"d":[{"UserID":"a","CurrentDivision":"b"}]}'])
def test_a_me_without_user_or_division_is_refused(body):
    with pytest.raises(StreamStopped, match="current/Me"):
        me(lambda url: body, "nl")


@pytest.mark.parametrize(
    ("value", "right"), [(b"true", True), (b"false", False), (b'"True"', True), (b'"false"', False), (b"1", True)]
)
def test_a_right_is_asked_by_endpoint_for_reading(bench, script, value, right):
    script.answers(200, b'{"d":{"UserHasRights":%s}}' % value)
    assert has_right(bench.client.get, "nl", 7, "financial/GLAccounts") is right
    assert script.requests[0][1] == "/api/v1/7/users/UserHasRights?endpoint='financial/GLAccounts'&action='GET'"


@pytest.mark.parametrize("value", [b"null", b"{}", b"[]", b'"maybe"', b"7", b"1.5"])
def test_a_right_that_is_neither_true_nor_false_is_no_answer(value):
    with pytest.raises(StreamStopped, match="neither true nor false"):
        has_right(lambda url: b'{"d":{"UserHasRights":%s}}' % value, "nl", 7, "financial/GLAccounts")
