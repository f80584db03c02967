"""Balances computed from the entries: ReportingBalance per year, opening balances per variant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from .books import Books
from .records import Record
from .values import BooksError, Row, money

#: entry types that close a balance sheet and open the next; they cancel out over the years
CARRY_OVER = frozenset({327, 328})
OPENING_TYPE = 10
#: variants of the opening balance endpoints: years back from the current one, whether open entries count
VARIANTS = {
    "CurrentYear/AfterEntry": (0, True),
    "CurrentYear/Processed": (0, False),
    "PreviousYear/AfterEntry": (1, True),
    "PreviousYear/Processed": (1, False),
}


class Group(NamedTuple):
    """What one row of ReportingBalance stands for."""

    period: int
    gl: Record
    cost_center: Record | None
    cost_unit: Record | None
    type: int
    status: int


class Sums:
    """Debit and credit in cents and the number of lines."""

    __slots__ = ("count", "credit", "debit")

    def __init__(self) -> None:
        self.debit = self.credit = self.count = 0

    def add(self, cents: int) -> None:
        """Count one line."""
        self.count += 1
        if cents > 0:
            self.debit += cents
        else:
            self.credit -= cents


def grouped(books: Books, year: int) -> dict[Group, Sums]:
    """Give the sums of a year; a converted administration's opening stands in the very first period, type 10."""
    sums: dict[Group, Sums] = defaultdict(Sums)
    for entry in books.entries.values():
        if entry.year == year:
            for line in entry.lines:
                sums[Group(entry.period, line.gl, line.cost_center, line.cost_unit, entry.type, entry.status)].add(
                    line.dc
                )
    if year == books.calendar.years[0]:
        accounts = books.records("GLAccounts")
        for gl_id, cents in books.opening.items():
            sums[Group(1, accounts[gl_id], None, None, OPENING_TYPE, 50)].add(cents)
    return sums


def reporting_balance(books: Books, year: int, empty: Row) -> list[Row]:
    """Give the rows of ReportingBalance of a year. Their IDs hold only until the books change."""
    first = books.revision * 1_000_000
    ordered = sorted(grouped(books, year).items(), key=_order)
    return [_balance_row(empty, first + place, year, group, sums) for place, (group, sums) in enumerate(ordered, 1)]


def opening_balances(books: Books, variant: str, empty: Row) -> list[Row]:
    """Give the rows of an opening balance endpoint: debit positive, one per account that is not zero."""
    if variant not in VARIANTS:
        raise BooksError(f"no opening balances {variant!r}: choose one of {', '.join(VARIANTS)}")
    back, with_open = VARIANTS[variant]
    year = books.calendar.years[-1] - back
    rows = sorted(opening(books, year, with_open=with_open).items(), key=lambda row: row[0].text("Code"))
    return [
        empty
        | {
            "GLAccount": gl.id,
            "GLAccountCode": gl.facts["Code"],
            "GLAccountDescription": gl.facts["Description"],
            "ReportingYear": year,
            "Amount": money(cents),
            "BalanceSide": gl.facts["BalanceSide"],
        }
        for gl, cents in rows
        if cents
    ]


def opening(books: Books, year: int, *, with_open: bool) -> dict[Record, int]:
    """Give cents per balance sheet account at the start of a year; unclosed results stand on retained earnings."""
    accounts = books.records("GLAccounts")
    cents: dict[Record, int] = defaultdict(int, {accounts[gl_id]: amount for gl_id, amount in books.opening.items()})
    for gl, amount in _before(books, year, with_open=with_open):
        cents[gl if gl.facts["BalanceType"] == "B" else books.gl["retained"]] += amount
    return cents


def _before(books: Books, year: int, *, with_open: bool) -> Iterator[tuple[Record, int]]:
    for entry in books.entries.values():
        if entry.year < year and entry.type not in CARRY_OVER and (with_open or entry.status == 50):
            for line in entry.lines:
                yield line.gl, line.dc


def _order(item: tuple[Group, Sums]) -> tuple[int, str, str, str, int, int]:
    group = item[0]
    return (
        group.period,
        group.gl.text("Code"),
        _code(group.cost_center) or "",
        _code(group.cost_unit) or "",
        group.type,
        group.status,
    )


def _balance_row(empty: Row, row_id: int, year: int, group: Group, sums: Sums) -> Row:
    gl, center, unit = group.gl.facts, group.cost_center, group.cost_unit
    return empty | {
        "ID": row_id,
        "Amount": money(sums.debit - sums.credit),
        "AmountDebit": money(sums.debit),
        "AmountCredit": money(sums.credit),
        "Count": sums.count,
        "BalanceType": gl["BalanceType"],
        "GLAccount": group.gl.id,
        "GLAccountCode": gl["Code"],
        "GLAccountDescription": gl["Description"],
        "ReportingYear": year,
        "ReportingPeriod": group.period,
        "Type": group.type,
        "Status": group.status,
        "CostCenterCode": _code(center),
        "CostCenterDescription": center.facts["Description"] if center else None,
        "CostUnitCode": _code(unit),
        "CostUnitDescription": unit.facts["Description"] if unit else None,
    }


def _code(record: Record | None) -> str | None:
    return record.text("Code") if record else None
