"""What must hold in every company's books, as built and after whatever happened to them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from local.exact_simulator.books import Division, World

SEEDS = (1, 2, 3, 11)
CARRY_OVER = {327, 328}


@pytest.fixture(params=[(seed, place) for seed in SEEDS for place in (0, 1, 2)], ids=str)
def books(request: pytest.FixtureRequest, lived_in: Callable[[int], World]) -> Division:
    seed, place = request.param
    return list(lived_in(seed).divisions.values())[place]


def lines(division: Division) -> list[dict[str, Any]]:
    return [dict(row) for row in division.since("TransactionLines", 1)]


def sums(rows: list[dict[str, Any]], key: str, amount: str) -> dict[object, Decimal]:
    totals: dict[object, Decimal] = defaultdict(Decimal)
    for row in rows:
        totals[row[key]] += row[amount]
    return totals


def test_every_entry_adds_up_to_zero_in_both_currencies(books: Division) -> None:
    for amount in ("AmountDC", "AmountFC"):
        assert set(sums(lines(books), "EntryID", amount).values()) == {Decimal(0)}


def test_debit_equals_credit_in_every_period(books: Division) -> None:
    totals: Counter[tuple[int, int]] = Counter()
    for row in lines(books):
        totals[row["FinancialYear"], row["FinancialPeriod"]] += row["AmountDC"]
    assert set(totals.values()) == {0}


@pytest.mark.parametrize("side", [20, 22])
def test_what_is_not_matched_equals_the_control_accounts_with_the_sign_turned(books: Division, side: int) -> None:
    control = {row["ID"] for row in books.since("GLAccounts", 1) if row["Type"] == side}
    ledger = sum(row["AmountDC"] for row in lines(books) if row["GLAccount"] in control)
    terms = [row for row in books.since("PaymentTerms", 1) if row["Status"] != 50 and row["LineType"] == side]
    assert sum(row["AmountDC"] for row in terms) == -ledger
    assert {row["GLAccount"] for row in terms} <= control


def test_the_terms_of_a_control_line_add_up_to_it(books: Division) -> None:
    parts = sums([dict(row) for row in books.since("PaymentTerms", 1)], "TransactionID", "AmountDC")
    amounts = {row["ID"]: row["AmountDC"] for row in lines(books)}
    assert parts == {line: -amounts[str(line)] for line in parts}


def test_terms_that_were_matched_together_add_up_to_zero(books: Division) -> None:
    matched = [dict(row) for row in books.since("PaymentTerms", 1) if row["Status"] == 50]
    assert set(sums(matched, "EntryID", "AmountDC").values()) <= {Decimal(0)}


def from_lines(division: Division) -> dict[tuple[object, ...], list[Decimal]]:
    """Debit, credit and count by what ReportingBalance groups on, without its own computation."""
    names = ("FinancialYear", "FinancialPeriod", "GLAccount", "CostCenter", "CostUnit", "Type", "Status")
    keyed = [(tuple(row[name] for name in names), row["AmountDC"]) for row in lines(division)]
    opening = division.books.opening.items()
    keyed += [((division.years()[0], 1, gl, None, None, 10, 50), Decimal(cents) / 100) for gl, cents in opening]
    totals: dict[tuple[object, ...], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for key, amount in keyed:
        totals[key][amount <= 0] += abs(amount)
        totals[key][2] += 1
    return totals


def test_reporting_balance_equals_the_lines_and_the_opening_outside_them(books: Division) -> None:
    names = ("ReportingYear", "ReportingPeriod", "GLAccount", "CostCenterCode", "CostUnitCode", "Type", "Status")
    balance = [row for year in books.years() for row in books.reporting_balance(year)]
    served = {
        tuple(row[name] for name in names): [row[name] for name in ("AmountDebit", "AmountCredit", "Count")]
        for row in balance
    }
    assert served == from_lines(books)
    assert all(row["Amount"] == Decimal(str(row["AmountDebit"])) - Decimal(str(row["AmountCredit"])) for row in balance)


@pytest.mark.parametrize(
    ("variant", "back", "statuses"), [("CurrentYear/AfterEntry", 1, {20, 50}), ("PreviousYear/Processed", 2, {50})]
)
def test_opening_balances_carry_what_the_years_before_left(
    books: Division, variant: str, back: int, statuses: set[int]
) -> None:
    retained = books.books.gl["retained"].id
    carried: dict[object, Decimal] = defaultdict(Decimal)
    for year in books.years()[: 3 - back]:
        for row in books.reporting_balance(year):
            if row["Type"] not in CARRY_OVER and row["Status"] in statuses:
                carried[row["GLAccount"] if row["BalanceType"] == "B" else retained] += row["Amount"]
    served = {row["GLAccount"]: row["Amount"] for row in books.opening_balances(variant)}
    assert served == {gl: amount for gl, amount in carried.items() if amount}
    assert sum(served.values()) == 0


def test_a_closed_year_leaves_no_result(books: Division) -> None:
    for year in books.books.closed_years:
        assert sum(row["Amount"] for row in books.reporting_balance(year) if row["BalanceType"] == "W") == 0


def test_vat_lines_carry_the_vat_of_the_lines_they_sum(books: Division) -> None:
    vat_accounts = {row["ID"] for row in books.since("GLAccounts", 1) if row["Type"] == 24}
    balance: Counter[str] = Counter()
    for row in (row for row in lines(books) if row["Type"] in {20, 21, 30, 31}):
        balance[row["EntryID"]] += row["AmountVATFC"]
        balance[row["EntryID"]] -= row["AmountFC"] if row["GLAccount"] in vat_accounts else 0
    assert set(balance.values()) == {0}
