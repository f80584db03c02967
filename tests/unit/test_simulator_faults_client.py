"""Every fault against the unmodified client, over TLS and wireless alike: it heals, or ends in the error named here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from local.exact_simulator.fault import Fault
from local.exact_simulator.settings import Settings
from local.exact_simulator.simulator import Simulator
from shared.errors import Cause, PipelineError, RetryLater, StreamStopped
from shared.exact.client import Client
from shared.exact.limits import MARGIN, Limits
from shared.exact.oauth import AppCredentials, TokenEndpoint
from shared.exact.pages import Paging
from shared.exact.query import first_url
from shared.exact.session import session
from shared.exact.wire import decode_list
from shared.streams import stream
from tests.support.simulator import APP, BASE, NOON, Exact, tiny_books
from tests.support.wireless import WirelessAdapter

ITEMS = stream("Items")
COLUMNS = ["ID", "Timestamp", "Code"]
VERSIONS = [*range(2, 9)]
PAGE = 2


class Impatient(HTTPAdapter):
    """Waits 0.2 s for a byte, so that no test waits a minute."""

    def send(self, *given: Any, **named: Any) -> requests.Response:
        return super().send(*given, **named | {"timeout": (5.0, 0.2)})


class ImpatientWireless(WirelessAdapter):
    def send(self, request: requests.PreparedRequest, *given: Any, **named: Any) -> requests.Response:  # type: ignore[override]
        return super().send(request, *given, **named | {"timeout": (5.0, 0.2)})


class Reading:
    """The client, and a reading of the list of items page by page."""

    def __init__(self, exact: Exact, http: requests.Session) -> None:
        self.exact = exact
        self.http = http
        self.statuses: list[int] = []
        self.client = Client(
            "nl",
            http,
            access=lambda force_new: exact.token,
            clock=lambda: NOON,
            limits=Limits(),
            on_call=lambda call: self.statuses.append(call.status),
            share=0.0,
            sleep=lambda seconds: None,
        )

    def meets(self, kind: str, **fields: Any) -> None:
        self.exact.simulator.faults.plan(Fault(kind, **{"endpoint": "Logistics/Items"} | fields))

    def versions(self) -> list[int]:
        """Row versions as the pages bring them."""
        paging, found = Paging("nl"), []
        url = first_url("nl", ITEMS, 100, above=1, scope="", columns=COLUMNS)
        while url:
            page = decode_list(self.client.get(url))
            found += [int(str(row["Timestamp"])) for row in page.rows]
            url = paging.check(page.next_link, url)
        return found


@pytest.fixture(params=["tls", "wireless"])
def reading(request: pytest.FixtureRequest, exact_over: Callable[..., Exact]) -> Iterator[Reading]:
    books = tiny_books()
    rows = [{"ID": f"0000000{n}-0000-4000-8000-000000000000", "Timestamp": n, "Code": "x"} for n in VERSIONS]
    books.divisions[100].put("Items", *rows)
    with ExitStack() as stack:
        http = stack.enter_context(session())
        if request.param == "tls":
            exact = exact_over(books, page_size_sync=PAGE)
            http.mount("https://", Impatient())
        else:
            settings = Settings(apps=(APP,), page_size_sync=PAGE)
            simulator = stack.enter_context(Simulator(books, SSLContext(PROTOCOL_TLS_SERVER), settings, lambda: NOON))
            exact = Exact(simulator, books, stack.enter_context(requests.Session()), next(iter(books.users.values())))
            exact.session.mount(BASE, WirelessAdapter(simulator))
            http.mount("https://", ImpatientWireless(simulator))
        exact.connect()
        yield Reading(exact, http)


HEALING = [
    ("no_answer", {}, [200, 0, 200, 200, 200]),
    ("no_answer", {"seconds": 0.4}, [200, 0, 200, 200, 200]),
    ("reply_lost", {}, [200, 0, 200, 200, 200]),
    ("reply_lost", {"seconds": 0.4}, [200, 0, 200, 200, 200]),
    ("reset", {}, [200, 0, 200, 200, 200]),
    ("broken_off", {}, [200, 0, 200, 200, 200]),
    ("trickle", {"seconds": 0.01}, [200, 200, 200, 200]),
    ("trickle", {"seconds": 0.4}, [200, 0, 200, 200, 200]),
    ("empty", {}, [200, 200, 200, 200, 200]),
    ("html", {}, [200, 200, 200, 200, 200]),
    ("status", {"status": 500}, [200, 500, 200, 200, 200]),
    ("status", {"status": 503, "body": "<html>"}, [200, 503, 200, 200, 200]),
    ("headers_missing", {"times": 0}, [200, 200, 200, 200]),
    ("headers_zero", {"times": 0}, [200, 200, 200, 200]),
    ("skewed", {"seconds": 240, "times": 0}, [200, 200, 200, 200]),
    ("skewed", {"seconds": -240, "times": 0}, [200, 200, 200, 200]),
]


@pytest.mark.parametrize(("kind", "fields", "statuses"), HEALING)
def test_what_passes_by_itself_is_asked_again_and_no_row_is_missed(
    reading: Reading, kind: str, fields: dict[str, Any], statuses: list[int]
) -> None:
    reading.meets(kind, **{"nth": 2} | fields)
    assert reading.versions() == VERSIONS
    assert reading.statuses == statuses


def test_rows_that_come_twice_are_only_that(reading: Reading) -> None:
    reading.meets("repeated_rows", nth=2, rows=2)
    assert reading.versions() == [2, 3, *VERSIONS]


def test_an_empty_page_with_a_link_is_not_the_end(reading: Reading) -> None:
    reading.meets("empty_page", nth=2)
    assert reading.versions() == [2, 3, 6, 7, 8]


ENDING: list[tuple[str, dict[str, Any], type[PipelineError], Cause]] = [
    ("no_answer", {}, RetryLater, Cause.UNREACHABLE),
    ("reply_lost", {}, RetryLater, Cause.UNREACHABLE),
    ("reset", {}, RetryLater, Cause.UNREACHABLE),
    ("broken_off", {}, RetryLater, Cause.UNREACHABLE),
    ("empty", {}, RetryLater, Cause.SERVER_ERROR),
    ("html", {}, RetryLater, Cause.SERVER_ERROR),
    ("status", {"status": 502}, RetryLater, Cause.SERVER_ERROR),
    ("status", {"status": 403, "headers": {"Reason": "DivisionBlocked"}}, PipelineError, Cause.DIVISION_BLOCKED),
    ("status", {"status": 404}, StreamStopped, Cause.ENDPOINT_GONE),
    ("status", {"status": 429}, RetryLater, Cause.MINUTE_LIMIT),
    ("status", {"status": 302, "headers": {"Location": "https://evil.example/"}}, RetryLater, Cause.SERVER_ERROR),
    ("pool_empty", {}, RetryLater, Cause.CONTRACT_POOL),
    ("property_gone", {"name": "Code"}, StreamStopped, Cause.BAD_QUERY),
    ("truncated", {}, StreamStopped, Cause.PAGE_REFUSED),
    ("foreign_next", {}, StreamStopped, Cause.FOREIGN_LINK),
    ("foreign_next", {"name": "start.exactonline.nl.evil.example"}, StreamStopped, Cause.FOREIGN_LINK),
    ("repeated_page", {}, StreamStopped, Cause.PAGING_LOOP),
]


@pytest.mark.parametrize(("kind", "fields", "error", "cause"), ENDING)
def test_what_lasts_ends_in_the_error_that_names_it(
    reading: Reading, kind: str, fields: dict[str, Any], error: type[PipelineError], cause: Cause
) -> None:
    reading.meets(kind, nth=2, times=0, **fields)
    with pytest.raises(error) as raised:
        reading.versions()
    assert raised.value.cause is cause


@pytest.mark.parametrize("seconds", [-240, 240])
def test_an_empty_minute_ends_by_the_servers_own_clock(reading: Reading, seconds: int) -> None:
    empty = {"X-RateLimit-Minutely-Remaining": "0", "X-RateLimit-Minutely-Reset": str(_next_minute())}
    reading.meets("status", status=429, headers=empty)
    reading.meets("skewed", seconds=seconds)
    with pytest.raises(RetryLater) as raised:
        reading.versions()
    assert raised.value.until == NOON + timedelta(seconds=50) + MARGIN


def _next_minute() -> int:
    return int((NOON + timedelta(seconds=50)).timestamp()) * 1000


@pytest.mark.parametrize(
    ("kind", "fields", "cause"),
    [
        ("no_answer", {}, Cause.UNREACHABLE),
        ("reply_lost", {}, Cause.UNREACHABLE),
        ("reset", {}, Cause.UNREACHABLE),
        ("empty", {}, Cause.SERVER_ERROR),
        ("html", {}, Cause.SERVER_ERROR),
        ("truncated", {}, Cause.SERVER_ERROR),
        ("status", {"status": 500}, Cause.SERVER_ERROR),
    ],
)
def test_a_token_call_without_an_answer_says_so(
    reading: Reading, kind: str, fields: dict[str, Any], cause: Cause
) -> None:
    reading.exact.later(600)
    reading.meets(kind, endpoint="oauth2/token", **fields)
    tokens = TokenEndpoint("nl", reading.http, AppCredentials(APP.client_id, APP.client_secret), lambda: NOON)
    with pytest.raises(RetryLater) as raised:
        tokens.refresh(reading.exact.refresh_token)
    assert raised.value.cause is cause
