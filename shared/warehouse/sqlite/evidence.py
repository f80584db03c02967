"""What the stored books say, asked of SQLite: amounts are whole numbers there, so every sum is exact."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import islice

from shared.streams.model import SCALE, Word
from shared.warehouse.evidence import Statements
from shared.warehouse.names import Dialect
from shared.warehouse.proofs import Control, Figures, Group, Unbalanced, Unresolved
from shared.warehouse.sqlite.connection import Connection, Found

_STATEMENTS = Statements(Dialect.SQLITE)


def _amount(scaled: object) -> Decimal:
    return Decimal(int(str(scaled or 0))).scaleb(-SCALE[Word.MONEY])


class SqliteEvidence:
    """The Evidence of the Protocol."""

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
        found = islice(self._connection.batches(_STATEMENTS.unbalanced, (self._division,)), 1 + most // 1000)
        rows = [row for batch in found for row in batch][:most]
        return [Unbalanced(str(entry or ""), _amount(amount), int(lines or 0)) for entry, amount, lines in rows]

    def control_accounts(self) -> list[Control]:
        """Balances of the control accounts."""
        found = self._connection.all(_STATEMENTS.control_accounts, (self._division,))
        return [Control(int(kind or 0), str(account), _amount(amount)) for kind, account, amount in found]

    def open_items(self) -> list[Control]:
        """Open items of each side."""
        found = self._connection.all(_STATEMENTS.open_items, (self._division,))
        return [Control(int(kind or 0), "", _amount(amount), _amount(transit)) for kind, amount, transit in found]

    def unresolved(self) -> list[Unresolved]:
        """References that lead nowhere, and lines that cannot be of this division's books."""
        named = [
            Unresolved(column, str(reference), self._count(_STATEMENTS.naming[column], reference))
            for column, statement in _STATEMENTS.unresolved.items()
            for (reference,) in self._connection.all(statement, (self._division,))
        ]
        misplaced = [
            Unresolved(column, "", self._count(statement)) for column, statement in _STATEMENTS.misplaced.items()
        ]
        return [*named, *(each for each in misplaced if each.lines)]

    def _count(self, statement: str, *values: str | int | None) -> int:
        ((number,),) = self._connection.all(statement, (self._division, *values))
        return int(number or 0)


def _grouped(year: int, rows: Iterable[Found]) -> dict[Group, Figures]:
    """The rows by group. No cost centre and an empty one are the same; so two sums may meet in one group."""
    found: dict[Group, Figures] = {}
    for period, account, kind, status, center, unit, *figures in (row[1:] for row in rows):
        codes = str(account or ""), str(center or ""), str(unit or "")
        group = Group(year, int(period or 0), *codes, int(kind or 0), int(status or 0))
        amount, debit, credit = map(_amount, figures[:3])
        each = Figures(amount, debit, credit, int(figures[3] or 0))
        found[group] = found[group].plus(each) if group in found else each
    return found
