"""An independent ledger: the figures of every view, worked out in plain Python from the simulator's own books.

Nothing here reads the API, the copy or a view's text. Amounts are cents until they are shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from local.exact_simulator.books import Division
from local.exact_simulator.books.books import Books
from local.exact_simulator.books.fiscal import Period
from local.exact_simulator.books.records import Entry, Line, Record
from tests.support.reported import Shown

OPENING, RESULT_CLOSING, CARRY_OVER = {10}, {310, 320, 321, 322, 323, 324, 325, 326}, {327, 328}
FOURTH = Decimal("0.0001")


def shown(cents: int) -> Decimal:
    """Cents as a view shows them."""
    return Decimal(cents).scaleb(-2)


def code(record: Record | None, name: str = "Code") -> str | None:
    """A code without its padding."""
    return record.text(name).strip() if record else None


def group_of(kind: int) -> str:
    for name, kinds in (("opening", OPENING), ("result_closing", RESULT_CLOSING), ("carry_over", CARRY_OVER)):
        if kind in kinds:
            return name
    return "regular"


def serial(year: int, period: int) -> int:
    return year * 1000 + period


@dataclass(frozen=True)
class Posting:
    """What counts of one line, or of one opening balance outside the lines."""

    year: int
    period: int
    gl: Record
    kind: int
    status: int
    cents: int
    fc: int
    currency: str
    center: Record | None = None
    unit: Record | None = None
    lines: int = 1

    @property
    def serial(self) -> int:
        return serial(self.year, self.period)


@dataclass(frozen=True)
class Standing:
    """One account at the end of one period."""

    gl: Record
    period: Period
    opening_of_year: int
    opening: int
    debit: int
    credit: int
    unprocessed: int
    year_debit: int
    year_credit: int
    closing: int
    closed: int


@dataclass(frozen=True)
class Company:
    """The books of one administration, and what follows from them."""

    division: Division

    @property
    def books(self) -> Books:
        return self.division.books

    @property
    def code(self) -> int:
        return self.division.code

    def key(self, record: Record | str | None) -> str | None:
        found = record.id if isinstance(record, Record) else record
        return f"{self.code}:{found}" if found is not None else None

    def coded(self, record: Record | None) -> str | None:
        return f"{self.code}:{code(record)}" if record else None

    def period_key(self, year: int, period: int) -> str:
        return f"{self.code}:{serial(year, period)}"

    @cached_property
    def postings(self) -> list[Posting]:
        """Every line, and what a converted administration began with."""
        books = self.books
        return [self._posting(line) for line in self.lines()] + [
            Posting(
                books.calendar.years[0],
                1,
                books.records("GLAccounts")[gl],
                10,
                50,
                cents,
                cents,
                books.currency,
                lines=0,
            )
            for gl, cents in books.opening.items()
        ]

    def lines(self) -> Iterator[Line]:
        for entry in self.books.entries.values():
            yield from entry.lines

    @staticmethod
    def _posting(line: Line) -> Posting:
        entry: Entry = line.entry
        what = entry.year, entry.period, line.gl, entry.type, entry.status, line.dc, line.fc, entry.currency
        return Posting(*what, line.cost_center, line.cost_unit)

    @cached_property
    def last(self) -> int:
        """The last period in which anything was posted."""
        return max(each.serial for each in self.postings if each.kind not in CARRY_OVER)

    @cached_property
    def standings(self) -> list[Standing]:
        """Every account in every period in which a reader looks for it."""
        by_account: dict[Record, list[Posting]] = defaultdict(list)
        for each in self.postings:
            if each.kind not in CARRY_OVER:
                by_account[each.gl].append(each)
        return [standing for gl, posted in by_account.items() for standing in self._standings(gl, posted)]

    def _standings(self, gl: Record, posted: list[Posting]) -> Iterator[Standing]:
        is_result = gl.facts["BalanceType"] == "W"
        years, first = {each.year for each in posted}, min(each.serial for each in posted)
        for period in self.books.calendar.periods:
            now = serial(period.year, period.number)
            if first <= now <= self.last and (not is_result or period.year in years):
                yield self._standing(gl, posted, period, is_result=is_result)

    @staticmethod
    def _standing(gl: Record, posted: list[Posting], period: Period, *, is_result: bool) -> Standing:
        now = serial(period.year, period.number)
        regular = [each for each in posted if each.kind not in RESULT_CLOSING]
        year = [each for each in regular if each.year == period.year and each.serial <= now]
        month = [each for each in year if each.period == period.number]
        before = [] if is_result else [each for each in posted if each.year < period.year]
        start, moved = total(before), total(year)
        return Standing(
            gl=gl,
            period=period,
            opening_of_year=start,
            opening=start + moved - total(month),
            debit=total(each for each in month if each.cents > 0),
            credit=-total(each for each in month if each.cents < 0),
            unprocessed=total(each for each in month if each.status != 50),
            year_debit=total(each for each in year if each.cents > 0),
            year_credit=-total(each for each in year if each.cents < 0),
            closing=start + moved,
            closed=total(each for each in posted if each.kind in RESULT_CLOSING and each.serial == now),
        )

    @cached_property
    def left_over(self) -> dict[int, int]:
        """What each year's result still stands at after its closing entries, in cents, profit negative."""
        left: dict[int, int] = defaultdict(int)
        for each in self.postings:
            if each.gl.facts["BalanceType"] == "W" and each.kind not in CARRY_OVER:
                left[each.year] += each.cents
        return {year: cents for year, cents in left.items() if cents}

    @cached_property
    def periods(self) -> list[Period]:
        """The periods in which any account stands."""
        found = {serial(each.period.year, each.period.number): each.period for each in self.standings}
        return [found[each] for each in sorted(found)]


