"""One division as readers see it: rows of every entity, rendered from the books at the moment of reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from . import balances
from .books import MASTERS, Books
from .rates import Rates
from .records import Line
from .render import blank, deletion_row, line_row, record_row, term_row
from .values import CANARY, Row

SNAPSHOTS = (
    "Journals",
    "FinancialPeriods",
    "GLAccountClassificationMappings",
    "GLSchemes",
    "VATCodes",
    "VatPercentages",
    "Costcenters",
    "Costunits",
    "PaymentConditions",
    "Currencies",
    "ExchangeRates",
    "Budgets",
    "BudgetScenarios",
    "ItemGroups",
    "AccountClassifications",
    "AccountClassificationNames",
)
SYNC = ("TransactionLines", "PaymentTerms", *MASTERS)


class Division:
    """The read side of one division. Not safe against changes by another thread in the middle of a read."""

    def __init__(self, books: Books, rates: Rates, info: Row) -> None:
        self.books = books
        self.rates = rates
        self.info = info
        self.planted: dict[str, int] = {}  # cents served for a line though they are not in the books
        user = books.ids.new()
        self._common: Row = {
            "Division": books.code,
            "Creator": user,
            "CreatorFullName": f"Jan {CANARY}",
            "Modifier": user,
            "ModifierFullName": f"Jan {CANARY}",
            "DeletedBy": user,
            "DivisionName": info["Description"],
        }
        self._blanks = {
            name: blank(name, self._common)
            for name in (*SYNC, *SNAPSHOTS, "Deleted", "ReportingBalance", "TransactionLines/regular")
        }
        self._balances: dict[tuple[int, str], list[Row]] = {}
        self._balanced_at = -1

    def inform(self, facts: Row) -> None:
        """Change what system/Divisions shows of the division."""
        self.info |= facts | {"Modified": self.books.moment.now}
        self._blanks["Projects"]["DivisionName"] = self.info["Description"]

    @property
    def code(self) -> int:
        """The division's number in addresses."""
        return self.books.code

    def entities(self) -> tuple[str, ...]:
        """Give the names of the entities that have rows."""
        return (*SYNC, *SNAPSHOTS)

    def count(self, entity: str) -> int:
        """Give the number of rows of an entity."""
        if entity == "TransactionLines":
            return len(self.books.lines)
        return len(self.books.terms) if entity == "PaymentTerms" else len(self.books.records(entity))

    def since(self, entity: str, version: int) -> Iterator[Row]:
        """Give the rows of a sync entity with a version above this one, in rising order."""
        empty = self._blanks[entity]
        if entity == "TransactionLines":
            return (self._served(empty, line) for line in self.books.lines.since(version))
        if entity == "PaymentTerms":
            return (term_row(empty, term) for term in self.books.terms.since(version))
        return (record_row(empty, entity, record) for record in self.books.masters[entity].since(version))

    def rows(self, entity: str) -> Iterator[Row]:
        """Give all rows of a snapshot entity by id; TransactionLines as booked, in the regular layout."""
        if entity == "TransactionLines":
            return (
                self._served(self._blanks["TransactionLines/regular"], line) for line in self.books.lines.rows.values()
            )
        records = self.books.records(entity)
        return (record_row(self._blanks[entity], entity, records[key]) for key in sorted(records))

    def lines_of(self, year: int, period: int) -> list[Row]:
        """Give the ledger lines of a period in the regular layout, by id."""
        entries = (entry for entry in self.books.entries.values() if (entry.year, entry.period) == (year, period))
        lines = sorted((line for entry in entries for line in entry.lines), key=lambda line: line.id)
        return [self._served(self._blanks["TransactionLines/regular"], line) for line in lines]

    def truth(self, entity: str) -> Iterator[Row]:
        """Give what the books hold of an entity, planted differences left out."""
        if entity == "TransactionLines":
            return (line_row(self._blanks[entity], line) for line in self.books.lines.since(0))
        return self.since(entity, 0) if entity in SYNC else self.rows(entity)

    def deleted_since(self, version: int) -> Iterator[Row]:
        """Give the log of deletions above a version; entries of more than two months ago are gone."""
        return (
            deletion_row(self._blanks["Deleted"], entry)
            for entry in self.books.deleted.since(version, self.books.moment.now)
        )

    def years(self) -> list[int]:
        """Give the fiscal years, oldest first."""
        return self.books.calendar.years

    def reporting_balance(self, year: int) -> list[Row]:
        """Give ReportingBalance of a year, from the entries and not from the lines as served."""
        return self._kept(
            (year, ""), lambda: balances.reporting_balance(self.books, year, self._blanks["ReportingBalance"])
        )

    def opening_balances(self, variant: str) -> list[Row]:
        """Give the opening balances of a variant, such as "CurrentYear/AfterEntry"."""
        return self._kept(
            (0, variant),
            lambda: balances.opening_balances(self.books, variant, blank(f"OpeningBalances/{variant}", self._common)),
        )

    def _served(self, empty: Row, line: Line) -> Row:
        return line_row(empty, line, self.planted.get(line.id, 0) if self.planted else 0)

    def _kept(self, key: tuple[int, str], compute: Callable[[], list[Row]]) -> list[Row]:
        if self._balanced_at != self.books.revision:
            self._balances.clear()
            self._balanced_at = self.books.revision
        if key not in self._balances:
            self._balances[key] = compute()
        return self._balances[key]
