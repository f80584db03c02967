"""Every reader of what comes from outside, as one function from bytes: it gives a value or raises a PipelineError.

More than that is asked where more can be known: what a reader gives must be what it promises.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import requests
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from local.exact_simulator.reply import Reply, Request
from shared.errors import StreamStopped
from shared.exact.client import Client
from shared.exact.limits import DAY, MARGIN, Limits, server_date
from shared.exact.me import me
from shared.exact.oauth import AppCredentials, TokenEndpoint
from shared.exact.pages import Paging
from shared.exact.records import reader
from shared.exact.rights import has_right
from shared.exact.session import session
from shared.exact.wire import decode_function, decode_list, decode_object, decode_record
from shared.messages import SyncDivision, SyncTenant, decode, encode
from shared.settings import TABLE, read
from shared.streams import CATALOGUE
from shared.streams.model import Column, Word
from tests.fuzz import inputs
from tests.fuzz.desk import desk
from tests.support.wireless import WirelessAdapter

NOW = datetime(2026, 6, 25, 14, 12, 49, tzinfo=UTC)
BASE = "https://start.exactonline.nl/api/v1/"
LIST = f"{BASE}7/sync/Logistics/Items?$filter=Timestamp%20gt%201L&$select=ID,Timestamp,Code"
LIMITS = [f"X-RateLimit-{kind}{what}" for kind in ("", "Minutely-") for what in ("Limit", "Remaining", "Reset")]
HEADERS = ["Date", "Retry-After", "Content-Type", "Location", "WWW-Authenticate", *LIMITS]
KINDS: dict[Word, type | tuple[type, ...]] = {
    Word.KEY: str,
    Word.CODE: str,
    Word.TEXT: str,
    Word.DAY: date,
    Word.LOCAL_TIME: datetime,
    Word.VERSION: int,
    Word.MONEY: Decimal,
    Word.RATE: Decimal,
    Word.QUANTITY: Decimal,
    Word.FLAG: bool,
    Word.NUMBER: int,
}


@dataclass(frozen=True, slots=True)
class Target:
    """A reader, and what is thrown at it besides the kept inputs."""

    read: Callable[[bytes], object]
    inputs: inputs.Inputs


@dataclass
class Canned:
    """A server with one reply, wireless."""

    reply: Reply

    def answer(self, _: Request) -> Reply:
        return self.reply

    def clock(self) -> datetime:
        return NOW

    def session(self) -> requests.Session:
        made = session()
        made.mount(BASE.partition("/api")[0], WirelessAdapter(self))  # type: ignore[arg-type]
        return made


def document(data: bytes) -> dict[str, Any]:
    """Read an input that was written down as JSON; one that was mutated into something else is empty."""
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def texts(found: object) -> CaseInsensitiveDict[str]:
    """Keep what is text: headers, parameters and variables hold nothing else, and no line breaks."""
    pairs = found.items() if isinstance(found, dict) else ()
    return CaseInsensitiveDict({n: v for n, v in pairs if isinstance(v, str) and not {"\r", "\n", "\0"} & {*v, *n}})


def canned(data: bytes) -> Canned:
    """Read a reply."""
    found = document(data)
    status, body = found.get("status"), found.get("body")
    known = status if isinstance(status, int) and 100 <= status <= 599 else 200
    text = body if isinstance(body, str) else ""
    return Canned(Reply(known, tuple(texts(found.get("headers")).items()), text.encode(errors="replace")))


def listed(data: bytes) -> None:
    decode_list(data)


def one_object(data: bytes) -> None:
    decode_object(data)


def function(data: bytes) -> None:
    decode_function(data, "UserHasRights")


def user(data: bytes) -> None:
    me(lambda _: data, "nl")


def right(data: bytes) -> None:
    has_right(lambda _: data, "nl", 7, "logistics/Items")


def record(data: bytes) -> None:
    decode_record(data.decode(errors="replace"))


def rows(data: bytes) -> None:
    """No row is lost, and each value is of its column's word."""
    name, _, body = data.partition(b"\n")
    stream = CATALOGUE.get(name.decode(errors="replace"), CATALOGUE["Items"])
    page = decode_list(body).rows
    found = reader(stream).read(page, 7)
    assert len(found.rows) + len(found.refusals) == len(page)
    for row in found.rows:
        assert [
            column.name for column, value in zip(stream.columns, row, strict=True) if not _fits(column, value)
        ] == []
    for refusal in found.refusals:
        decode_record(refusal.record)


def _fits(column: Column, value: object) -> bool:
    return value is None or isinstance(value, KINDS[column.word])


