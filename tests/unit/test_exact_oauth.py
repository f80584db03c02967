"""The token endpoint over real TLS against a scripted Exact."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.errors import Cause, ConsentNeeded, Refused, RetryLater
from shared.exact.client import session
from shared.exact.oauth import AppCredentials, Pair, TokenEndpoint, authorise_url

NOW = datetime(2026, 6, 25, 14, 12, 49, tzinfo=UTC)
GOOD = {"access_token": "AT" * 400, "token_type": "bearer", "expires_in": "600", "refresh_token": "RT!x"}


def body(**changes):
    return json.dumps({**GOOD, **changes}).encode()


@pytest.fixture
def endpoint(script):
    with session() as http:
        yield TokenEndpoint("nl", http, AppCredentials("our-id", "our-secret"), lambda: NOW)


def test_the_consent_page_is_asked_for_a_code_with_state_and_a_forced_login():
    url = urlsplit(authorise_url("be", "{id}", "https://app.example/callback", "a+b&c"))
    assert (url.scheme, url.netloc, url.path) == ("https", "start.exactonline.be", "/api/oauth2/auth")
    assert parse_qs(url.query) == {
        "client_id": ["{id}"],
        "redirect_uri": ["https://app.example/callback"],
        "response_type": ["code"],
        "state": ["a+b&c"],
        "force_login": ["1"],
    }


@pytest.mark.parametrize("lifetime", ["600", 600])
def test_a_refresh_gives_the_next_pair_however_its_lifetime_is_written(endpoint, script, lifetime):
    script.answers(200, body(expires_in=lifetime))
    assert endpoint.refresh("RT!0") == Pair("AT" * 400, "RT!x", NOW, 600)


def test_a_refresh_posts_the_form_exact_wants(endpoint, script):
    script.answers(200, body())
    endpoint.refresh("RT!0 %21")
    method, path, headers, form = script.requests[0]
    assert (method, path, headers["Content-Type"]) == ("POST", "/api/oauth2/token", "application/x-www-form-urlencoded")
    assert parse_qs(form.decode()) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["RT!0 %21"],
        "client_id": ["our-id"],
        "client_secret": ["our-secret"],
    }


def test_an_exchange_posts_code_and_address(endpoint, script):
    script.answers(200, body())
    endpoint.exchange("code!", "https://app.example/callback")
    form = parse_qs(script.requests[0][3].decode())
    assert (form["grant_type"], form["code"]) == (["authorization_code"], ["code!"])
    assert form["redirect_uri"] == ["https://app.example/callback"]


def test_no_secret_is_in_an_address_or_a_repr(endpoint, script):
    script.answers(200, body())
    pair = endpoint.refresh("RT!0")
    assert "?" not in script.requests[0][1]
    assert not {"AT" * 400, "RT!x"} & set(repr(pair).replace("'", " ").split())
    assert "our" not in repr(AppCredentials("our-id", "our-secret"))


def test_a_code_that_is_not_taken_is_refused_and_not_tried_again(endpoint, script):
    script.answers(400, b"<html>Bad request</html>")
    with pytest.raises(Refused) as raised:
        endpoint.exchange("code", "https://app.example/callback")
    assert (raised.value.cause, len(script.requests)) == (Cause.BAD_STATE, 1)


def test_a_403_is_believed_when_it_repeats(endpoint, script):
    script.answers(403)
    with pytest.raises(ConsentNeeded) as raised:
        endpoint.refresh("RT!0")
    assert (raised.value.cause, len(script.requests)) == (Cause.USER_BLOCKED, 2)


def test_a_403_that_does_not_repeat_is_forgotten(endpoint, script):
    script.answers(403).answers(200, body())
    assert endpoint.refresh("RT!0").refresh_token == "RT!x"


@pytest.mark.parametrize(
    "answer",
    [b"", b"<html>", b"{}", b"[]", body(expires_in="soon"), body(refresh_token=""), body(access_token=None), b"\xff"],
)
def test_a_200_without_a_pair_is_asked_for_again_later(endpoint, script, answer):
    script.answers(200, answer)
    with pytest.raises(RetryLater) as raised:
        endpoint.refresh("RT!0")
    assert raised.value.cause is Cause.SERVER_ERROR


def test_a_redirect_of_the_token_endpoint_does_not_carry_the_secret_away(endpoint, script):
    script.answers(307, Location="https://start.exactonline.nl/elsewhere")
    with pytest.raises(RetryLater):
        endpoint.refresh("RT!0")
    assert len(script.requests) == 1


def test_a_token_endpoint_that_cannot_be_reached_is_asked_later(exact_network):
    exact_network({})
    with session() as http, pytest.raises(RetryLater, match="unreachable: token endpoint: ProxyError"):
        TokenEndpoint("nl", http, AppCredentials("our-id", "our-secret"), lambda: NOW).refresh("RT!0")
