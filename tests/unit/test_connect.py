"""From the invitation to the first token, and every way in which it must not work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.connect import Answer, Connect, Visit
from shared.errors import Broken, Cause, ConsentNeeded, Refused, RetryLater
from shared.throttle import Throttle
from tests.support.chain import Bench

COOKIE = "__Host-qics-connect"


@dataclass
class Browser:
    """Somebody at a browser: keeps our cookie, follows us to Exact, consents there and comes back."""

    bench: Bench
    connect: Connect
    nonce: str = ""
    language: str = "en"

    def open(self, link: str) -> Answer:
        answer = self.connect.begin(self.visit({"invitation": parameters(link)["invitation"]}))
        self.nonce = cookie(answer) or self.nonce
        return answer

    def consent(self, answer: Answer, user: str = "user-1") -> dict[str, str]:
        """What Exact's consent page sends the browser back with."""
        return {"code": self.bench.exact.consent(user), "state": parameters(answer.headers["Location"])["state"]}

    def come_back(self, query: dict[str, str]) -> Answer:
        return self.connect.finish(self.visit(query))

    def connect_to(self, tenant: str, user: str = "user-1") -> Answer:
        return self.come_back(self.consent(self.open(self.connect.invite(tenant)), user))

    def visit(self, query: dict[str, str]) -> Visit:
        headers = {"Cookie": f"other=1; {COOKIE}={self.nonce}", "Accept-Language": self.language}
        return Visit.of(query, headers)


