"""Real replies of Exact behind the unmodified client: every value compared with an independent reading of the file."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import quote

import pytest

from local.replay import DIVISION, HOST, RECORDED, Replay, replay_server
from shared.errors import Broken, Cause, ConsentNeeded, RetryLater, StreamStopped
from shared.exact.client import Client, session
from shared.exact.faults import UnknownColumn
from shared.exact.limits import Limits
from shared.exact.oauth import AppCredentials, TokenEndpoint
from shared.exact.pages import Paging
from shared.exact.records import Reader
from shared.exact.wire import decode_list, decode_object
from shared.streams import CATALOGUE
from shared.streams.model import Word

NOW = datetime(2026, 6, 25, 14, 12, 49, tzinfo=UTC)
API = f"https://{HOST}/api/v1/"


@pytest.fixture
def replay(kit, authority, exact_network):
    replay = Replay(kit / "recorded")
    with replay_server(replay, authority.server_context(HOST)) as server:
        exact_network({HOST: server.port})
        yield replay


@pytest.fixture
def client(replay):
    with session() as http:
        yield make_client(http)


def make_client(http, access=lambda force_new: "good", calls=None):
    return Client(
        "fr",
        http,
        access=access,
        clock=lambda: NOW,
        limits=Limits(),
        on_call=(calls if calls is not None else []).append,
        share=0.5,
        sleep=lambda seconds: None,
    )


def recorded(kit, file):
    """The file as the standard library reads it, numbers to the digit."""
    return json.loads((kit / "recorded" / file).read_text(encoding="utf-8"), parse_float=Decimal)


def rows_of(body):
    content = body["d"]
    if isinstance(content, dict):
        content = content.get("results", [content])
    return content


def address(item, kit):
    options = [(name, value) for name, _, value in (pair.partition("=") for pair in item.options.split("&")) if name]
    if item.selected:
        names = dict.fromkeys(name for row in rows_of(recorded(kit, item.file)) for name in row if name != "__metadata")
        options.append(("$select", ",".join(names)))
    return API + item.path + "?" + "&".join(f"{name}={quote(value)}" for name, value in options)


ANSWERS = [item for item in RECORDED if item.status == 200]


@pytest.mark.parametrize("item", ANSWERS, ids=lambda item: item.file)
def test_every_value_of_every_recorded_reply_comes_out_as_it_stands_in_the_file(client, kit, item):
    page = decode_list(client.get(address(item, kit)))
    expected = recorded(kit, item.file)
    assert page.rows == rows_of(expected)
    assert page.next_link == (expected["d"].get("__next", "") if isinstance(expected["d"], dict) else "")


@pytest.mark.parametrize("item", ANSWERS, ids=lambda item: item.file)
def test_numbers_keep_their_type_and_every_digit(client, kit, item):
    for row, expected in zip(
        decode_list(client.get(address(item, kit))).rows, rows_of(recorded(kit, item.file)), strict=True
    ):
        assert {name: repr(value) for name, value in row.items()} == {
            name: repr(value) for name, value in expected.items()
        }


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("05-financial-GLAccounts-page1-orderby.json", "06-financial-GLAccounts-page2-last.json"),
        ("08-financialtransaction-TransactionLines-page1.json", "09-financialtransaction-TransactionLines-page2.json"),
    ],
)
def test_the_next_link_is_followed_as_given_to_the_end_of_the_list(client, kit, first, second):
    item = next(item for item in RECORDED if item.file == first)
    paging, url, rows = Paging("fr"), address(item, kit), []
    while url:
        page = decode_list(client.get(url))
        rows += page.rows
        url = paging.check(page.next_link, url)
    assert rows == rows_of(recorded(kit, first)) + rows_of(recorded(kit, second))


def test_all_lines_of_a_recorded_entry_sum_to_exactly_zero(client, kit):
    item = next(item for item in RECORDED if item.file.startswith("08"))
    first = decode_list(client.get(address(item, kit)))
    entries: dict[object, Decimal] = {}
    for row in first.rows + decode_list(client.get(first.next_link)).rows:
        entries[row["EntryID"]] = entries.get(row["EntryID"], Decimal(0)) + row["AmountDC"]
    assert (len(entries), set(entries.values())) == (37, {Decimal(0)})


def moment(text):
    seconds, millis = divmod(int(text.replace("/Date(", "").replace(")/", "")), 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None) + timedelta(milliseconds=millis)


#: the catalogue's words written a second time and in another way: slow, obvious, no shared code
BY_HAND = {
    Word.KEY: str.lower,
    Word.CODE: lambda text: text.lstrip().rstrip(),
    Word.TEXT: lambda text: text,
    Word.DAY: lambda text: date(moment(text).year, moment(text).month, moment(text).day),
    Word.LOCAL_TIME: moment,
    Word.VERSION: int,
    Word.MONEY: lambda number: Decimal(str(number)),
    Word.RATE: lambda number: Decimal(str(number)),
    Word.QUANTITY: lambda number: Decimal(str(number)),
    Word.FLAG: lambda value: value not in (False, 0),
    Word.NUMBER: int,
}


def by_hand(word, value):
    return None if value is None else BY_HAND[word](value)


READABLE = [
    ("03-system-Divisions-results.json", "Divisions"),
    ("11-financial-Journals-full.json", "Journals"),
    ("13-vat-VATCodes-results.json", "VATCodes"),
    ("21-crm-Accounts-single.json", "Accounts"),
    ("28-logistics-Items-single-full.json", "Items"),
    ("29-logistics-ItemGroups.json", "ItemGroups"),
]


@pytest.mark.parametrize(("file", "name"), READABLE)
def test_every_column_of_the_catalogue_is_read_as_a_reading_by_hand_has_it(client, kit, file, name):
    stream = CATALOGUE[name]
    item = next(item for item in RECORDED if item.file == file)
    raw = decode_list(client.get(address(item, kit))).rows
    versions = {stream.version: 1} if stream.version else {}  # regular lists have none; sync ones add it
    read = Reader(stream, versions).read(raw, DIVISION)
    expected = [
        tuple(versions.get(c.name, by_hand(c.word, row.get(c.name))) for c in stream.columns)
        for row in rows_of(recorded(kit, file))
    ]
    assert (read.rows, read.refusals) == (expected, [])


def test_a_page_of_another_division_is_refused(client, kit):
    item = next(item for item in RECORDED if item.file.startswith("11"))
    raw = decode_list(client.get(address(item, kit))).rows
    with pytest.raises(StreamStopped, match="Journals: asked of division 7") as refused:
        Reader(CATALOGUE["Journals"]).read(raw, 7)
    assert refused.value.cause is Cause.PAGE_REFUSED


def test_the_recorded_start_of_a_dutch_reply_is_cut_and_said_to_be(kit):
    with pytest.raises(StreamStopped, match="no valid JSON"):
        decode_list((kit / "recorded" / "72-logistics-Items-2024-raw-cut.txt").read_bytes())


@pytest.mark.parametrize(
    ("path", "kind", "cause", "says"),
    [
        (
            "124132/crm/Accounts?$filter=ID%20eq%20guid'dsadsds'",
            StreamStopped,
            Cause.BAD_QUERY,
            "Unrecognized 'Edm.Guid'",
        ),
        ("124132/financialtransaction/TransactionLines", StreamStopped, Cause.BAD_QUERY, r"add a \$select"),
        ("124132/financial/GLAccounts?$filter=Code%20eq", StreamStopped, Cause.BAD_QUERY, "Error in query syntax"),
        ("124132/logistics/Items?$filter=malformed", RetryLater, Cause.SERVER_ERROR, "logistics/Items answered 503"),
        ("124132/unheard/Of", StreamStopped, Cause.ENDPOINT_GONE, "unheard/Of answered 404"),
    ],
)
def test_a_recorded_error_ends_in_its_named_cause(client, path, kind, cause, says):
    with pytest.raises(kind, match=says) as raised:
        client.get(API + path)
    assert raised.value.cause is cause
    assert not isinstance(raised.value, UnknownColumn)


def test_a_recorded_login_page_makes_the_client_ask_for_one_new_token(replay):
    asked = []
    with session() as http:
        client = make_client(
            http, access=lambda force_new: asked.append(force_new) or ("good" if force_new else "expired")
        )
        found = decode_object(client.get(API + "current/Me?$select=CurrentDivision"))
    assert (asked, found["CurrentDivision"], len(replay.seen)) == ([False, True], DIVISION, 2)


def test_a_new_token_that_is_refused_too_is_no_loop(replay):
    with session() as http, pytest.raises(Broken, match="a token just issued is refused"):
        make_client(http, access=lambda force_new: "expired").get(API + "current/Me")
    assert len(replay.seen) == 2


def test_requests_carry_what_exact_wants_and_nothing_kept_from_before(client, replay):
    for _ in range(2):
        with pytest.raises(RetryLater):
            client.get(API + "124132/logistics/Items?$filter=malformed")
    headers = replay.seen[-1].headers
    assert (headers["Accept"], headers["Authorization"]) == ("application/json", "Bearer good")
    assert headers["User-Agent"].startswith("QicsDashboards")
    assert "Cookie" not in headers
    assert {seen.method for seen in replay.seen} == {"GET"}


def test_a_server_error_is_repeated_twice_then_left_for_later(client, replay):
    with pytest.raises(RetryLater):
        client.get(API + "124132/logistics/Items?$filter=malformed")
    assert len(replay.seen) == 3


def test_recorded_limit_headers_become_the_limits(client):
    client.get(API + "124132/financial/Journals")
    limits = client.limits
    assert (limits.day_limit, limits.day_remaining, limits.minute_remaining) == (9000, 8924, 99)


@pytest.mark.parametrize(
    ("token", "kind", "cause"),
    [
        ("old", ConsentNeeded, Cause.CHAIN_BROKEN),
        ("expired", ConsentNeeded, Cause.CONSENT_EXPIRED),
        ("forked", ConsentNeeded, Cause.CHAIN_BROKEN),
        ("young", RetryLater, Cause.TOKEN_TOO_YOUNG),
        ("foreign", Broken, Cause.WRONG_CREDENTIALS),
        ("malformed", Broken, Cause.BUG),
    ],
)
def test_a_recorded_token_error_ends_in_its_named_cause(replay, token, kind, cause):
    with session() as http, pytest.raises(kind) as raised:
        TokenEndpoint("fr", http, AppCredentials("id", "secret"), lambda: NOW).refresh(token)
    assert raised.value.cause is cause


def test_the_vendors_sample_becomes_a_pair(replay, kit):
    with session() as http:
        pair = TokenEndpoint("fr", http, AppCredentials("id", "secret"), lambda: NOW).refresh("good")
    sample = json.loads((kit / "recorded" / "60-token-200-vendor.json").read_text())
    assert (pair.access_token, pair.refresh_token) == (sample["access_token"], sample["refresh_token"])
    assert (pair.issued_at, pair.lifetime) == (NOW, 600)
