"""A replay server: recorded replies of Exact Online, to the byte, behind an unmodified client.

A request is answered only when it is the recorded one: path, options and the set of selected columns. All else
gets 404, as no recording says what Exact would answer.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

from local.net.server import Handler, TlsServer

#: host and division the recordings were made on
HOST, DIVISION = "start.exactonline.fr", 124132
JSON, HTML = "application/json; charset=utf-8", "text/html; charset=utf-8"
#: the access token that Exact takes for expired
EXPIRED = "expired"

type Options = frozenset[tuple[str, str]]
type Key = tuple[str, Options, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded data reply: file, path below /api/v1/, options, and whether the columns were selected."""

    file: str
    path: str
    options: str = ""
    selected: bool = False
    status: int = 200


ORDERED = "$orderby=Modified asc&$top=100"
ACCOUNT = "crm/Accounts(guid'a58c29d9-ef92-40f1-b817-31b36990898c')"
ITEM = "logistics/Items(guid'61facaed-0389-4183-bf67-ac1c179e1050')"
INVOICE = "salesinvoice/SalesInvoices(guid'7b282ae4-d920-46b0-87fd-3da21b818780')"

RECORDED = (
    Recorded("01-current-Me-full.json", "current/Me"),
    Recorded("02-current-Me-select-one.json", "current/Me", selected=True),
    Recorded("03-system-Divisions-results.json", "124132/system/Divisions"),
    Recorded("05-financial-GLAccounts-page1-orderby.json", "124132/financial/GLAccounts", ORDERED, selected=True),
    Recorded(
        "07-financial-GLAccounts-page1-default.json", "124132/financial/GLAccounts", "$skip=0&$top=100", selected=True
    ),
    Recorded(
        "08-financialtransaction-TransactionLines-page1.json",
        "124132/financialtransaction/TransactionLines",
        ORDERED,
        selected=True,
    ),
    Recorded("11-financial-Journals-full.json", "124132/financial/Journals"),
    Recorded("12-financial-Journals-select.json", "124132/financial/Journals", selected=True),
    Recorded("13-vat-VATCodes-results.json", "124132/vat/VATCodes", "$top=100"),
    Recorded("15-financialtransaction-Transactions.json", "124132/financialtransaction/Transactions", selected=True),
    Recorded("16-cashflow-Payments-empty-results.json", "124132/cashflow/Payments"),
    Recorded("18-salesorder-SalesOrders-empty-array.json", "124132/salesorder/SalesOrders"),
    Recorded("19-crm-Accounts-select-top1000.json", "124132/crm/Accounts", "$top=1000", selected=True),
    Recorded("20-crm-Accounts-select-noCode.json", "124132/crm/Accounts", selected=True),
    Recorded("21-crm-Accounts-single.json", f"124132/{ACCOUNT}"),
    Recorded("27-logistics-Items-results.json", "124132/logistics/Items", selected=True),
    Recorded("28-logistics-Items-single-full.json", f"124132/{ITEM}"),
    Recorded("29-logistics-ItemGroups.json", "124132/logistics/ItemGroups", selected=True),
    Recorded("30-purchaseentry-PurchaseEntries-select.json", "124132/purchaseentry/PurchaseEntries", selected=True),
    Recorded("32-salesinvoice-SalesInvoices-select.json", "124132/salesinvoice/SalesInvoices", selected=True),
    Recorded("34-salesinvoice-SalesInvoices-single-deferred.json", f"124132/{INVOICE}"),
    Recorded("50-error-400-guid-literal.txt", "124132/crm/Accounts", "$filter=ID eq guid'dsadsds'", status=400),
    Recorded("53-error-400-select-or-top.txt", "124132/financialtransaction/TransactionLines", status=400),
    Recorded("54-error-400-query-syntax.txt", "124132/financial/GLAccounts", "$filter=Code eq", status=400),
    Recorded("57-error-503-empty-headers.txt", "124132/logistics/Items", "$filter=malformed", status=503),
)
#: page -> the file behind its `__next`
BEHIND = {
    "05-financial-GLAccounts-page1-orderby.json": "06-financial-GLAccounts-page2-last.json",
    "08-financialtransaction-TransactionLines-page1.json": "09-financialtransaction-TransactionLines-page2.json",
}
#: the refresh token of a request -> (status, file)
TOKENS = {
    "good": (200, "60-token-200-vendor.json"),
    "old": (401, "61-token-401-old-refresh.json"),
    "expired": (400, "62-token-400-expired-refresh.json"),
    "forked": (400, "63-token-400-chainid.json"),
    "young": (400, "64-token-400-too-early.json"),
    "foreign": (400, "65-token-400-invalid-client.json"),
    "malformed": (400, "66-token-400-invalid-request.json"),
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent: status, headers, body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it came."""

    method: str
    target: str
    headers: dict[str, str]


class Replay:
    """The recordings by request, and the requests that came."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rates = tuple(_headers((folder / "58-rate-limit-headers-200.txt").read_text()))
        self._replies = dict(self._load())
        self.seen: list[Seen] = []

    def get(self, target: str, token: str) -> Reply:
        """Answer a GET of `target` under the access token `token`."""
        if token == EXPIRED:
            return Reply(401, (("Content-Type", HTML),), self._read("56-error-401-object-moved.txt"))
        parts = urlsplit(target)
        return self._replies.get(_key(parts.path, parse_qsl(parts.query)), Reply(404, (), b""))

    def post(self, form: str) -> Reply:
        """Answer a refresh."""
        status, file = TOKENS[parse_qs(form)["refresh_token"][0]]
        return Reply(status, (("Content-Type", JSON),), self._read(file))

    def _read(self, file: str) -> bytes:
        return (self._folder / file).read_bytes()

    def _load(self) -> Iterator[tuple[Key, Reply]]:
        for recorded in RECORDED:
            body = self._read(recorded.file)
            select = [("$select", ",".join(_properties(body)))] if recorded.selected else []
            yield _key(f"/api/v1/{recorded.path}", [*parse_qsl(recorded.options), *select]), self._reply(recorded, body)
            if recorded.file in BEHIND:
                link = urlsplit(json.loads(body)["d"]["__next"])
                yield _key(link.path, parse_qsl(link.query)), self._answer(self._read(BEHIND[recorded.file]))

    def _reply(self, recorded: Recorded, body: bytes) -> Reply:
        if recorded.status == 503:
            own = {"Content-Length", "Date", "Connection"}
            return Reply(503, tuple(pair for pair in _headers(body.decode()) if pair[0] not in own), b"")
        return Reply(recorded.status, (("Content-Type", JSON), *self._rates), body)

    def _answer(self, body: bytes) -> Reply:
        return Reply(200, (("Content-Type", JSON), *self._rates), body)


def replay_server(replay: Replay, context: ssl.SSLContext) -> TlsServer:
    """Make the HTTPS server that answers from `replay`."""
    return TlsServer(_handler(replay), context)


def _handler(replay: Replay) -> type[BaseHTTPRequestHandler]:
    class ReplayHandler(Handler):
        def do_GET(self) -> None:  # noqa: N802 -- the base class looks for this name
            self._note()
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            reply = replay.get(self.path, token)
            self.reply(reply.status, reply.headers, reply.body)

        def do_POST(self) -> None:  # noqa: N802
            self._note()
            reply = replay.post(self.body().decode())
            self.reply(reply.status, reply.headers, reply.body)

        def _note(self) -> None:
            replay.seen.append(Seen(self.command, self.path, dict(self.headers)))

    return ReplayHandler


def _key(path: str, options: list[tuple[str, str]]) -> Key:
    """Tell requests apart as Exact does: the order of options and of selected columns means nothing."""
    given = dict(options)
    select = frozenset(given.pop("$select", "").split(",")) - {""}
    return path, frozenset(given.items()), select


def _properties(body: bytes) -> set[str]:
    """Give the columns of a recorded list."""
    return {name for row in json.loads(body)["d"]["results"] for name in row} - {"__metadata"}


def _headers(text: str) -> Iterator[tuple[str, str]]:
    """Read recorded header lines; a status line is passed over."""
    for line in text.splitlines():
        name, colon, value = line.partition(": ")
        if colon:
            yield name, value
