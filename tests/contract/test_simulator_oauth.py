"""The simulator's OAuth flow, through real forms over TLS, against the recorded token errors."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.simulator import APP, BASE, Exact


def test_a_consent_gives_back_a_code_and_the_state_as_it_came(exact: Exact) -> None:
    back = exact.consent()
    assert back["state"] == "s t&1"
    assert "!" in back["code"]


def test_a_denied_consent_gives_no_code(exact: Exact) -> None:
    assert exact.consent(decision="deny") == {"error": "access_denied", "state": "s t&1"}


def test_a_wrong_password_asks_again(exact: Exact) -> None:
    page = exact.session.post(
        f"{BASE}/docs/Login.aspx", data={"UserName": "jan@example.test", "Password": "no"}, timeout=10
    )
    assert "incorrect" in page.text
    assert "ExactOnlineSession" not in exact.session.cookies


def test_a_login_lasts_until_the_app_forces_a_new_one(exact: Exact) -> None:
    exact.consent()
    asked = {"client_id": APP.client_id, "redirect_uri": APP.redirect_uris[0], "response_type": "code"}
    again = exact.session.get(f"{BASE}/api/oauth2/auth", params=asked, timeout=10)
    forced = exact.session.get(f"{BASE}/api/oauth2/auth", params=asked | {"force_login": "1"}, timeout=10)
    assert "Companies" in again.text
    assert "Password" in forced.text
    assert exact.consent(force_login="1")["code"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"client_id": "unknown"}, 400),
        ({"redirect_uri": "https://app.example.test/api/callback/"}, 401),
        ({"redirect_uri": "http://app.example.test/api/callback"}, 401),
        ({"response_type": "token"}, 400),
    ],
)
def test_an_authorise_call_that_is_not_as_registered_is_refused(
    exact: Exact, changes: dict[str, str], status: int
) -> None:
    asked = {"client_id": APP.client_id, "redirect_uri": APP.redirect_uris[0], "response_type": "code"}
    assert exact.session.get(f"{BASE}/api/oauth2/auth", params=asked | changes, timeout=10).status_code == status


def test_a_pair_has_a_long_access_token_and_its_life_as_text(exact: Exact) -> None:
    pair = exact.exchange(exact.consent()["code"]).json()
    assert pair["expires_in"] == "600"
    assert len(pair["access_token"]) >= 600
    assert "!" in pair["refresh_token"]


def test_a_code_works_once(exact: Exact) -> None:
    code = exact.consent()["code"]
    assert exact.exchange(code).status_code == 200
    again = exact.exchange(code)
    assert (again.status_code, again.headers["Content-Type"]) == (400, "text/html; charset=utf-8")


def test_a_code_dies_after_three_minutes(exact: Exact) -> None:
    code = exact.consent()["code"]
    exact.later(181)
    assert exact.exchange(code).status_code == 400


def test_a_refresh_rotates_the_pair_and_the_old_access_token_lives_on(exact: Exact) -> None:
    exact.connect()
    exact.later(570)
    pair = exact.refresh().json()
    assert pair["refresh_token"] != exact.refresh_token
    assert exact.get("current/Me").status_code == 200


def test_only_the_granted_divisions_come_with_the_token(exact: Exact) -> None:
    exact.connect(divisions=[200])
    assert [row["Code"] for row in exact.rows("200/system/Divisions?$select=Code")] == [200]
    assert "division scope" in exact.get("100/financial/Journals?$select=ID").text


def test_a_second_consent_of_the_same_user_ends_the_first_chain(exact: Exact) -> None:
    exact.connect()
    first = exact.refresh_token
    exact.connect()
    exact.later(570)
    assert exact.refresh(first).json()["error_description"] == "Old refresh token used."
    assert exact.refresh().status_code == 200


def test_a_withdrawn_consent_ends_both_tokens(exact: Exact) -> None:
    exact.connect()
    assert exact.admin("revoke", {"user": next(iter(exact.books.users))}).status_code == 200
    exact.later(570)
    assert exact.refresh().json()["error"] == "invalid_grant"
    assert exact.get("current/Me").status_code == 401


def test_a_dutch_app_is_unknown_on_another_host(exact: Exact) -> None:
    reply = exact.session.post(
        f"{BASE}/api/oauth2/token",
        data={"client_id": APP.client_id},
        headers={"Host": "start.exactonline.be"},
        timeout=10,
    )
    assert reply.json() == {"error": "invalid_client"}


def _old(exact: Exact) -> object:
    first = exact.refresh_token
    exact.later(570)
    exact.refresh()
    return exact.refresh(first)


def _expired(exact: Exact) -> object:
    exact.later(30 * 86400)
    return exact.refresh()


TOKEN_ERRORS: dict[str, Callable[[Exact], object]] = {
    "61-token-401-old-refresh.json": _old,
    "62-token-400-expired-refresh.json": _expired,
    "63-token-400-chainid.json": lambda exact: exact.refresh("never handed out"),
    "64-token-400-too-early.json": lambda exact: exact.refresh(),
    "65-token-400-invalid-client.json": lambda exact: exact.token_call(client_secret="wrong"),
    "66-token-400-invalid-request.json": lambda exact: exact.token_call(grant_type="password"),
}


@pytest.mark.parametrize("name", TOKEN_ERRORS)
def test_every_token_error_has_the_recorded_bytes(exact: Exact, kit: Path, name: str) -> None:
    exact.connect()
    reply = TOKEN_ERRORS[name](exact)
    recorded = (kit / "recorded" / name).read_bytes().strip()
    ours = reply.content.replace(b"7\\/25\\/2026 12:00:10 PM", b"7\\/31\\/2022 7:45:12 PM", 2)
    ours = ours.replace(b"7\\/31\\/2022 7:45:12 PM", b"11\\/3\\/2021 2:50:46 PM", 1) if name.startswith("62") else ours
    assert ours == recorded
    assert f"-{reply.status_code}-" in name


def test_a_success_is_laid_out_as_the_vendors_sample(exact: Exact, kit: Path) -> None:
    recorded = (kit / "recorded" / "60-token-200-vendor.json").read_text()
    sample = json.loads(recorded)
    body = exact.exchange(exact.consent()["code"]).text
    pair = json.loads(body)
    for name in ("access_token", "refresh_token"):
        body = body.replace(pair[name], sample[name])
    assert body == recorded


def test_the_reason_of_a_token_error_stands_in_a_header(exact: Exact) -> None:
    exact.connect()
    assert exact.refresh().headers["Reason"] == "TooEarlyToRefreshTokens: Rate limit exceeded: access_token not expired"
    assert exact.refresh("unknown").headers["Reason"].startswith("Unknown: Token is not allowed")
