"""The statements a proof rests on, for both engines: each is one query over a division's stored books.

Every parameter is a `?`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from shared.warehouse.names import Dialect, quoted
from shared.warehouse.schema import DIVISION

#: G/L account types and payment term line types of debtors and creditors are the same two numbers
RECEIVABLE, PAYABLE = 20, 22
SIDES = f"({RECEIVABLE}, {PAYABLE})"
#: payment term status: paid or collected and not matched; from the other on it is no longer open
IN_TRANSIT, MATCHED = 40, 50

_GROUP = ("FinancialYear", "FinancialPeriod", "GLAccount", "Type", "Status", "CostCenter", "CostUnit")
#: the same in the order of the reports' index, so that nothing is sorted
_ORDER = ("GLAccount", "FinancialYear", "FinancialPeriod", "Type", "Status", "CostCenter", "CostUnit")
_REPORTED = (
    *("ReportingYear", "ReportingPeriod", "GLAccount", "Type", "Status", "CostCenterCode", "CostUnitCode"),
    *("Amount", "AmountDebit", "AmountCredit", "Count"),
)
#: columns of a line that name another record, with the list and the column they name it by
_NAMED = (("GLAccount", "GLAccounts", "ID"), ("JournalCode", "Journals", "Code"), ("Account", "Accounts", "ID"))


class Statements:
    """The statements on one engine."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._amount, self._division = self._name("AmountDC"), self._name(DIVISION)
        self._lines = self._table("TransactionLines")

    @cached_property
    def copied(self) -> str:
        """Parameters: division, year. Columns of the group, then sum, debit, credit and number of lines."""
        amount = self._amount
        # "+ 0" keeps the year among what is grouped, in its place in the index
        year = f"{self._name('FinancialYear')} + 0"
        return (
            f"SELECT {self._names(_GROUP)}, SUM({amount}), SUM(CASE WHEN {amount} > 0 THEN {amount} ELSE 0 END), "
            f"SUM(CASE WHEN {amount} < 0 THEN -{amount} ELSE 0 END), COUNT(*) FROM {self._lines} "
            f"WHERE {self._division} = ? AND {year} = ? GROUP BY {self._names(_ORDER)}"
        )

    @cached_property
    def reported(self) -> str:
        """Parameters: division, year. The same columns."""
        return (
            f"SELECT {self._names(_REPORTED)} FROM {self._table('ReportingBalance')} "
            f"WHERE {self._division} = ? AND {self._name('ReportingYear')} = ?"
        )

    @cached_property
    def unbalanced(self) -> str:
        """Parameter: division. Entry, sum, number of lines."""
        entry = self._name("EntryID")
        return (
            f"SELECT {entry}, SUM({self._amount}), COUNT(*) FROM {self._lines} WHERE {self._division} = ? "
            f"GROUP BY {entry} HAVING SUM({self._amount}) <> 0 ORDER BY {entry}"
        )

    @cached_property
    def control_accounts(self) -> str:
        """Parameter: division. Type, account, balance."""
        kind, account = f"gl.{self._name('Type')}", f"gl.{self._name('ID')}"
        return (
            f"SELECT {kind}, {account}, COALESCE(SUM(line.{self._amount}), 0) FROM {self._table('GLAccounts')} AS gl "
            f"LEFT JOIN {self._lines} AS line ON line.{self._division} = gl.{self._division} "
            f"AND line.{self._name('GLAccount')} = {account} "
            f"WHERE gl.{self._division} = ? AND {kind} IN {SIDES} GROUP BY {kind}, {account}"
        )

    @cached_property
    def open_items(self) -> str:
        """Parameter: division. Line type, sum, the part of it in transit."""
        side, status, amount = self._name("LineType"), self._name("Status"), self._amount
        return (
            f"SELECT {side}, SUM({amount}), SUM(CASE WHEN {status} = {IN_TRANSIT} THEN {amount} ELSE 0 END) "
            f"FROM {self._table('PaymentTerms')} WHERE {self._division} = ? AND {side} IN {SIDES} "
            f"AND {status} < {MATCHED} GROUP BY {side}"
        )

    @cached_property
    def unresolved(self) -> dict[str, str]:
        """By column of a line. Parameter: division. What the column names and is not there, once each."""
        return {column: self._missing(column, stream, key) for column, stream, key in _NAMED}

    @cached_property
    def naming(self) -> dict[str, str]:
        """By column of a line. Parameters: division, a value. How many lines name it."""
        counting = f"SELECT COUNT(*) FROM {self._lines} WHERE {self._division} = ?"
        return {column: f"{counting} AND {self._name(column)} = ?" for column, _, _ in _NAMED}

    @cached_property
    def misplaced(self) -> dict[str, str]:
        """By column of a line. Parameter: division. How many lines cannot be of this division's books."""
        counting = f"SELECT COUNT(*) FROM {self._lines} WHERE {self._division} = ?"
        return {
            "Division": f"{counting} AND {self._name('Division')} <> {self._division}",
            "FinancialYear": f"{counting} AND {self._name('FinancialYear')} IS NULL",
        }

    def _missing(self, column: str, stream: str, key: str) -> str:
        named, division = self._name(column), self._division
        return (
            f"SELECT named.{named} FROM (SELECT DISTINCT {division}, {named} FROM {self._lines} "
            f"WHERE {division} = ? AND {named} IS NOT NULL) AS named LEFT JOIN {self._table(stream)} AS there "
            f"ON there.{division} = named.{division} AND there.{self._name(key)} = named.{named} "
            f"WHERE there.{self._name(key)} IS NULL"
        )

    def _names(self, columns: Iterable[str]) -> str:
        return ", ".join(map(self._name, columns))

    def _name(self, column: str) -> str:
        return quoted(self._dialect, column)

    def _table(self, stream: str) -> str:
        return quoted(self._dialect, "exact", stream)
