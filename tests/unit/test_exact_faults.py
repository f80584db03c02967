"""Every status, Reason and token error of the facts ends in one class and one cause."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from requests.structures import CaseInsensitiveDict

from shared.errors import Broken, Cause, ConsentNeeded, DivisionStopped, Refused, RetryLater, StreamStopped
from shared.exact.faults import Reply, UnknownColumn, fault
from shared.exact.limits import Limits
from shared.exact.token_faults import TokenReply, exchange_fault, refresh_fault

NOW = datetime(2026, 6, 25, 14, 12, 49, tzinfo=UTC)
URL = "https://start.exactonline.nl/api/v1/7/crm/Accounts?$select=ID,Type,City,Status&$filter=Timestamp%20gt%201L"


def reply(status, text="", reason="", *, plain=False):
    body = text if plain or not text else json.dumps({"error": {"code": "", "message": {"lang": "", "value": text}}})
    return Reply(URL, status, CaseInsensitiveDict({"Reason": reason} if reason else {}), body.encode())


def fault_of(found):
    return fault(found, Limits().after(found.headers, found.status, NOW, NOW))


TABLE = [
    (reply(400, "Bad Request - Error in query syntax."), StreamStopped, Cause.BAD_QUERY),
    (reply(400, "Please add a $select or a $top=1 statement to the query string."), StreamStopped, Cause.BAD_QUERY),
    (reply(400), StreamStopped, Cause.BAD_QUERY),
    (reply(401), Broken, Cause.BUG),
    (reply(401, reason="BlockedUser"), ConsentNeeded, Cause.USER_BLOCKED),
    (reply(403, reason="BlockedUser"), ConsentNeeded, Cause.USER_BLOCKED),
    (reply(403, reason="InactiveUser"), ConsentNeeded, Cause.USER_BLOCKED),
    (reply(403, reason="BlockedCustomer"), DivisionStopped, Cause.CUSTOMER_BLOCKED),
    (reply(403, reason="LicenseExpired"), DivisionStopped, Cause.LICENSE_EXPIRED),
    (reply(403, reason="DivisionBlocked: for conversion"), DivisionStopped, Cause.DIVISION_BLOCKED),
    (reply(403, reason="NoDivisionAccess"), DivisionStopped, Cause.NO_DIVISION_ACCESS),
    (reply(403, "The division is not in the user's division scope"), DivisionStopped, Cause.NO_DIVISION_ACCESS),
    (
        reply(403, "Forbidden - Application Scope Violated. Cannot read crm.accounts"),
        StreamStopped,
        Cause.SCOPE_MISSING,
    ),
    (reply(403, reason="Application Scope Violated"), StreamStopped, Cause.SCOPE_MISSING),
    (reply(403), StreamStopped, Cause.RIGHT_MISSING),
    (reply(403, reason="BrandNewReason"), StreamStopped, Cause.RIGHT_MISSING),
    (reply(404), StreamStopped, Cause.ENDPOINT_GONE),
    (reply(410), StreamStopped, Cause.ENDPOINT_GONE),
    (reply(406), StreamStopped, Cause.BAD_QUERY),
    (reply(408), RetryLater, Cause.SERVER_ERROR),
    (reply(429), RetryLater, Cause.MINUTE_LIMIT),
    (reply(500), RetryLater, Cause.SERVER_ERROR),
    (reply(502, "<html>Bad gateway</html>", plain=True), RetryLater, Cause.SERVER_ERROR),
    (reply(503), RetryLater, Cause.SERVER_ERROR),
    (reply(504), RetryLater, Cause.SERVER_ERROR),
    (reply(302), RetryLater, Cause.SERVER_ERROR),
    (reply(200), RetryLater, Cause.SERVER_ERROR),
    (reply(200, "<html>Maintenance</html>", plain=True), RetryLater, Cause.SERVER_ERROR),
    (reply(204), RetryLater, Cause.SERVER_ERROR),
]


@pytest.mark.parametrize(
    ("found", "kind", "cause"), TABLE, ids=lambda each: each.status if isinstance(each, Reply) else ""
)
def test_a_reply_that_is_no_answer_has_its_class_and_cause(found, kind, cause):
    error = fault_of(found)
    assert (type(error), error.cause, found.is_answer) == (kind, cause, False)


@pytest.mark.parametrize("found", [row[0] for row in TABLE], ids=lambda each: each.status)
def test_every_error_names_endpoint_and_status(found):
    assert f"crm/Accounts answered {found.status}" in str(fault_of(found))


@pytest.mark.parametrize(
    "text",
    [
        "The property 'City' does not exist on type 'Exact.Web.Api.Models.Account'.",
        "Type 'Exact.Web.Api.Models.Account' does not have a property named 'City'.",
        "Invalid property City in the query",
        "Unknown column City.",
    ],
)
def test_a_400_that_names_a_column_we_asked_for_says_which(text):
    error = fault_of(reply(400, text))
    assert isinstance(error, UnknownColumn)
    assert (error.column, error.cause) == ("City", Cause.BAD_QUERY)


@pytest.mark.parametrize(
    "text", ["Type mismatch", "Status 400", "property 'Elsewhere' is unknown", "City hall is closed"]
)
def test_a_400_that_only_happens_to_hold_such_a_word_drops_no_column(text):
    assert type(fault_of(reply(400, text))) is StreamStopped


def test_a_missing_scope_is_named():
    assert "crm.accounts" in str(fault_of(TABLE[12][0]))


def test_a_429_says_until_when():
    assert fault_of(reply(429)).until == Limits().after({}, 429, NOW, NOW).refused_until


@pytest.mark.parametrize("status", [401, 403, 404, 500, 200])
def test_no_text_of_a_reply_reaches_the_error_but_that_of_a_400(status):
    assert "Jansen" not in str(fault_of(reply(status, "<p>Jansen, 12 345</p>", plain=True)))


def token(status, body, reason=""):
    return TokenReply(status, reason, body if isinstance(body, bytes) else json.dumps(body).encode())


OLD = {"error": "unauthorized_client", "error_description": "Old refresh token used."}
EXPIRED = {
    "error": "invalid_request",
    "error_description": "The refresh token expired at 1/1/2021 and it is now 2/2/2022",
}
CHAIN = {"error": "invalid_grant", "error_description": "Token is not allowed, because of invalid or empty chainId"}
YOUNG = {"error": "access_denied", "error_description": "Rate limit exceeded: access_token not expired"}
RESTART = (Refused, Cause.BAD_STATE)
CONSENT = [(ConsentNeeded, cause) for cause in (Cause.CHAIN_BROKEN, Cause.CONSENT_EXPIRED, Cause.CONSENT_WITHDRAWN)]
LATER, WRONG, BUG = (RetryLater, Cause.SERVER_ERROR), (Broken, Cause.WRONG_CREDENTIALS), (Broken, Cause.BUG)
TOO_YOUNG = (RetryLater, Cause.TOKEN_TOO_YOUNG)

TOKEN_TABLE = [
    (token(401, OLD), CONSENT[0], RESTART),
    (token(400, OLD), CONSENT[0], RESTART),
    (token(400, CHAIN), CONSENT[0], RESTART),
    (token(400, EXPIRED), CONSENT[1], RESTART),
    (token(401, EXPIRED), CONSENT[1], RESTART),
    (token(400, YOUNG), TOO_YOUNG, TOO_YOUNG),
    (token(401, YOUNG), TOO_YOUNG, TOO_YOUNG),
    (token(400, b"", "TooEarlyToRefreshTokens"), TOO_YOUNG, TOO_YOUNG),
    (token(401, b"", "Unknown: Old refresh token used."), CONSENT[0], RESTART),
    (token(400, {"error": "invalid_client"}), WRONG, WRONG),
    (token(401, {"error": "unauthorized_client"}), WRONG, WRONG),
    (token(400, {"error": "invalid_request"}), BUG, RESTART),
    (token(400, {"error": "invalid_grant"}), CONSENT[2], RESTART),
    (token(400, {"error": "access_denied"}), CONSENT[2], RESTART),
    (token(400, b"<html>Bad request</html>"), CONSENT[2], RESTART),
    (token(400, b""), CONSENT[2], RESTART),
    (token(403, b""), (ConsentNeeded, Cause.USER_BLOCKED), RESTART),
    (token(404, b""), BUG, RESTART),
    (token(200, b""), LATER, LATER),
    (token(302, b""), LATER, LATER),
    (token(429, b""), LATER, LATER),
    (token(500, b"<html>"), LATER, LATER),
    (token(503, b""), LATER, LATER),
]


@pytest.mark.parametrize(("found", "on_refresh", "on_exchange"), TOKEN_TABLE)
def test_a_refusal_of_the_token_endpoint_has_its_class_and_cause(found, on_refresh, on_exchange):
    refreshed, exchanged = refresh_fault(found), exchange_fault(found)
    assert (type(refreshed), refreshed.cause) == on_refresh
    assert (type(exchanged), exchanged.cause) == on_exchange


@pytest.mark.parametrize("fault_for", [refresh_fault, exchange_fault])
def test_no_description_reaches_an_error_of_the_token_endpoint(fault_for):
    error = fault_for(token(400, {"error": "new_error", "error_description": "token eyJhbGciOi of Jansen"}))
    assert "eyJ" not in str(error)
    assert "400, new_error" in str(error)
