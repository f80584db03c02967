"""Indexes the questions need: each holds all a question reads, so that it never touches the wide rows themselves."""

from __future__ import annotations

from dataclasses import dataclass

from shared.reporting.codes import OPENING
from shared.warehouse.names import Dialect, quoted


@dataclass(frozen=True, slots=True)
class Index:
    """One index on the rows of a stream: the columns it is ordered by, those it carries besides, and which rows."""

    name: str
    stream: str
    key: tuple[str, ...]
    carried: tuple[str, ...] = ()
    where: str = ""

    def statement(self, dialect: Dialect) -> str:
        """The statement that makes it."""
        tsql = dialect is Dialect.TSQL
        columns = self.key if tsql else (*self.key, *self.carried)
        include = f" INCLUDE ({_names(dialect, self.carried)})" if tsql and self.carried else ""
        where = f" WHERE {self.where}" if self.where else ""
        return (
            f"CREATE INDEX {quoted(dialect, self.name)} ON {quoted(dialect, 'exact', self.stream)} "
            f"({_names(dialect, columns)}){include}{where}"
        )


def _names(dialect: Dialect, names: tuple[str, ...]) -> str:
    return ", ".join(quoted(dialect, name) for name in names)


_PERIOD = ("_division", "FinancialYear", "FinancialPeriod")

INDEXES = (
    # in the order the movements are grouped by, so that nothing is sorted
    Index(
        "reporting_movements",
        "TransactionLines",
        ("_division", "GLAccount", *_PERIOD[1:], "Type", "Status", "CostCenter", "CostUnit", "Currency"),
        ("AmountDC", "AmountFC"),
    ),
    Index("reporting_openings", "TransactionLines", ("_division", "FinancialYear", "Type"), where=f"Type = {OPENING}"),
    Index(
        "reporting_vat",
        "TransactionLines",
        (*_PERIOD, "VATCode", "VATType", "Currency"),
        ("ExchangeRate", "AmountVATBaseFC", "AmountVATFC", "AmountDC", "GLAccount"),
        where="VATCode IS NOT NULL",
    ),
    # by relation and day of settlement: what is grouped by month comes nearly in order, and a whole pass costs the same
    Index(
        "reporting_terms",
        "PaymentTerms",
        ("_division", "Account", "LineType", "EndDate"),
        ("Status", "InvoiceDate", "EntryDate", "DueDate", "AmountDC", "Journal"),
    ),
)
