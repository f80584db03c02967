"""The simulator's data API as a client meets it: forms, rights, refusals, limits, over TLS under the real host name."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from local.exact_simulator.settings import App
from tests.support.simulator import APP, BASE, Exact, TinyBooks, tiny_books

LIMITS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
MINUTELY = ("X-RateLimit-Minutely-Limit", "X-RateLimit-Minutely-Remaining", "X-RateLimit-Minutely-Reset")
ACCOUNTS = "100/sync/CRM/Accounts?$select=ID,Timestamp,Code"
JOURNALS = "100/financial/Journals?$select=Code"


def guid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


def books_with(accounts: int = 3, journals: int = 2) -> TinyBooks:
    books = tiny_books()
    company = books.divisions[100]
    company.put("Accounts", *({"ID": guid(n), "Timestamp": 1000 + n, "Code": f"{n:>18}"} for n in range(accounts)))
    company.put("Journals", *({"ID": guid(n), "Code": str(n)} for n in range(journals)))
    company.put("Deleted", {"Timestamp": 7, "ID": guid(1), "EntityKey": guid(2), "EntityType": 2})
    return books


@pytest.fixture
def over(exact_over: Callable[..., Exact]) -> Callable[..., Exact]:
    """A connected client over books with a few rows."""

    def build(books: TinyBooks | None = None, **settings: Any) -> Exact:
        exact = exact_over(books or books_with(), **settings)
        exact.connect()
        return exact

    return build


def test_values_of_every_type_come_as_exact_writes_them(over: Callable[..., Exact]) -> None:
    books = tiny_books()
    line = {
        "ID": guid(1),
        "Timestamp": 2**53 + 1,
        "AmountDC": Decimal("12.50"),
        "Date": date(2026, 6, 24),
        "FinancialYear": 2026,
    }
    books.divisions[100].put(
        "TransactionLines",
        line | {"Modified": datetime.fromisoformat("2026-06-24T13:05:09.250"), "Description": "café"},
    )
    body = (
        over(books)
        .get(
            "100/sync/Financial/TransactionLines?$select=Timestamp,AmountDC,Date,FinancialYear,Modified,Description,Item"
        )
        .content
    )
    assert b'"Timestamp": "9007199254740993", "AmountDC": 12.5, "Date": "\\/Date(1782259200000)\\/"' in body
    assert (
        b'"Description": "caf\\u00e9", "FinancialYear": 2026, "Item": null, "Modified": "\\/Date(1782306309250)\\/"'
        in body
    )
    assert b"TransactionLines(9007199254740993L)" in body


def test_a_sync_list_is_paged_by_row_version_to_its_end(over: Callable[..., Exact]) -> None:
    exact = over(books_with(accounts=5), page_size_sync=2)
    address, codes = ACCOUNTS + "&$filter=Timestamp gt 1000L", []
    while address:
        d = exact.get(address).json()["d"]
        codes += [row["Code"].strip() for row in d["results"]]
        address = d.get("__next", "")
    assert codes == ["1", "2", "3", "4"]


def test_the_next_link_keeps_the_options_and_encodes_them(over: Callable[..., Exact]) -> None:
    exact = over(books_with(accounts=5), page_size_sync=2)
    d = exact.get(ACCOUNTS + "&$filter=Timestamp gt 1L").json()["d"]
    start = f"{BASE}/api/v1/100/sync/CRM/Accounts"
    assert d["__next"] == f"{start}?$filter=Timestamp%20gt%201L&$select=ID,Timestamp,Code&$skiptoken=1001L"


def test_the_delete_log_is_read_like_any_sync_list(over: Callable[..., Exact]) -> None:
    rows = over().rows("100/sync/Deleted?$select=EntityType,EntityKey&$filter=Timestamp gt 6L")
    assert [(row["EntityType"], row["EntityKey"]) for row in rows] == [(2, guid(2))]


def test_ledger_lines_of_one_period_are_read_60_a_page(over: Callable[..., Exact]) -> None:
    books = tiny_books()
    lines = ({"ID": guid(n), "Timestamp": n + 1, "FinancialYear": 2026, "FinancialPeriod": n % 2} for n in range(130))
    books.divisions[100].put("TransactionLines", *lines)
    asked = "?$select=ID&$filter=FinancialYear eq 2026 and FinancialPeriod eq 1"
    d = over(books).get("100/financialtransaction/TransactionLines" + asked).json()["d"]
    assert (len(d["results"]), "$skiptoken=guid'" in d["__next"]) == (60, True)


def test_totals_and_opening_balances_come_from_the_books(over: Callable[..., Exact]) -> None:
    books = tiny_books()
    company = books.divisions[100]
    company.balances = {year: [{"ID": year, "ReportingYear": year, "Amount": Decimal(year)}] for year in (2025, 2026)}
    opening = {"Division": 100, "GLAccount": guid(1), "ReportingYear": 2026, "Amount": Decimal(5)}
    company.tables["CurrentYear/Processed"] = [opening]
    exact = over(books)
    years = exact.rows("100/financial/ReportingBalance?$select=Amount&$filter=ReportingYear eq 2026")
    assert [row["Amount"] for row in years] == [2026]
    assert exact.rows("100/openingbalance/CurrentYear/Processed?$select=Amount")[0]["Amount"] == 5
    assert exact.rows("100/openingbalance/PreviousYear/Processed?$select=Amount") == []


def test_me_has_the_servers_clock_and_no_limit_headers(over: Callable[..., Exact]) -> None:
    reply = over().get("current/Me")
    me = reply.json()["d"]["results"][0]
    assert (me["ServerTime"], me["ServerUtcOffset"], me["CurrentDivision"]) == ("2026-06-25T14:00:10", 7200, 100)
    assert not [name for name in reply.headers if name.startswith("X-RateLimit")]


def test_the_date_header_is_the_simulators_clock(over: Callable[..., Exact]) -> None:
    exact = over()
    exact.admin("clock", {"advance_seconds": 3600})
    assert exact.get("current/Me").headers["Date"] == "Thu, 25 Jun 2026 13:00:10 GMT"


def test_a_missing_right_is_an_empty_list_and_user_has_rights_says_so(over: Callable[..., Exact]) -> None:
    exact = over()
    exact.admin("rights", {"user": next(iter(exact.books.users)), "division": 100, "missing": ["Journals", "Accounts"]})
    empty = exact.get(JOURNALS)
    assert (empty.status_code, empty.content) == (200, b'{\r\n"d" : {\r\n"results": [\r\n\r\n]\r\n}\r\n}')
    assert exact.rows(ACCOUNTS) == []
    asked = "100/users/UserHasRights?endpoint='{}'&action='GET'"
    answers = [exact.get(asked.format(name)).json()["d"] for name in ("financial/Journals", "vat/VATCodes")]
    assert answers == [{"UserHasRights": False}, {"UserHasRights": True}]


@pytest.mark.parametrize(
    "query", ["", "?endpoint='financial/Nonsense'&action='GET'", "?endpoint='financial/Journals'&action='READ'"]
)
def test_user_has_rights_answers_wrong_parameters_with_an_empty_503(over: Callable[..., Exact], query: str) -> None:
    reply = over().get("100/users/UserHasRights" + query)
    assert (reply.status_code, reply.content) == (503, b"")


@pytest.mark.parametrize("name", ["blocked_users", "inactive_users", "blocked_customers", "expired_licences"])
def test_a_closed_user_or_licence_is_refused_with_its_reason(over: Callable[..., Exact], name: str) -> None:
    exact = over()
    who = next(iter(exact.books.users)) if "users" in name else exact.books.divisions[100].info["Customer"]
    assert exact.admin("standing", {name: [who]}).status_code == 200
    reply = exact.get(JOURNALS)
    reasons = {"blocked_users": "BlockedUser", "inactive_users": "InactiveUser", "blocked_customers": "BlockedCustomer"}
    assert (reply.status_code, reply.content, reply.headers["Reason"]) == (
        403,
        b"",
        reasons.get(name, "LicenseExpired"),
    )


def test_a_blocked_division_refuses_and_an_archived_one_reads_on(over: Callable[..., Exact]) -> None:
    exact = over()
    exact.books.divisions[100].info["Status"] = 2
    assert exact.get(JOURNALS).status_code == 200
    exact.books.divisions[100].info["BlockingStatus"] = 1
    assert exact.get(JOURNALS).headers["Reason"] == "DivisionBlocked"
    assert exact.rows("200/system/Divisions?$select=Code,BlockingStatus,Status")[0]["BlockingStatus"] == 1


def test_a_division_of_others_is_refused(over: Callable[..., Exact]) -> None:
    assert over().get("300/financial/Journals?$select=ID").headers["Reason"] == "NoDivisionAccess"


def test_a_missing_scope_of_the_app_is_named(over: Callable[..., Exact]) -> None:
    app = App(redirect_uris=APP.redirect_uris, missing_scopes=frozenset({"financial.generalledgers"}))
    exact = over(app=app)
    reply = exact.get(JOURNALS)
    text = reply.json()["error"]["message"]["value"]
    assert (reply.status_code, text) == (
        403,
        "Forbidden - Application Scope Violated. Cannot read financial.generalledgers",
    )
    assert exact.get(ACCOUNTS).status_code == 200


def test_an_expired_token_is_named_and_a_cut_one_gets_the_recorded_page(over: Callable[..., Exact], kit: Any) -> None:
    exact = over()
    cut = exact.get("current/Me", token=exact.token[:255])
    assert (cut.status_code, cut.content) == (
        401,
        (kit / "recorded" / "56-error-401-object-moved.txt").read_bytes().strip(),
    )
    exact.later(600)
    expired = exact.get("current/Me")
    assert (expired.status_code, expired.reason) == (401, "Authentication Required")
    assert "access token expired" in expired.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("100/financial/journals?$select=ID", 404),
        ("100/financial/Journals?$select=Nonsense", 400),
        ("100/crm/Accounts", 404),
        ("100/sync/CRM/Accounts", 400),
    ],
)
def test_unknown_paths_and_queries_are_refused(over: Callable[..., Exact], path: str, status: int) -> None:
    assert over().get(path).status_code == status


def test_only_json_and_only_get_are_served(over: Callable[..., Exact]) -> None:
    exact = over()
    headers = {"Authorization": f"Bearer {exact.token}", "Accept": "application/json"}
    assert exact.get(JOURNALS, Accept="application/xml").status_code == 415
    assert exact.session.post(f"{BASE}/api/v1/{JOURNALS}", headers=headers, json={}, timeout=10).status_code == 405


def test_the_minute_is_the_clock_minute_and_its_429_carries_only_its_headers(over: Callable[..., Exact]) -> None:
    exact = over(minute_limit=2)
    last = [exact.get(JOURNALS) for _ in range(2)][1]
    assert [last.headers[name] for name in LIMITS] == ["5000", "4998", "1782432000000"]
    refused = exact.get(JOURNALS)
    assert (refused.status_code, refused.content) == (429, b"")
    assert [refused.headers[name] for name in MINUTELY] == ["2", "0", "1782388860000"]
    assert not set(LIMITS) & set(refused.headers)
    exact.later(50)
    assert exact.get(JOURNALS).status_code == 200


def test_divisions_have_minutes_of_their_own_and_me_has_none(over: Callable[..., Exact]) -> None:
    exact = over(minute_limit=1)
    paths = [JOURNALS, JOURNALS.replace("100", "200"), "current/Me", "current/Me", JOURNALS]
    assert [exact.get(path).status_code for path in paths] == [200, 200, 200, 200, 429]


def test_the_day_ends_at_midnight_utc(over: Callable[..., Exact]) -> None:
    exact = over(day_limit=1)
    assert [exact.get(JOURNALS).status_code for _ in range(2)] == [200, 429]
    refused = exact.get(JOURNALS)
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert not set(MINUTELY) & set(refused.headers)
    exact.later(12 * 3600)
    exact.connect()
    assert exact.get(JOURNALS).status_code == 200


def test_the_licences_pool_is_shared_and_its_429_still_shows_calls_left(over: Callable[..., Exact]) -> None:
    exact = over(contract_limit=100)
    exact.admin("contract_use", {"division": 200, "calls": 99})
    assert [exact.get(JOURNALS).status_code for _ in range(2)] == [200, 429]
    refused = exact.get(JOURNALS)
    assert (refused.headers["X-RateLimit-Remaining"], refused.headers["X-RateLimit-Minutely-Remaining"]) == (
        "4999",
        "59",
    )


def test_more_than_ten_errors_an_hour_block_the_endpoint_and_no_other(over: Callable[..., Exact]) -> None:
    exact = over()
    wrong = [exact.get("100/financial/Journals?$select=Nonsense").status_code for _ in range(11)]
    assert wrong == [400] * 11
    assert [exact.get(path).status_code for path in (JOURNALS, ACCOUNTS)] == [429, 200]
    exact.later(3600)
    exact.connect()
    assert exact.get(JOURNALS).status_code == 200


def test_headers_can_be_left_out_as_older_servers_did(over: Callable[..., Exact]) -> None:
    headers = over(omit_headers=frozenset({"X-RateLimit-Minutely-Reset"})).get(JOURNALS).headers
    assert ("X-RateLimit-Minutely-Reset" in headers, "X-RateLimit-Minutely-Limit" in headers) == (False, True)


def test_every_request_is_written_down_without_a_token(over: Callable[..., Exact]) -> None:
    exact = over()
    exact.get(ACCOUNTS)
    seen = exact.admin("requests").json()[-1]
    assert (seen["method"], seen["path"], seen["status"], seen["division"]) == (
        "GET",
        "/api/v1/100/sync/CRM/Accounts",
        200,
        100,
    )
    assert seen["user"] == next(iter(exact.books.users))
    assert exact.token not in exact.admin("requests").text
    assert exact.refresh_token not in exact.admin("requests").text


def test_the_admin_shows_the_books_as_they_are(over: Callable[..., Exact]) -> None:
    exact = over(books_with(accounts=5), page_size_sync=2)
    truth = exact.admin("books/100/Accounts").json()
    assert [row["Timestamp"] for row in truth] == [1000, 1001, 1002, 1003, 1004]
    assert exact.admin("books/100/Divisions").json()[0]["Code"] == 100


@pytest.mark.parametrize(
    ("path", "arguments", "key", "status"),
    [
        ("requests", None, "wrong", 403),
        ("nonsense", {}, "", 400),
        ("books/999/Accounts", None, "", 400),
        ("books/100/Nonsense", None, "", 400),
        ("clock", {"advance_seconds": -1}, "", 400),
        ("block", {"division": 999}, "", 400),
        ("rights", {"division": 100}, "", 400),
        ("standing", {"nonsense": []}, "", 400),
        ("put", {"division": 100}, "", 400),
    ],
)
def test_the_admin_refuses_what_it_does_not_know(
    exact: Exact, path: str, arguments: Any, key: str, status: int
) -> None:
    assert exact.admin(path, arguments, **({"key": key} if key else {})).status_code == status


def test_the_admin_does_not_answer_on_the_public_port(over: Callable[..., Exact]) -> None:
    exact = over()
    assert exact.session.get(f"{BASE}/_admin/requests", timeout=10).status_code == 404
