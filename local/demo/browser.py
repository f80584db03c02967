"""A person's browser: follows redirects, keeps cookies, fills in the form of a page and sends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

from local.demo.failure import DemoFailedError

LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is looked at."""

    url: str
    status: int
    heading: str
    action: str  #: where its form goes; "" when it has none
    fields: tuple[tuple[str, str], ...]  #: what the form would send as it stands
    asks: frozenset[str]  #: names of the fields that are to be filled in


class Browser:
    """One person's session, in English; `visited` are the pages seen, in order."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.headers["Accept-Language"] = LANGUAGE
        self.visited: list[Page] = []

    def open(self, url: str) -> Page:
        """Open an address, and follow where it leads."""
        return self._seen(self._session.get(url, timeout=30))

    def submit(self, page: Page, **filled: str) -> Page:
        """Send a page's form with what was filled in or pressed, and follow where it leads."""
        data = [pair for pair in page.fields if pair[0] not in filled]
        return self._seen(self._session.post(urljoin(page.url, page.action), [*data, *filled.items()], timeout=30))

    def close(self) -> None:
        """Forget the cookies and close the connections."""
        self._session.close()

    def _seen(self, reply: requests.Response) -> Page:
        looked = _Reader(reply.text)
        action, fields, asks = looked.action, tuple(looked.fields), frozenset(looked.asks)
        page = Page(reply.url, reply.status_code, " ".join(looked.heading.split()), action, fields, asks)
        self.visited.append(page)
        return page


def consent(browser: Browser, invitation: str, user: str, password: str, callback: str) -> Page:
    """Walk from an invitation through Exact's login and consent to the app's page at `callback`.

    Raises DemoFailedError when a page is not the expected one.
    """
    login = browser.open(invitation)
    _check(login, "Password" in login.asks, "Exact's login")
    choice = browser.submit(login, UserName=user, Password=password)
    _check(choice, "division" in choice.asks, "Exact's page of consent")
    end = browser.submit(choice, decision="allow")
    _check(end, end.url.startswith(callback), f"the page at {callback}")
    return end


def _check(page: Page, is_it: bool, wanted: str) -> None:  # noqa: FBT001 -- an observation, not a switch
    """Refuse another page than the wanted one. Queries are not shown: they carry codes and states."""
    if page.status != 200 or not is_it:
        where = page.url.partition("?")[0]
        raise DemoFailedError(f"the browser wanted {wanted} and came to {where}: {page.status} {page.heading!r}")


@dataclass
class _Reader(HTMLParser):
    """Heading and form of a page. Check boxes send their value while checked; buttons send nothing until pressed."""

    page: str
    action: str = ""
    heading: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    asks: set[str] = field(default_factory=set)
    _in_heading: bool = False

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag brings."""
        given = {name: value or "" for name, value in attrs}
        self._in_heading = tag == "h1" and not self.heading  # the app's pages repeat themselves in Dutch
        if tag == "form":
            self.action = given["action"]
        if tag == "input":
            self.asks.add(given["name"])
            if given.get("type") != "checkbox" or "checked" in given:
                self.fields.append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        """End the heading."""
        if tag == "h1":
            self._in_heading = False

    def handle_data(self, data: str) -> None:
        """Take the heading's words."""
        self.heading += data if self._in_heading else ""
