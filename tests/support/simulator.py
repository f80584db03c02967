"""A running simulator: over a few hand-made rows for tests of the server, under the real host name for clients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from local.exact_simulator.books.values import Value
from local.exact_simulator.schema import entity
from local.exact_simulator.settings import App, Settings
from local.exact_simulator.simulator import Simulator
from local.net.authority import Authority

HOST = "start.exactonline.nl"
BASE = f"https://{HOST}"
ADMIN_KEY = "admin-key-of-the-tests"
NOON = datetime(2026, 6, 25, 12, 0, 10, tzinfo=UTC)
APP = App(redirect_uris=("https://app.example.test/api/callback",))

type Row = dict[str, Value]


@dataclass
class TinyUser:
    """One person."""

    user_id: str = "0f0f0f0f-0000-4000-8000-000000000001"
    email: str = "jan@example.test"
    password: str = "a password"
    full_name: str = "Jan Voorbeeld"
    divisions: set[int] = field(default_factory=lambda: {100, 200})
    rights: dict[int, set[str]] = field(default_factory=dict)


@dataclass
class TinyCompany:
    """One division with the rows a test puts in."""

    code: int
    info: Row
    tables: dict[str, list[Row]] = field(default_factory=dict)
    balances: dict[int, list[Row]] = field(default_factory=dict)

    def put(self, name: str, *rows: Row) -> None:
        """Add rows; properties not given are empty."""
        empty = dict.fromkeys(entity(name).properties)
        self.tables.setdefault(name, []).extend(empty | {"Division": self.code} | row for row in rows)

    def since(self, name: str, version: int) -> Iterator[Row]:
        rows = [row for row in self.tables.get(name, []) if int(str(row["Timestamp"])) > version]
        return iter(sorted(rows, key=lambda row: int(str(row["Timestamp"]))))

    def deleted_since(self, version: int) -> Iterator[Row]:
        return self.since("Deleted", version)

    def rows(self, name: str) -> Iterator[Row]:
        return iter(self.tables.get(name, []))

    def lines_of(self, year: int, period: int) -> Iterator[Row]:
        wanted = (year, period)
        return (
            row for row in self.rows("TransactionLines") if (row["FinancialYear"], row["FinancialPeriod"]) == wanted
        )

    def truth(self, name: str) -> Iterator[Row]:
        return self.rows(name)

    def years(self) -> list[int]:
        return sorted(self.balances)

    def reporting_balance(self, year: int) -> Iterable[Row]:
        return self.balances[year]

    def opening_balances(self, variant: str) -> Iterable[Row]:
        return self.tables.get(variant, [])


@dataclass
class TinyBooks:
    """Two companies of one licence and a person who may open both."""

    users: dict[str, TinyUser]
    divisions: dict[int, TinyCompany]
    now: datetime


def tiny_books() -> TinyBooks:
    person = TinyUser()
    empty = dict.fromkeys(entity("Divisions").properties)
    info = {"Customer": "83b186b4-483d-474a-bebc-85da71e6f1ed", "BlockingStatus": 0, "Status": 1}
    companies = {
        code: TinyCompany(code, empty | info | {"Code": code, "Description": f"B.V. {code}"}) for code in (100, 200)
    }
    return TinyBooks({person.user_id: person}, companies, NOON.replace(tzinfo=None))


class Form(HTMLParser):
    """The one form of a page: where it goes and what it would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given["action"]
        if tag == "input":
            self.fields.append((given["name"], given.get("value", "")))


@dataclass
class Exact:
    """A running simulator as a client sees it: requests through the proxy, forms filled in, tokens kept."""

    simulator: Simulator
    books: Any
    session: requests.Session
    person: Any  #: who logs in and consents
    token: str = ""
    refresh_token: str = ""

    def consent(
        self, divisions: Iterable[int] = (100, 200), *, decision: str = "allow", **changes: str
    ) -> dict[str, str]:
        """Go through login and consent as a browser would; the parameters the app gets back."""
        asked = {
            "client_id": APP.client_id,
            "redirect_uri": APP.redirect_uris[0],
            "response_type": "code",
            "state": "s t&1",
        }
        page = self.session.get(f"{BASE}/api/oauth2/auth", params=asked | changes, timeout=10)
        if "Password" in page.text:
            login = {"UserName": self.person.email, "Password": self.person.password}
            page = self.session.post(BASE + Form(page.text).action, data=login, timeout=10)
        form = Form(page.text)
        wanted = {str(code) for code in divisions}
        data = [pair for pair in form.fields if pair[1] in wanted] + [("decision", decision)]
        back = self.session.post(BASE + form.action, data=data, timeout=10, allow_redirects=False)
        return {name: values[0] for name, values in parse_qs(urlsplit(back.headers["Location"]).query).items()}

    def token_call(self, **fields: str) -> requests.Response:
        """POST the token endpoint with the app's credentials."""
        credentials = {"client_id": APP.client_id, "client_secret": APP.client_secret}
        return self.session.post(f"{BASE}/api/oauth2/token", data=credentials | fields, timeout=10)

    def exchange(self, code: str) -> requests.Response:
        return self.token_call(grant_type="authorization_code", code=code, redirect_uri=APP.redirect_uris[0])

    def refresh(self, token: str = "") -> requests.Response:
        return self.token_call(grant_type="refresh_token", refresh_token=token or self.refresh_token)

    def connect(self, divisions: Iterable[int] = (100, 200)) -> None:
        """Consent and keep the pair."""
        pair = self.exchange(self.consent(divisions)["code"]).json()
        self.token, self.refresh_token = pair["access_token"], pair["refresh_token"]

    def get(self, path: str, token: str = "", **headers: str) -> requests.Response:
        """GET below /api/v1/ with the kept token."""
        asked = {"Authorization": f"Bearer {token or self.token}", "Accept": "application/json"} | headers
        address = path if path.startswith("https://") else f"{BASE}/api/v1/{path}"
        return self.session.get(address, headers=asked, timeout=10, allow_redirects=False)

    def rows(self, path: str) -> list[dict[str, Any]]:
        """GET a list; the rows of whichever form it has."""
        found = self.get(path).json()["d"]
        return found["results"] if isinstance(found, dict) else found

    def admin(
        self, path: str, arguments: dict[str, object] | None = None, *, key: str = ADMIN_KEY
    ) -> requests.Response:
        """Ask the admin: POST with arguments, else GET."""
        address = f"http://127.0.0.1:{self.simulator.admin_port}/_admin/{path}"
        method = "GET" if arguments is None else "POST"
        return requests.request(method, address, json=arguments, headers={"X-Admin-Key": key}, timeout=10)

    def later(self, seconds: float) -> None:
        self.simulator.clock.advance(seconds)


@pytest.fixture
def exact_over(
    authority: Authority, exact_network: Callable[[dict[str, int]], object]
) -> Iterator[Callable[..., Exact]]:
    """`exact_over(books, minute_limit=3)`: a running simulator over these books with these settings."""
    with ExitStack() as stack:

        def build(books: Any, *, app: App = APP, **settings: Any) -> Exact:
            context = authority.server_context(HOST)
            simulator = stack.enter_context(
                Simulator(books, context, Settings(apps=(app,), **settings), lambda: NOON, ADMIN_KEY)
            )
            exact_network({HOST: simulator.port})
            session = stack.enter_context(requests.Session())
            return Exact(simulator, books, session, next(iter(books.users.values())))

        yield build


@pytest.fixture
def exact(exact_over: Callable[..., Exact]) -> Exact:
    """A simulator over two companies without rows; nobody consented yet."""
    return exact_over(tiny_books())
