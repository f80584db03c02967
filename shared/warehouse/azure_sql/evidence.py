"""What the stored books say, asked of Azure SQL: amounts are decimals there, so every sum is exact."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import islice

from shared.warehouse.azure_sql.connection import Connection, Found
from shared.warehouse.evidence import Statements
from shared.warehouse.names import Dialect
from shared.warehouse.proofs import ZERO, Control, Figures, Group, Unbalanced, Unresolved

_STATEMENTS = Statements(Dialect.TSQL)


class AzureSqlEvidence:
    """The Evidence of the Protocol. GUIDs come in capitals from the server, and are small letters with us."""

    def __init__(self, connection: Connection, division: int) -> None:
        self._connection = connection
        self._division = division

    def copied(self, year: int) -> dict[Group, Figures]:
        """Sums of the year's lines."""
        return _grouped(year, self._connection.all(_STATEMENTS.copied, (self._division, year)))

    def reported(self, year: int) -> dict[Group, Figures]:
        """The year's rows of ReportingBalance."""
        return _grouped(year, self._connection.all(_STATEMENTS.reported, (self._division, year)))

    def unbalanced(self, most: int) -> list[Unbalanced]:
        """Entries that do not add up to zero."""
        found = self._connection.all(_STATEMENTS.unbalanced, (self._division,))
        return [Unbalanced(_key(entry), amount, lines) for entry, amount, lines in islice(found, most)]

    def control_accounts(self) -> list[Control]:
        """Balances of the control accounts."""
        found = self._connection.all(_STATEMENTS.control_accounts, (self._division,))
        return [Control(kind, _key(account), amount) for kind, account, amount in found]

    def open_items(self) -> list[Control]:
        """Open items of each side."""
        found = self._connection.all(_STATEMENTS.open_items, (self._division,))
        return [Control(kind, "", amount or ZERO, transit or ZERO) for kind, amount, transit in found]

    def unresolved(self) -> list[Unresolved]:
        """References that lead nowhere, and lines that cannot be of this division's books."""
        named = [
            Unresolved(column, _key(reference), self._count(_STATEMENTS.naming[column], reference))
            for column, statement in _STATEMENTS.unresolved.items()
            for (reference,) in self._connection.all(statement, (self._division,))
        ]
        misplaced = [
            Unresolved(column, "", self._count(statement)) for column, statement in _STATEMENTS.misplaced.items()
        ]
        return [*named, *(each for each in misplaced if each.lines)]

    def _count(self, statement: str, *values: str) -> int:
        (number,) = self._connection.one(statement, (self._division, *values))
        return int(number)


def _key(value: str | None) -> str:
    return (value or "").lower()


def _grouped(year: int, rows: Iterable[Found]) -> dict[Group, Figures]:
    """The rows by group. No cost centre and an empty one are the same; so two sums may meet in one group."""
    found: dict[Group, Figures] = {}
    for period, account, kind, status, center, unit, *figures in (row[1:] for row in rows):
        group = Group(year, period or 0, _key(account), center or "", unit or "", kind or 0, status or 0)
        amount, debit, credit = (Decimal(figure or 0) for figure in figures[:3])
        each = Figures(amount, debit, credit, int(figures[3] or 0))
        found[group] = found[group].plus(each) if group in found else each
    return found