def total(postings: Iterable[Posting]) -> int:
    return sum(each.cents for each in postings)


def converted(cents: int, rate: Decimal) -> Decimal:
    """An amount at a rate, to the fourth decimal."""
    return (shown(cents) * rate).quantize(FOURTH, ROUND_HALF_UP)


def lines(company: Company) -> Iterator[Shown]:
    for line in company.lines():
        entry = line.entry
        yield {
            "line_id": line.id,
            "division": company.code,
            "entry_id": entry.id,
            "entry_number": entry.number,
            "line_number": line.number,
            "entry_date": entry.day,
            "fiscal_period_key": company.period_key(entry.year, entry.period),
            "fiscal_year": entry.year,
            "fiscal_period": entry.period,
            "journal_key": company.coded(entry.journal),
            "gl_account_key": company.key(line.gl),
            "relation_key": company.key(line.account),
            "cost_center_key": company.coded(line.cost_center),
            "cost_unit_key": company.coded(line.cost_unit),
            "project_key": company.key(line.project),
            "item_key": company.key(line.item),
            "vat_code_key": company.coded(line.vat),
            "entry_type": entry.type,
            "entry_group": group_of(entry.type),
            "is_processed": entry.status == 50,
            "amount_dc": shown(line.dc),
            "debit_dc": shown(max(line.dc, 0)),
            "credit_dc": shown(max(-line.dc, 0)),
            "entry_currency": entry.currency,
            "amount_fc": shown(line.fc),
            "exchange_rate": entry.rate,
            "vat_base_fc": shown(line.base_fc),
            "vat_fc": shown(line.vat_fc),
            "quantity": None if line.quantity is None else Decimal(line.quantity),
            "invoice_number": line.invoice,
            "due_date": entry.due,
            "your_reference": entry.your_ref,
            "payment_reference": entry.payment_reference,
            "line_description": line.description,
        }


def openings(company: Company) -> Iterator[Shown]:
    for each in company.postings:
        if not each.lines:
            yield {
                "division": company.code,
                "fiscal_year": each.year,
                "fiscal_period": each.period,
                "gl_account": each.gl.id,
                "gl_account_key": company.key(each.gl),
                "debit_dc": shown(max(each.cents, 0)),
                "credit_dc": shown(max(-each.cents, 0)),
                "amount_dc": shown(each.cents),
            }


def account_movements(company: Company) -> Iterator[Shown]:
    for (year, period, gl, kind, status), posted in _grouped(company, "year", "period", "gl", "kind", "status"):
        yield {
            "division": company.code,
            "fiscal_year": year,
            "fiscal_period": period,
            "fiscal_year_period": serial(year, period),
            "gl_account": gl.id,
            "entry_type": kind,
            "entry_status": status,
            **_sums(posted),
        }


def period_movements(company: Company) -> Iterator[Shown]:
    by = ("year", "period", "gl", "kind", "status", "center", "unit", "currency")
    for (year, period, gl, kind, status, center, unit, currency), posted in _grouped(company, *by):
        yield {
            "division": company.code,
            "fiscal_period_key": company.period_key(year, period),
            "fiscal_year": year,
            "fiscal_period": period,
            "gl_account_key": company.key(gl),
            "cost_center_key": company.coded(center),
            "cost_unit_key": company.coded(unit),
            "entry_type": kind,
            "entry_group": group_of(kind),
            "is_processed": status == 50,
            "entry_currency": currency,
            "amount_fc": shown(sum(each.fc for each in posted)),
            **_sums(posted),
        }


def _grouped(company: Company, *by: str) -> Iterable[tuple[tuple, list[Posting]]]:  # type: ignore[type-arg]
    groups: dict[tuple, list[Posting]] = defaultdict(list)  # type: ignore[type-arg]
    for each in company.postings:
        groups[(*(getattr(each, name) for name in by), bool(each.lines))].append(each)
    return ((key[:-1], posted) for key, posted in groups.items())


def _sums(posted: list[Posting]) -> Shown:
    return {
        "debit_dc": shown(total(each for each in posted if each.cents > 0)),
        "credit_dc": shown(-total(each for each in posted if each.cents < 0)),
        "amount_dc": shown(total(posted)),
        "line_count": sum(each.lines for each in posted),
    }


def period_balances(company: Company) -> Iterator[Shown]:
    for each in company.standings:
        yield {
            **when(company, each.period),
            "fiscal_year_period": serial(each.period.year, each.period.number),
            "gl_account_key": company.key(each.gl),
            "balance_type": each.gl.facts["BalanceType"],
            "year_opening_dc": shown(each.opening_of_year),
            "opening_dc": shown(each.opening),
            "debit_dc": shown(each.debit),
            "credit_dc": shown(each.credit),
            "movement_dc": shown(each.debit - each.credit),
            "unprocessed_dc": shown(each.unprocessed),
            "year_debit_dc": shown(each.year_debit),
            "year_credit_dc": shown(each.year_credit),
            "year_to_date_dc": shown(each.year_debit - each.year_credit),
            "closing_dc": shown(each.closing),
            "result_closing_dc": shown(each.closed),
        }


def when(company: Company, period: Period) -> Shown:
    return {
        "division": company.code,
        "fiscal_period_key": company.period_key(period.year, period.number),
        "fiscal_year": period.year,
        "fiscal_period": period.number,
    }


#: by view
FIGURES = {
    "ledger_lines": lines,
    "openings_outside_lines": openings,
    "account_movements": account_movements,
    "period_movements": period_movements,
    "period_balances": period_balances,
}
