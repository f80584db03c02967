"""Each change of the books does what it says, and one that is refused does nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from local.exact_simulator.books import CHANGES, LIKELY, BooksError, Division, World, random_change

TODAY = date(2026, 11, 25)


@pytest.fixture
def world() -> World:
    return World(seed=4, lines=1400, today=TODAY)


@pytest.fixture
def company(world: World) -> Division:
    return next(iter(world.divisions.values()))


@pytest.fixture
def change(company: Division) -> Callable[..., Any]:
    return lambda name, /, **arguments: CHANGES[name](company, **arguments)


def row(division: Division, name: str, row_id: object) -> dict[str, Any]:
    return next(dict(found) for found in division.truth(name) if found["ID"] == row_id)


def ids(division: Division, name: str) -> set[object]:
    return {found["ID"] for found in division.truth(name)}


def everything(division: Division) -> str:
    return repr(
        (division.info, [list(division.truth(name)) for name in division.entities()], list(division.deleted_since(0)))
    )


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_every_change_has_arguments_and_a_result_json_can_carry(change: Callable[..., Any], name: str) -> None:
    change("select_term")
    arguments = {"rename": {"name": "Nieuwe naam B.V."}}.get(name, {})
    assert json.loads(json.dumps(change(name, **arguments)))


def test_every_likely_change_occurs_in_a_long_run(world: World) -> None:
    rng, companies = Random(1), list(world.divisions.values())
    assert {str(random_change(rng.choice(companies), rng)["change"]) for _ in range(600)} == set(LIKELY)


@pytest.mark.parametrize("credit", [False, True])
def test_a_credit_note_is_an_invoice_with_the_signs_turned(
    company: Division, change: Callable[..., Any], credit: bool
) -> None:
    posted = change("post_sale", credit=credit)
    header = row(company, "TransactionLines", posted["lines"][0])
    assert (header["LineNumber"], header["Type"], header["AmountDC"] > 0) == (0, 21 if credit else 20, not credit)


def test_a_part_payment_leaves_the_rest_open(company: Division, change: Callable[..., Any]) -> None:
    term = change("post_sale", credit=False)["terms"][0]
    before = row(company, "PaymentTerms", term)["AmountFC"]
    change("post_bank", term=term, percent=40)
    rest = row(company, "PaymentTerms", term)
    parts = [
        found
        for found in company.truth("PaymentTerms")
        if found["TransactionID"] == rest["TransactionID"] and found["Status"] == 50
    ]
    assert rest["Status"] == 20
    assert rest["AmountFC"] + sum(Decimal(str(part["AmountFC"])) for part in parts) == before


def test_a_payment_matched_in_full_ends_the_term(company: Division, change: Callable[..., Any]) -> None:
    term = change("post_purchase", day="2026-11-20")["terms"][0]
    change("post_bank", term=term, day="2026-11-24")
    paid = row(company, "PaymentTerms", term)
    assert (paid["Status"], paid["EndDate"], paid["EndYear"], paid["EndPeriod"]) == (50, date(2026, 11, 24), 2026, 11)
    assert [found["Status"] for found in company.truth("PaymentTerms") if found["EntryID"] == paid["EntryID"]][:2] == [
        50,
        50,
    ]


def test_an_unmatched_settlement_is_open_again_and_can_be_matched_anew(
    company: Division, change: Callable[..., Any]
) -> None:
    term = change("post_sale", credit=False)["terms"][0]
    change("post_bank", term=term)
    reopened = change("unmatch", term=term)["terms"]
    assert {row(company, "PaymentTerms", each)["Status"] for each in reopened} == {20}
    assert {row(company, "PaymentTerms", each)["EndDate"] for each in reopened} == {None}
    change("match", term=reopened[0], other=reopened[1])
    assert row(company, "PaymentTerms", term)["Status"] == 50


def test_a_payment_nobody_allocated_stays_open_beside_its_invoice(
    company: Division, change: Callable[..., Any]
) -> None:
    term = change("post_sale", credit=False)["terms"][0]
    received = change("post_bank", term=term, allocate=False)["terms"][0]
    assert [row(company, "PaymentTerms", each)["Status"] for each in (term, received)] == [20, 20]
    assert row(company, "PaymentTerms", received)["AmountFC"] == -row(company, "PaymentTerms", term)["AmountFC"]


def test_deleting_a_paid_invoice_reopens_its_payment(company: Division, change: Callable[..., Any]) -> None:
    posted = change("post_sale", credit=False)
    payment = change("post_bank", term=posted["terms"][0])["terms"][0]
    change("delete_entry", entry=posted["entry"])
    assert row(company, "PaymentTerms", payment)["Status"] == 20
    assert posted["terms"][0] not in ids(company, "PaymentTerms")


def test_a_term_goes_from_open_over_selected_to_in_transit(company: Division, change: Callable[..., Any]) -> None:
    term = change("post_purchase")["terms"][0]
    steps = [
        change(name, term=term) and row(company, "PaymentTerms", term)["Status"] for name in ("select_term", "pay_term")
    ]
    assert steps == [30, 40]


def test_a_changed_amount_is_taken_up_by_the_next_line(company: Division, change: Callable[..., Any]) -> None:
    posted = change("post_memorial", amount="100.00")
    change("change_line", line=posted["lines"][0], amount="80.01")
    assert [row(company, "TransactionLines", line)["AmountDC"] for line in posted["lines"]] == [
        Decimal("80.01"),
        Decimal("-80.01"),
    ]


def test_a_changed_period_moves_the_whole_entry(company: Division, change: Callable[..., Any]) -> None:
    posted = change("post_sale")
    change("change_line", line=posted["lines"][1], period=9)
    assert {row(company, "TransactionLines", line)["FinancialPeriod"] for line in posted["lines"]} == {9}


def test_an_anonymised_relation_keeps_only_its_code(company: Division, change: Callable[..., Any]) -> None:
    account = row(company, "Accounts", change("anonymise_account")["id"])
    assert account["IsAnonymised"] == 1
    assert account["Name"] == f"Anoniem {account['Code'].strip()}"
    assert [account[prop] for prop in ("City", "Postcode", "VATNumber", "Email")] == [None] * 4


@pytest.mark.parametrize(
    "entity", ["Costcenters", "Journals", "VATCodes", "Budgets", "GLAccounts", "Items", "Projects", "GLClassifications"]
)
def test_rows_are_added_changed_and_deleted(company: Division, change: Callable[..., Any], entity: str) -> None:
    added = change("new_row", entity=entity)["id"]
    before = row(company, entity, added)
    change("change_row", entity=entity, row=added)
    assert row(company, entity, added) != before
    change("delete_row", entity=entity, row=added)
    assert added not in ids(company, entity)


def test_a_planted_cent_is_served_but_not_in_the_books(company: Division, change: Callable[..., Any]) -> None:
    planted = change("plant_cent")
    truth = row(company, "TransactionLines", planted["line"])
    served = next(found for found in company.since("TransactionLines", 0) if found["ID"] == planted["line"])
    assert served["AmountDC"] == truth["AmountDC"] + Decimal("0.01")
    assert sum(Decimal(str(found["Amount"])) for found in company.reporting_balance(planted["year"])) == 0
    change("heal")
    assert dict(list(company.since("TransactionLines", truth["Timestamp"]))[-1])["AmountDC"] == truth["AmountDC"]


@pytest.mark.parametrize(
    ("name", "arguments", "shown"),
    [
        ("block", {"status": 5}, {"BlockingStatus": 5}),
        ("archive", {}, {"Status": 2}),
        ("rename", {"name": "Anders B.V."}, {"Description": "Anders B.V."}),
    ],
)
def test_a_division_shows_its_state(
    company: Division, change: Callable[..., Any], name: str, arguments: dict[str, Any], shown: dict[str, Any]
) -> None:
    change(name, **arguments)
    assert {prop: company.info[prop] for prop in shown} == shown


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("post_sale", {"customer": "nobody"}),
        ("post_sale", {"day": "2024-08-01"}),
        ("post_bank", {"percent": 0}),
        ("post_memorial", {"debit": "no such role"}),
        ("post_memorial", {"lines": 1}),
        ("change_line", {"line": "none"}),
        ("delete_row", {"entity": "Currencies"}),
        ("new_row", {"entity": "FinancialPeriods"}),
        ("block", {"status": 9}),
    ],
)
def test_a_refused_change_leaves_the_books_as_they_were(
    company: Division, change: Callable[..., Any], name: str, arguments: dict[str, Any]
) -> None:
    before = everything(company)
    with pytest.raises(BooksError):
        change(name, **arguments)
    assert everything(company) == before


def test_what_is_matched_cannot_be_paid_again(company: Division, change: Callable[..., Any]) -> None:
    term = change("post_sale")["terms"][0]
    change("post_bank", term=term)
    before = everything(company)
    for name in ("post_bank", "match", "select_term"):
        with pytest.raises(BooksError):
            change(name, term=term)
    assert everything(company) == before


def test_an_entry_of_a_closed_year_is_not_touched(company: Division, change: Callable[..., Any]) -> None:
    closed = next(entry for entry in company.books.entries.values() if entry.year in company.books.closed_years)
    for name, arguments in (("delete_entry", {"entry": closed.id}), ("change_line", {"line": closed.lines[0].id})):
        with pytest.raises(BooksError, match="closed"):
            change(name, **arguments)


def test_a_row_in_use_cannot_be_deleted(company: Division, change: Callable[..., Any]) -> None:
    used = next(row for row in company.rows("Journals") if row["Code"] == "20")
    with pytest.raises(BooksError, match="in use"):
        change("delete_row", entity="Journals", row=used["ID"])


def test_a_rate_that_moved_is_booked_with_the_match_and_leaves_with_it(world: World) -> None:
    company = list(world.divisions.values())[1]
    abroad = next(
        found["ID"] for found in company.truth("Accounts") if found["SalesCurrency"] == "EUR" and found["IsSales"]
    )
    term: Any = CHANGES["post_sale"](company, customer=abroad, day="2026-09-10", credit=False)["terms"]
    CHANGES["post_bank"](company, term=term[0], day="2026-11-20")
    settled = row(company, "PaymentTerms", term[0])["EntryID"]
    booked = [
        found
        for found in company.truth("PaymentTerms")
        if (found["EntryID"], found["TransactionType"]) == (settled, 82)
    ]
    CHANGES["unmatch"](company, term=term[0])
    assert len(booked) == 1
    assert booked[0]["ID"] not in ids(company, "PaymentTerms")
    assert booked[0]["TransactionID"] not in ids(company, "TransactionLines")


@pytest.mark.parametrize("later", [40, 400])
def test_booking_goes_on_when_the_clock_runs_ahead(world: World, later: int) -> None:
    world.now += timedelta(days=later)
    for company in world.divisions.values():
        for account in [found["ID"] for found in company.truth("Accounts") if found["Status"] == "C"]:
            assert CHANGES["post_sale"](company, customer=account)["lines"]
