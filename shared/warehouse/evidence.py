"""The statements a proof rests on, for both engines: each is one query over a division's stored books.

Every parameter is a `?`.
"""

from __future__ import annotations

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
        amount, division = self._name("AmountDC"), self._name(DIVISION)
        lines, terms = self._table("TransactionLines"), self._table("PaymentTerms")
        group = ", ".join(map(self._name, _GROUP))
        #: parameters: division, year. Group columns, then sum, debit, credit, count
        # "+ 0" keeps the year among what is grouped, in its place in the index
        year = f"{self._name('FinancialYear')} + 0"
        self.copied = (
            f"SELECT {group}, SUM({amount}), SUM(CASE WHEN {amount} > 0 THEN {amount} ELSE 0 END), "
            f"SUM(CASE WHEN {amount} < 0 THEN -{amount} ELSE 0 END), COUNT(*) FROM {lines} "
            f"WHERE {division} = ? AND {year} = ? GROUP BY {', '.join(map(self._name, _ORDER))}"
        )
        #: parameters: division, year. The same columns
        self.reported = (
            f"SELECT {', '.join(map(self._name, _REPORTED))} FROM {self._table('ReportingBalance')} "
            f"WHERE {division} = ? AND {self._name('ReportingYear')} = ?"
        )
        #: parameter: division
        self.unbalanced = (
            f"SELECT {self._name('EntryID')}, SUM({amount}), COUNT(*) FROM {lines} WHERE {division} = ? "
            f"GROUP BY {self._name('EntryID')} HAVING SUM({amount}) <> 0 ORDER BY {self._name('EntryID')}"
        )
        #: parameter: division. Type, account, balance
        self.control_accounts = (
            f"SELECT gl.{self._name('Type')}, gl.{self._name('ID')}, COALESCE(SUM(line.{amount}), 0) "
            f"FROM {self._table('GLAccounts')} AS gl LEFT JOIN {lines} AS line "
            f"ON line.{division} = gl.{division} AND line.{self._name('GLAccount')} = gl.{self._name('ID')} "
            f"WHERE gl.{division} = ? AND gl.{self._name('Type')} IN {SIDES} "
            f"GROUP BY gl.{self._name('Type')}, gl.{self._name('ID')}"
        )
        #: parameter: division. Line type, sum, the part of it in transit
        self.open_items = (
            f"SELECT {self._name('LineType')}, SUM({amount}), "
            f"SUM(CASE WHEN {self._name('Status')} = {IN_TRANSIT} THEN {amount} ELSE 0 END) FROM {terms} "
            f"WHERE {division} = ? AND {self._name('LineType')} IN {SIDES} AND {self._name('Status')} < {MATCHED} "
            f"GROUP BY {self._name('LineType')}"
        )
        #: column, then the statement (parameter: division) that gives what it names and is not there
        self.unresolved = {column: self._missing(column, stream, key) for column, stream, key in _NAMED}
        #: parameters: division, column's value. How many lines name it
        self.naming = {
            column: f"SELECT COUNT(*) FROM {lines} WHERE {division} = ? AND {self._name(column)} = ?"
            for column, _, _ in _NAMED
        }
        #: column, then the statement (parameter: division) that counts lines which cannot be of this division's books
        self.misplaced = {
            column: f"SELECT COUNT(*) FROM {lines} WHERE {division} = ? AND {condition}"
            for column, condition in (
                ("Division", f"{self._name('Division')} <> {division}"),
                ("FinancialYear", f"{self._name('FinancialYear')} IS NULL"),
            )
        }

    def _missing(self, column: str, stream: str, key: str) -> str:
        """What the lines name in a column, once each, and no record of the stream answers to."""
        division = self._name(DIVISION)
        return (
            f"SELECT named.{self._name(column)} FROM (SELECT DISTINCT {division}, {self._name(column)} "
            f"FROM {self._table('TransactionLines')} WHERE {division} = ? AND {self._name(column)} IS NOT NULL) "
            f"AS named LEFT JOIN {self._table(stream)} AS there ON there.{division} = named.{division} "
            f"AND there.{self._name(key)} = named.{self._name(column)} WHERE there.{self._name(key)} IS NULL"
        )

    def _name(self, column: str) -> str:
        return quoted(self._dialect, column)

    def _table(self, stream: str) -> str:
        return quoted(self._dialect, "exact", stream)
