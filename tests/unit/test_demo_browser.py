"""The demo's browser on Exact's own pages and on a page of the app."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from urllib.parse import urlencode

import pytest

from local.demo.browser import Browser, consent
from local.demo.failure import DemoFailedError
from local.net.authority import Authority
from local.net.server import Handler, TlsServer
from tests.support.simulator import APP, BASE, HOST, Exact

APP_HOST = "app.example.test"
ASKED = {"client_id": APP.client_id, "redirect_uri": APP.redirect_uris[0], "response_type": "code", "state": "s"}
AUTHORISE = f"{BASE}/api/oauth2/auth?{urlencode(ASKED)}"
USER, PASSWORD = "jan@example.test", "a password"


class AppPage(Handler):
    """Where the app's callback would be; under /sorry it is out of order."""

    def do_GET(self) -> None:  # noqa: N802
        status = 500 if "sorry" in self.path else 200
        self.reply(status, (("Content-Type", "text/html"),), b"<h1>Back\n again</h1><p>x</p><h1>Terug</h1>")


@pytest.fixture
def browser(
    exact: Exact, authority: Authority, exact_network: Callable[[Mapping[str, int]], object]
) -> Iterator[Browser]:
    with TlsServer(AppPage, authority.server_context(APP_HOST)) as app, closing(Browser()) as browser:
        exact_network({HOST: exact.simulator.port, APP_HOST: app.port})
        yield browser


def test_it_goes_from_the_login_over_the_consent_to_the_app(browser: Browser) -> None:
    end = consent(browser, AUTHORISE, USER, PASSWORD, APP.redirect_uris[0])
    assert end.heading == "Back again"
    assert "code=" in end.url
    assert [page.heading for page in browser.visited[:2]] == ["Exact Online - Log in", "Exact Online - Allow access"]


def test_checked_boxes_are_sent_and_what_was_filled_in_replaces_what_stood_there(browser: Browser) -> None:
    login = browser.open(AUTHORISE)
    assert login.fields == (("UserName", ""), ("Password", ""))
    choice = browser.submit(login, UserName=USER, Password=PASSWORD)
    assert choice.fields == (("division", "100"), ("division", "200"))


@pytest.mark.parametrize(
    ("start", "password", "complaint"),
    [
        (AUTHORISE, "another password", "wanted Exact's page of consent and came to https://start.exactonline.nl"),
        (f"https://{APP_HOST}/sorry?secret=1", PASSWORD, "wanted Exact's login and came to .*/sorry: 500 'Back again'"),
    ],
)
def test_a_page_that_was_not_expected_ends_the_demo_and_its_query_is_not_shown(
    browser: Browser, start: str, password: str, complaint: str
) -> None:
    with pytest.raises(DemoFailedError, match=complaint) as failed:
        consent(browser, start, USER, password, APP.redirect_uris[0])
    assert "?" not in str(failed.value)
