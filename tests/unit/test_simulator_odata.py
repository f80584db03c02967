"""The vendor's query syntax: what is accepted, what it means, what is refused."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from local.exact_simulator.lexer import BadQueryError, literals
from local.exact_simulator.odata import predicate
from local.exact_simulator.paging import chosen, page, start_version
from local.exact_simulator.query import SELECT_MISSING, parse
from local.exact_simulator.schema import entity

ACCOUNT = "d2f0e5c1-0000-4000-8000-00000000000a"
ROW = {
    "ID": ACCOUNT,
    "AmountDC": Decimal("-16.5"),
    "Description": "O'Neill's fee",
    "FinancialYear": 2026,
    "FinancialPeriod": 6,
    "Date": date(2026, 6, 24),
    "Modified": datetime.fromisoformat("2026-06-24T13:05:09.250"),
    "Account": None,
}
LINES = entity("TransactionLines/regular")


@pytest.mark.parametrize(
    "text",
    [
        f"ID eq guid'{ACCOUNT}'",
        f"ID eq guid'{ACCOUNT.upper()}'",
        "AmountDC eq -16.5",
        "AmountDC lt 0",
        "Description eq 'o''neill''s FEE'",
        "FinancialYear eq 2026 and FinancialPeriod le 6",
        "FinancialYear eq 1 or FinancialPeriod ge 6",
        "FinancialYear eq 2026 or FinancialYear eq 1 and FinancialPeriod eq 1",
        "(FinancialYear eq 2026 or FinancialYear eq 1) and FinancialPeriod ne 1",
        "Date eq datetime'2026-06-24T00:00:00'",
        "Modified gt datetime'2026-06-24T13:05:09.249'",
        "Account eq null",
        "  FinancialYear   eq 2026  ",
    ],
)
def test_a_filter_holds(text: str) -> None:
    assert predicate(text, LINES)(ROW)


@pytest.mark.parametrize(
    "text",
    [
        "AmountDC gt 0",
        "(FinancialYear eq 2026 or FinancialYear eq 1) and FinancialPeriod eq 1",
        f"Account eq guid'{ACCOUNT}'",
        f"Account gt guid'{ACCOUNT}'",
        "Account ne null",
        "Description eq 'fee'",
    ],
)
def test_a_filter_does_not_hold(text: str) -> None:
    assert not predicate(text, LINES)(ROW)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Nonsense eq 1", "No property 'Nonsense' exists in type"),
        ("ID eq guid'dsadsds'", "Unrecognized 'Edm.Guid' literal 'guid'dsadsds'' in"),
        ("Date eq datetime'2026-06-24'", "Unrecognized 'Edm.DateTime' literal"),
        ("Date eq datetime'2026-06-24T00:00:00Z'", "Unrecognized 'Edm.DateTime' literal"),
        (
            "Date eq '2026-06-24'",
            "Operator 'eq' incompatible with operand types 'Edm.DateTime' and 'Edm.String' at position 5.",
        ),
        ("FinancialYear eq FinancialPeriod", "Bad Request - Error in query syntax."),
        ("startswith(Description,'O')", "Bad Request - Error in query syntax."),
        ("FinancialYear eq 1 and", "Bad Request - Error in query syntax."),
        ("(FinancialYear eq 1", "Bad Request - Error in query syntax."),
        ("FinancialYear eq 1)", "Bad Request - Error in query syntax."),
        ("FinancialYear is 1", "Bad Request - Error in query syntax."),
        ("FinancialYear eq #", "Bad Request - Error in query syntax."),
    ],
)
def test_a_filter_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadQueryError) as refused:
        predicate(text, LINES)
    assert str(refused.value).startswith(why)


@pytest.mark.parametrize(
    ("text", "values"),
    [("387L", [387]), ("'GMD'", ["GMD"]), ("'10',6,2014", ["10", 6, 2014]), (f"guid'{ACCOUNT}'", [ACCOUNT])],
)
def test_tokens_of_every_recorded_form_are_read(text: str, values: list[object]) -> None:
    assert literals(text) == values


def test_selected_properties_come_in_the_entitys_order() -> None:
    assert parse("$select=VATCode,ID,AmountDC", LINES).selected == ("ID", "AmountDC", "VATCode")


@pytest.mark.parametrize(
    ("text", "name", "why"),
    [
        ("", "Accounts", SELECT_MISSING),
        ("$top=2", "Accounts", SELECT_MISSING),
        ("$select=ID,Nonsense", "Accounts", "Could not find a property named 'Nonsense' on type"),
        ("$select=id", "Accounts", "Could not find a property named 'id' on type"),
        ("$select=*", "GLClassifications", "Bad Request"),
        ("$select=ID&$select=Code", "GLAccounts", "Bad Request"),
        ("$select=ID&$expand=Lines", "Journals", "Bad Request"),
        ("$select=ID&$skip=1", "Accounts", "Bad Request"),
        ("$select=ID&$orderby=ID", "Accounts", "Bad Request"),
        ("$select=ID&$top=-1", "Journals", "Bad Request"),
        ("$select=ID&$skiptoken=Code", "Journals", "Bad Request"),
    ],
)
def test_options_are_refused(text: str, name: str, why: str) -> None:
    with pytest.raises(BadQueryError, match=why.replace("$", r"\$")):
        parse(text, entity(name))


@pytest.mark.parametrize("text", ["$top=1", "$select=*"])
def test_everything_can_be_asked_of_a_regular_endpoint(text: str) -> None:
    known = entity("GLSchemes")
    assert parse(text, known).selected == tuple(known.properties)


@pytest.mark.parametrize(
    ("options", "version"),
    [
        ("", 0),
        ("&$filter=Timestamp gt 5L", 5),
        ("&$filter=Timestamp gt 5", 5),
        ("&$filter=Timestamp gt 5L&$skiptoken=9L", 9),
    ],
)
def test_a_sync_endpoint_reads_above_filter_and_token(options: str, version: int) -> None:
    known = entity("Accounts")
    assert start_version(parse("$select=ID" + options, known), known) == version


@pytest.mark.parametrize(
    "text", ["Timestamp ge 5L", "Timestamp gt 5L and Code eq 'A'", "Code eq 'A'", "Timestamp gt 'a'", "EntityType eq 1"]
)
def test_a_sync_endpoint_refuses_other_filters(text: str) -> None:
    known = entity("Deleted")
    with pytest.raises(BadQueryError):
        start_version(parse("$select=ID&$filter=" + text, known), known)


def test_reporting_balance_is_filtered_on_its_year_only() -> None:
    known = entity("ReportingBalance")
    rows = [{"ID": year, "ReportingYear": year} for year in (2025, 2026)]
    assert chosen(rows, parse("$select=ID&$filter=ReportingYear eq 2026", known), known) == rows[1:]
    with pytest.raises(BadQueryError):
        chosen(rows, parse("$select=ID&$filter=ReportingPeriod eq 1", known), known)


@pytest.mark.parametrize("text", ["'a'", "1,2", "guid'x'"])
def test_a_token_of_another_form_is_refused(text: str) -> None:
    known = entity("Journals")
    with pytest.raises(BadQueryError):
        chosen([{"ID": ACCOUNT}], parse(f"$select=ID&$skiptoken={text}", known), known)


def read(count: int, options: str, *, size: int = 60, next_on_full: bool = False) -> tuple[int, dict[str, str], bool]:
    """Page over numbered currencies: rows, options of the next page, array form."""
    known = entity("Currencies")
    query = parse("$select=Code" + options, known)
    rows = [{"Code": f"{number:03}"} for number in range(count)]
    found = page(chosen(rows, query, known), query, known, size, next_on_full=next_on_full)
    return len(found.rows), dict(found.next_options), found.as_array


@pytest.mark.parametrize(
    ("count", "options", "rows", "link"),
    [
        (59, "", 59, {}),
        (60, "", 60, {}),
        (61, "", 60, {"$select": "Code", "$skiptoken": "'059'"}),
        (61, "&$skip=0", 60, {"$select": "Code", "$skiptoken": "'059'"}),
        (61, "&$skiptoken='059'", 1, {}),
        (100, "&$top=100", 60, {"$select": "Code", "$top": "40", "$skiptoken": "'059'"}),
        (100, "&$top=40&$skiptoken='059'", 40, {}),
        (200, "&$top=40&$skiptoken='059'", 40, {}),
        (61, "&$skip=5", 56, {}),
    ],
)
def test_a_page_ends_where_exact_ends_it(count: int, options: str, rows: int, link: dict[str, str]) -> None:
    assert read(count, options)[:2] == (rows, link)


@pytest.mark.parametrize(
    ("options", "as_array"), [("", False), ("&$top=60", True), ("&$top=61", False), ("&$top=5&$skiptoken='001'", False)]
)
def test_the_bare_array_comes_with_a_top_within_one_page(options: str, as_array: bool) -> None:
    assert read(100, options)[2] is as_array


def test_a_full_last_page_can_be_set_to_lead_on() -> None:
    assert read(60, "", next_on_full=True)[1] == {"$select": "Code", "$skiptoken": "'059'"}
    assert read(60, "&$skiptoken='059'", next_on_full=True)[:2] == (0, {})


def test_a_list_can_be_ordered_downwards_and_goes_on_behind_its_token() -> None:
    known = entity("ExchangeRates")
    rows = [{"ID": f"0000000{n}-0000-4000-8000-00000000000a", "Rate": rate} for n, rate in enumerate([3, None, 2, 3])]
    first = parse("$select=ID&$orderby=Rate desc", known)
    found = page(chosen(rows, first, known), first, known, 2, next_on_full=False)
    rest = parse("&".join(f"{name}={value}" for name, value in found.next_options), known)
    assert [row["Rate"] for row in found.rows + chosen(rows, rest, known)] == [3, 3, 2, None]