def pair(data: bytes) -> None:
    """A token reply, to a refresh and to an exchange."""
    with canned(data).session() as http:
        endpoint = TokenEndpoint("nl", http, AppCredentials("id", "secret"), lambda: NOW)
        assert endpoint.refresh("old").access_token
        assert endpoint.exchange("code", "https://app.example.test/api/callback").refresh_token


def headers(data: bytes) -> None:
    """No header makes us wait longer than a day, and what was heard can be kept."""
    found = document(data)
    given = texts(found.get("headers"))
    status = 429 if found.get("status") == 429 else 200
    limits = Limits().after(given, status, server_date(given), NOW)
    assert Limits.from_json(limits.to_json()) == limits
    held = limits.wait(NOW, 0.3)
    assert held is None or held[1] - NOW <= DAY + 2 * MARGIN


def kept_limits(data: bytes) -> None:
    Limits.from_json(data.decode(errors="replace")).wait(NOW, 0.3)


def reply(data: bytes) -> None:
    """Any reply to a data call, through the client."""
    with canned(data).session() as http:
        client = Client(
            "nl",
            http,
            access=lambda force_new: "token",
            clock=lambda: NOW,
            limits=Limits(),
            on_call=lambda call: None,
            share=0.0,
            sleep=lambda seconds: None,
        )
        assert client.get(LIST)


def link(data: bytes) -> None:
    """A link that may be followed leads to the grant's own host, whoever takes it apart."""
    followed = Paging("nl").check(data.decode(errors="replace"), LIST)
    if followed:
        try:
            asked = requests.Request("GET", followed).prepare().url
        except (requests.RequestException, ValueError):  # the client names it
            return
        assert urlsplit(asked).hostname == "start.exactonline.nl"


def message(data: bytes) -> None:
    """What is taken for a message can be written as one."""
    for kind in (SyncTenant, SyncDivision):
        try:
            found = decode(kind, data)
        except StreamStopped:
            raise AssertionError("a message is refused, never a stream") from None
        assert decode(kind, encode(found).encode()) == found


def environment(data: bytes) -> None:
    found = texts(document(data))
    assert read(found).base_url.startswith("https://")


def visit(data: bytes) -> None:
    """A browser's request is always answered, with a page or a redirect, and never the tenant's with another's."""
    found = document(data)
    answer = desk().visit(str(found.get("path")), str(found.get("query", "")), texts(found.get("headers")))
    assert answer.status in (200, 303, 400, 403, 409, 410, 429, 500, 503)


_given = inputs.texts()
_replies = inputs.documents(
    status=st.sampled_from([200, 204, 302, 400, 401, 403, 404, 408, 410, 418, 429, 500, 503, 599]),
    headers=inputs.named([*HEADERS, "Reason"], st.sampled_from(["0", "-1", "9" * 19, "59", "1782396000000", "x", ""])),
    body=inputs.values() | _given,
)
_dates = st.sampled_from(
    ["Thu, 25 Jun 2026 14:12:49 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 +2359", "Thu,", "0"]
)

TARGETS = {
    "list": Target(listed, inputs.bodies()),
    "object": Target(one_object, inputs.bodies()),
    "function": Target(function, inputs.bodies()),
    "me": Target(user, inputs.bodies()),
    "right": Target(right, inputs.bodies()),
    "record": Target(record, inputs.values().map(lambda text: text.encode())),
    "rows": Target(rows, inputs.pages()),
    "pair": Target(pair, _replies),
    "headers": Target(
        headers,
        inputs.documents(
            status=st.sampled_from([200, 429]),
            headers=inputs.named(HEADERS, _dates | _given | st.integers().map(str)),
        ),
    ),
    "limits": Target(kept_limits, inputs.values().map(lambda text: text.encode())),
    "reply": Target(reply, _replies),
    "link": Target(link, _given.map(lambda text: (BASE + text).encode()) | st.binary(max_size=60)),
    "message": Target(
        message, inputs.objects(inputs.values(), ("tenant", "run", "division", "step", "v")).map(str.encode)
    ),
    "environment": Target(
        environment, inputs.named([row.name for row in TABLE], _given).map(lambda env: json.dumps(env).encode())
    ),
    "visit": Target(
        visit,
        inputs.documents(
            path=st.sampled_from(["begin", "finish"]),
            query=_given
            | st.lists(
                st.tuples(
                    st.sampled_from(["invitation", "state", "code", "lang", "error"]),
                    _given | st.sampled_from(["{invitation}", "{state}"]),
                )
            ).map(lambda pairs: "&".join(f"{n}={v}" for n, v in pairs)),
            headers=inputs.named(
                ["Cookie", "Accept-Language", "X-Forwarded-For"], _given | st.just("__Host-qics-connect={nonce}")
            ),
        ),
    ),
}
