"""The comparison itself: what agrees, what differs, what is only moving, what is an opening balance."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.streams import stream
from shared.streams.ledger import PERIOD_LINES, YEAR_LINES
from shared.sync import proof, repair
from shared.warehouse.proofs import Control, Difference, Figures, Group, Unbalanced, Unresolved

CASH, DEBTORS, CREDITORS = "1000", "1300", "1600"
LINES = stream("TransactionLines")


def group(period: int = 1, account: str = CASH, kind: int = 20, **more: object) -> Group:
    told = {"cost_center": "", "cost_unit": "", "status": 50}
    return Group(2026, period, account, type=kind, **told | more)  # type: ignore[arg-type]


def figures(debit: str, credit: str = "0", lines: int = 1) -> Figures:
    return Figures(Decimal(debit) - Decimal(credit), Decimal(debit), Decimal(credit), lines)


ONE = {group(): figures("10.00")}


def opening(*amounts: str) -> dict[Group, Figures]:
    signed = map(Decimal, amounts)
    return {
        group(1, f"{account}", proof.OPENING_TYPE): figures(str(max(each, Decimal(0))), str(max(-each, Decimal(0))))
        for account, each in enumerate(signed)
    }


def test_equal_sides_hold() -> None:
    compared = proof.compare(ONE, dict(ONE))
    assert (compared.holds, compared.copied, compared.reported) == (True, figures("10.00"), figures("10.00"))


@pytest.mark.parametrize(
    "other",
    [
        {group(): figures("10.01")},
        {group(): figures("11.00", "1.00")},  # the same sum
        {group(): figures("10.00", lines=2)},
        {group(2): figures("10.00")},
        {group(account=DEBTORS): figures("10.00")},
        {group(kind=30): figures("10.00")},
        {group(status=20): figures("10.00")},
        {group(cost_center="A"): figures("10.00")},
        {group(cost_unit="A"): figures("10.00")},
        {},
    ],
)
def test_any_figure_or_place_that_is_not_the_same_differs(other: dict[Group, Figures]) -> None:
    assert not proof.compare(ONE, other).holds
    assert not proof.compare(other, ONE).holds


def test_a_balance_row_of_nothing_needs_no_line() -> None:
    assert proof.compare(ONE, ONE | {group(5): Figures()}).holds


def test_a_difference_has_its_place_and_both_sides() -> None:
    (found,) = proof.compare(ONE, {group(): figures("12.00", "1.00", 3)}).differences
    assert (found.kind, found.period, found.account, found.type) == ("ledger", 1, CASH, 20)
    assert (found.copied_amount, found.copied_lines) == (Decimal("10.00"), 1)
    assert (found.reported_amount, found.reported_debit, found.reported_credit) == (
        Decimal("11.00"),
        Decimal("12.00"),
        Decimal("1.00"),
    )


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from((CASH, DEBTORS)), st.integers(-99, 99)), max_size=8))
def test_differences_are_exactly_what_both_sides_do_not_share(planted: list[tuple[int, str, int]]) -> None:
    reported = {group(period, account): figures(str(amount)) for period, account, amount in planted}
    found = {(each.period, each.account) for each in proof.compare(ONE, reported).differences}
    assert found == {
        (key.period, key.account) for key in ONE.keys() | reported.keys() if ONE.get(key) != reported.get(key)
    }


def test_only_what_both_looks_show_alike_survives() -> None:
    steady, moving = Difference(kind="ledger", period=1), Difference(kind="ledger", period=2)
    now = [steady, Difference(kind="ledger", period=2, copied_amount=Decimal(1))]
    assert proof.surviving([steady, moving], now) == (steady,)


def test_what_a_repair_left_over_is_known_by_its_place() -> None:
    before = [Difference(kind="ledger", period=1, copied_amount=Decimal(3))]
    now = [Difference(kind="ledger", period=1, copied_amount=Decimal(2)), Difference(kind="ledger", period=2)]
    assert proof.same_places(before, now) == (now[0],)


def test_pieces_are_the_periods_of_the_differences() -> None:
    found = [Difference(kind="ledger", period=each) for each in (12, 2, 12)]
    assert proof.pieces("2026", found) == ("2026/2", "2026/12")


# --- opening balances of converted administrations


def test_a_whole_balanced_opening_without_lines_is_taken_as_one() -> None:
    compared = proof.with_opening(proof.compare(ONE, ONE | opening("100", "-60", "-40")))
    assert compared.holds
    assert (len(compared.openings), compared.opening) == (3, Decimal(100))


@pytest.mark.parametrize(
    ("copied", "reported"),
    [
        (ONE, ONE | opening("100", "-60")),  # does not balance
        (ONE, opening("100", "-100")),  # something else differs too
        (
            ONE | {group(1, "0", proof.OPENING_TYPE): figures("99")},
            ONE | opening("100", "-100"),
        ),  # some lines are there
    ],
)
def test_anything_else_stays_a_difference(copied: dict[Group, Figures], reported: dict[Group, Figures]) -> None:
    assert not proof.with_opening(proof.compare(copied, reported)).holds


def test_a_known_opening_is_taken_into_account_and_a_changed_one_differs() -> None:
    known = proof.with_opening(proof.compare(ONE, ONE | opening("100", "-100"))).openings
    again = proof.compare(ONE, ONE | opening("100", "-100"), known)
    assert (again.holds, again.openings) == (True, known)
    assert not proof.compare(ONE, ONE | opening("101", "-101"), known).holds


# --- control accounts, entries, references

ACCOUNTS = [Control(20, DEBTORS, Decimal("80.00")), Control(22, CREDITORS, Decimal("-30.00"))]
ITEMS = [Control(20, "", Decimal("-80.00"), Decimal("-5.00")), Control(22, "", Decimal("30.00"))]


def test_open_items_with_their_sign_turned_are_the_control_accounts() -> None:
    debtors, creditors = proof.sides(ACCOUNTS, ITEMS, [])
    assert (debtors.ledger, debtors.items, debtors.in_transit) == (Decimal(80), Decimal(80), Decimal(5))
    assert (creditors.ledger, creditors.items, creditors.in_transit) == (Decimal(-30), Decimal(-30), Decimal(0))
    assert debtors.differences == creditors.differences == ()


def test_items_that_are_not_the_balance_differ_with_both_figures() -> None:
    (found,) = proof.sides(ACCOUNTS, ITEMS[:1], [])[1].differences
    assert (found.record, found.copied_amount, found.reported_amount) == ("payables", Decimal(-30), Decimal(0))


def test_an_opening_of_a_control_account_belongs_to_its_balance() -> None:
    brought = Difference(kind="opening", account=DEBTORS, reported_amount=Decimal(7))
    assert proof.sides(ACCOUNTS, ITEMS, [brought])[0].ledger == Decimal(87)


def test_a_fault_is_the_same_one_while_its_gap_is() -> None:
    def fault(ledger: int, items: int) -> Difference:
        return Difference(
            kind="control", record="payables", copied_amount=Decimal(ledger), reported_amount=Decimal(items)
        )

    assert proof.gap(fault(10, 8)) == proof.gap(fault(110, 108)) != proof.gap(fault(10, 9))


def test_entries_and_references_are_named() -> None:
    (entry,) = proof.entry_differences([Unbalanced("e", Decimal("0.01"), 3)])
    (reference,) = proof.reference_differences([Unresolved("Account", "a", 2)])
    assert (entry.kind, entry.record, entry.copied_amount, entry.copied_lines) == ("entry", "e", Decimal("0.01"), 3)
    assert (reference.kind, reference.record, reference.copied_lines) == ("Account", "a", 2)


# --- what a piece costs


@pytest.mark.parametrize(
    ("stream", "lines", "calls"),
    [
        (PERIOD_LINES, [60], 1),
        (PERIOD_LINES, [61], 2),
        (PERIOD_LINES, [0, 1], 2),
        (YEAR_LINES, [600], 10),
        (LINES, [1001], 2),
    ],
)
def test_a_piece_costs_its_pages(stream: object, lines: list[int], calls: int) -> None:
    assert repair.calls(stream, lines) == calls  # type: ignore[arg-type]