def parameters(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def cookie(answer: Answer) -> str:
    return SimpleCookie(answer.headers["Set-Cookie"])[COOKIE].value if "Set-Cookie" in answer.headers else ""


@pytest.fixture
def connect(bench: Bench) -> Connect:
    return Connect(
        bench.register,
        bench.vault,
        bench.tokens("web"),
        Throttle(limit=50, seconds=60, clock=bench.clock, salt=b"salt"),
        client_id_for=lambda country: f"app-{country}",
        user_of=bench.exact.user_of,
        base_url="https://app.example.com",
        clock=bench.clock,
    )


@pytest.fixture
def browser(bench: Bench, connect: Connect) -> Browser:
    return Browser(bench, connect)


def connected(bench: Bench, tenant: str = "first") -> bool:
    try:
        return bench.exact.accepts(bench.tokens().access(tenant))
    except ConsentNeeded:
        return False


def test_an_invited_customer_ends_connected_with_a_trial_from_today_and_due_at_once(
    bench: Bench, browser: Browser
) -> None:
    answer = browser.connect_to("first")
    assert (answer.status, "Exact Online is connected" in answer.body) == (200, True)
    assert connected(bench)
    tenant = bench.register.tenants.get("first")
    assert (tenant.trial_from, tenant.next_sync_at) == (date(2026, 3, 1), bench.clock.now)


def test_the_browser_is_sent_to_the_tenants_own_host_with_our_id_and_address(browser: Browser) -> None:
    answer = browser.open(browser.connect.invite("first"))
    sent = urlsplit(answer.headers["Location"])
    assert (answer.status, sent.scheme, sent.netloc) == (303, "https", "start.exactonline.nl")
    asked = parameters(answer.headers["Location"])
    assert asked["client_id"] == "app-nl"
    assert asked["redirect_uri"] == "https://app.example.com/api/callback"


def test_the_cookie_is_kept_from_scripts_other_sites_and_plain_http(browser: Browser) -> None:
    morsel = SimpleCookie(browser.open(browser.connect.invite("first")).headers["Set-Cookie"])[COOKIE]
    assert (morsel["secure"], morsel["httponly"], morsel["samesite"]) == (True, True, "Lax")
    assert (morsel["path"], morsel["domain"], morsel["max-age"]) == ("/", "", "600")


def test_the_cookies_nonce_does_not_travel_through_exact(browser: Browser) -> None:
    answer = browser.open(browser.connect.invite("first"))
    assert browser.nonce not in answer.headers["Location"]


def test_the_cookie_is_dropped_when_all_is_done(browser: Browser) -> None:
    assert "Max-Age=0" in browser.connect_to("first").headers["Set-Cookie"]


def test_looking_at_an_invitation_does_not_use_it(bench: Bench, browser: Browser) -> None:
    link = browser.connect.invite("first")
    assert [browser.open(link).status for _ in range(3)] == [303] * 3
    browser.come_back(browser.consent(browser.open(link)))
    assert connected(bench)


def test_an_invitation_works_once(bench: Bench, browser: Browser) -> None:
    link = browser.connect.invite("first")
    first, second = browser.open(link), browser.open(link)
    assert browser.come_back(browser.consent(second)).status == 200
    assert browser.open(link).status == 403
    assert browser.come_back(browser.consent(first, "user-2")).status == 400


def test_two_tabs_of_one_invitation_store_one_consent(bench: Bench, browser: Browser) -> None:
    link = browser.connect.invite("first")
    one, other = browser, replace(browser)
    queries = one.consent(one.open(link), "user-1"), other.consent(other.open(link), "user-2")
    assert one.come_back(queries[0]).status == 200
    assert other.come_back(queries[1]).status == 403
    assert bench.exact.users[bench.tokens().access("first")] == "user-1"


@pytest.mark.parametrize(("days", "status"), [(6.99, 303), (7, 403)])
def test_an_invitation_lasts_seven_days(bench: Bench, browser: Browser, days: float, status: int) -> None:
    link = browser.connect.invite("first")
    bench.clock.now += timedelta(days=days)
    assert browser.open(link).status == status


@pytest.mark.parametrize(
    "change", [lambda _: "-", lambda t: t[:-1], lambda t: t.swapcase(), lambda _: "nonsense", lambda _: "€"]
)
def test_an_invitation_that_was_touched_is_none(browser: Browser, change: Callable[[str], str]) -> None:
    token = parameters(browser.connect.invite("first"))["invitation"]
    assert browser.open(f"https://x/?invitation={change(token)}").status == 403


def test_a_state_is_no_invitation_and_an_invitation_no_state(browser: Browser) -> None:
    link = browser.connect.invite("first")
    state = parameters(browser.open(link).headers["Location"])["state"]
    assert browser.open(f"https://x/?invitation={state}").status == 403
    assert browser.come_back({"code": "c", "state": parameters(link)["invitation"]}).status == 400


@pytest.mark.parametrize("nonce", ["", "somebody-elses"])
def test_another_browser_cannot_finish(bench: Bench, browser: Browser, nonce: str) -> None:
    query = browser.consent(browser.open(browser.connect.invite("first")))
    assert replace(browser, nonce=nonce).come_back(query).status == 400
    assert not connected(bench)
    assert browser.come_back(query).status == 200


@pytest.mark.parametrize(("minutes", "status"), [(9.9, 200), (10, 400)])
def test_a_state_lasts_ten_minutes(bench: Bench, browser: Browser, minutes: float, status: int) -> None:
    query = browser.consent(browser.open(browser.connect.invite("first")))
    bench.clock.pass_by(minutes * 60)
    assert browser.come_back(query).status == status


def test_who_says_no_at_exact_may_use_the_invitation_again(bench: Bench, browser: Browser) -> None:
    link = browser.connect.invite("first")
    state = parameters(browser.open(link).headers["Location"])["state"]
    answer = browser.come_back({"error": "access_denied", "state": state})
    assert (answer.status, "Nothing was connected" in answer.body) == (200, True)
    assert browser.come_back(browser.consent(browser.open(link))).status == 200


def test_a_user_who_feeds_another_tenant_is_refused_and_the_other_reads_on(bench: Bench, browser: Browser) -> None:
    browser.connect_to("first")
    answer = browser.connect_to("second")
    assert (answer.status, "dedicated user" in answer.body) == (409, True)
    assert connected(bench, "first")
    assert bench.register.tenants.get("second").trial_from is None


def test_a_second_consent_does_not_begin_a_second_trial(bench: Bench, browser: Browser) -> None:
    browser.connect_to("first")
    bench.clock.now += timedelta(days=10)
    browser.connect_to("first")
    assert bench.register.tenants.get("first").trial_from == date(2026, 3, 1)


def test_the_trial_begins_on_the_day_in_amsterdam(bench: Bench, browser: Browser) -> None:
    bench.clock.now = bench.clock.now.replace(hour=23, minute=30)
    browser.connect_to("first")
    assert bench.register.tenants.get("first").trial_from == date(2026, 3, 2)


def test_a_code_exact_does_not_take_connects_nothing(bench: Bench, browser: Browser) -> None:
    query = browser.consent(browser.open(browser.connect.invite("first"))) | {"code": "made-up"}
    assert browser.come_back(query).status == 400
    assert bench.register.tenants.get("first").trial_from is None


def test_a_purged_tenant_cannot_be_connected(bench: Bench, browser: Browser) -> None:
    link = browser.connect.invite("first")
    bench.register.tenants.tombstone("first", date(2026, 3, 1))
    assert browser.open(link).status == 410


@pytest.mark.parametrize(
    ("fault", "status"), [(RetryLater(Cause.UNREACHABLE), 503), (Broken(Cause.WRONG_CREDENTIALS), 500)]
)
def test_a_failure_of_ours_is_said_kindly_and_shows_nothing(
    bench: Bench, browser: Browser, monkeypatch: pytest.MonkeyPatch, fault: Exception, status: int
) -> None:
    def fail(code: str, redirect_uri: str) -> None:
        raise fault

    monkeypatch.setattr(bench.exact, "exchange", fail)
    answer = browser.connect_to("first")
    assert (answer.status, "not your fault" in answer.body) == (status, True)
    assert "first" not in answer.body
    assert "credentials" not in answer.body


def test_nobody_is_invited_to_a_tenant_that_is_not_there(connect: Connect) -> None:
    with pytest.raises(Refused) as refused:
        connect.invite("nobody")
    assert refused.value.cause is Cause.UNKNOWN_TENANT


def test_an_address_that_knocks_too_often_is_sent_away_for_a_minute(bench: Bench, browser: Browser) -> None:
    link = browser.connect.invite("first")
    statuses = [browser.open(link).status for _ in range(51)]
    assert statuses == [303] * 50 + [429]
    bench.clock.pass_by(60)
    assert browser.open(link).status == 303


def test_the_language_of_the_first_page_is_kept_through_exact(browser: Browser) -> None:
    query = browser.consent(replace(browser, language="nl").open(browser.connect.invite("first")))
    assert '<html lang="nl">' not in browser.come_back(query).body, "another browser: refused in its own language"
    browser.language = "nl"
    query = browser.consent(browser.open(browser.connect.invite("first")))
    browser.language = "en"
    assert '<html lang="nl">' in browser.come_back(query).body


def test_no_log_line_holds_an_invitation_a_state_or_a_code(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", logger="qics"):
        link = browser.connect.invite("first")
        query = browser.consent(browser.open(link))
        browser.come_back(query)
        browser.come_back(query)
    assert caplog.records
    assert not any(secret in caplog.text for secret in (*query.values(), parameters(link)["invitation"], browser.nonce))
