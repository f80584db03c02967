"""What the rows of the books look like: Exact's properties, types, signs and padding."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from local.exact_simulator.books import CANARY, Division, World
from local.exact_simulator.books.division import SNAPSHOTS, SYNC
from local.exact_simulator.schema import entity

TYPES = dict.fromkeys(("Guid", "String"), str) | dict.fromkeys(("Int64", "Int32", "Int16", "Byte"), int)
TYPES |= {"Boolean": bool, "Double": (Decimal, int), "DateTime": (date, datetime)}


@pytest.fixture(params=[0, 1, 2])
def company(request: pytest.FixtureRequest, books_world: World) -> Division:
    return list(books_world.divisions.values())[request.param]


def rows(division: Division, name: str) -> list[dict[str, Any]]:
    return [dict(row) for row in (division.since(name, 0) if name in SYNC else division.rows(name))]


def columns(division: Division, name: str) -> dict[str, list[Any]]:
    found = rows(division, name)
    return {prop: [row[prop] for row in found if row[prop] is not None] for prop in found[0]}


@pytest.mark.parametrize("name", [*SYNC, *SNAPSHOTS])
def test_a_row_has_exactly_the_properties_of_its_entity_in_their_order(company: Division, name: str) -> None:
    wanted = list(entity(name).properties)
    assert rows(company, name)
    assert all(list(row) == wanted for row in rows(company, name))


@pytest.mark.parametrize("name", [*SYNC, *SNAPSHOTS])
def test_every_value_has_the_type_of_its_property(company: Division, name: str) -> None:
    for prop, values in columns(company, name).items():
        assert all(isinstance(value, TYPES[entity(name).properties[prop]]) for value in values), prop


def test_totals_and_divisions_have_their_properties_too(company: Division) -> None:
    assert list(company.info) == list(entity("Divisions").properties)
    assert list(company.reporting_balance(company.years()[0])[0]) == list(entity("ReportingBalance").properties)
    for variant in (
        "CurrentYear/AfterEntry",
        "CurrentYear/Processed",
        "PreviousYear/AfterEntry",
        "PreviousYear/Processed",
    ):
        assert list(company.opening_balances(variant)[0]) == list(entity(f"OpeningBalances/{variant}").properties)


def test_the_regular_lines_are_the_same_lines_in_their_own_layout(company: Division) -> None:
    year, period = company.years()[1], 2
    whole = [
        row
        for row in company.rows("TransactionLines")
        if (row["FinancialYear"], row["FinancialPeriod"]) == (year, period)
    ]
    served = company.lines_of(year, period)
    assert list(served[0]) == list(entity("TransactionLines/regular").properties)
    assert served == sorted(whole, key=lambda row: str(row["ID"]))


def test_an_invoice_has_a_header_row_on_the_control_account(company: Division) -> None:
    control = {row["ID"]: row["Type"] for row in rows(company, "GLAccounts")}
    headers = [row for row in rows(company, "TransactionLines") if row["LineNumber"] == 0]
    kinds = {(row["Type"], control[row["GLAccount"]]) for row in headers}
    assert kinds == {(20, 20), (21, 20), (30, 22), (31, 22), (40, 12)}


def test_an_open_receivable_is_negative_while_its_invoice_is_positive(company: Division) -> None:
    invoices = [row for row in rows(company, "PaymentTerms") if row["Status"] == 20 and row["TransactionType"] == 20]
    assert invoices
    assert all(row["AmountDC"] < 0 < row["TransactionAmountDC"] and row["LineType"] == 20 for row in invoices)


def test_only_matched_terms_have_an_end(company: Division) -> None:
    terms = rows(company, "PaymentTerms")
    assert {row["Status"] for row in terms} >= {20, 30, 50}
    assert all((row["Status"] == 50) == (row["EndDate"] is not None) == (row["EndYear"] is not None) for row in terms)


def test_a_foreign_amount_times_its_rate_is_the_own_amount(books_world: World) -> None:
    lines = [row for company in books_world.divisions.values() for row in rows(company, "TransactionLines")]
    foreign = [row for row in lines if row["ExchangeRate"] != 1 and row["LineNumber"] and row["Type"] in {20, 30}]
    assert foreign
    assert all(abs(row["AmountFC"] * row["ExchangeRate"] - row["AmountDC"]) < Decimal("0.006") for row in foreign)


@pytest.mark.parametrize(
    ("name", "prop", "width"),
    [
        ("Accounts", "Code", 18),
        ("VATCodes", "Code", 3),
        ("Items", "Unit", 8),
        ("Accounts", "Country", 3),
        ("Accounts", "Language", 10),
    ],
)
def test_codes_are_padded_to_their_width(company: Division, name: str, prop: str, width: int) -> None:
    assert {len(value) for value in columns(company, name)[prop]} == {width}


def test_percentages_are_fractions(company: Division) -> None:
    assert set(columns(company, "VATCodes")["Percentage"]) == {Decimal(0), Decimal("0.09"), Decimal("0.21")}


def test_the_general_scheme_belongs_to_no_division_and_is_the_same_everywhere(books_world: World) -> None:
    general = [
        {row["ID"] for row in rows(company, "GLClassifications") if row["Division"] is None}
        for company in books_world.divisions.values()
    ]
    assert general[0]
    assert general[0] == general[1] == general[2]


def test_some_accounts_are_not_mapped_in_the_general_scheme(company: Division) -> None:
    mapped = {
        row["GLAccount"]
        for row in rows(company, "GLAccountClassificationMappings")
        if str(row["GLSchemeCode"]).startswith("RGS")
    }
    accounts = {row["ID"] for row in rows(company, "GLAccounts")}
    assert mapped < accounts


def test_the_personal_values_of_a_sole_trader_bear_the_canary(company: Division) -> None:
    traders = [row for row in rows(company, "Accounts") if CANARY in row["Name"]]
    personal = (
        "Name",
        "SearchCode",
        "City",
        "Postcode",
        "AddressLine1",
        "Email",
        "Phone",
        "VATNumber",
        "ChamberOfCommerce",
    )
    assert traders
    assert all(CANARY in row[prop] for row in traders for prop in personal)


def test_what_is_booked_for_a_sole_trader_bears_the_canary_too(company: Division) -> None:
    traders = {row["ID"] for row in rows(company, "Accounts") if CANARY in row["Name"]}
    lines = [row for row in rows(company, "TransactionLines") if row["Account"] in traders and row["Type"] in {20, 30}]
    assert lines
    assert all(CANARY in row["AccountName"] and CANARY in row["YourRef"] for row in lines)
    assert all(CANARY in (row["PaymentReference"] or CANARY) for row in lines)
