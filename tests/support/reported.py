"""The views of a tenant's database as tests read them: rows with Python's own types."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from shared.reporting import VIEWS
from shared.reporting.model import Column
from shared.reporting.schema import derived
from shared.warehouse.names import Dialect
from shared.warehouse.sqlite import open_sqlite
from shared.warehouse.words import FORMS
from tests.support.clock import FakeClock

type Shown = dict[str, object]


def with_views(path: Path) -> Path:
    """The database at a path, its views made."""
    with closing(open_sqlite(path, release="test", clock=FakeClock(), derived=derived(Dialect.SQLITE))) as warehouse:
        warehouse.migrate()
    return path


def decoded(columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> list[Shown]:
    """Rows of a scaled view or question, by column."""
    if not rows:
        return []
    by_column = [
        FORMS[column.word].decode(values) for column, values in zip(columns, zip(*rows, strict=True), strict=True)
    ]
    names = [column.name for column in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*by_column, strict=True)]


def answer(path: Path, statement: str, columns: Sequence[Column]) -> list[Shown]:
    """What a question gives."""
    with closing(sqlite3.connect(path)) as connection:
        return decoded(columns, connection.execute(statement).fetchall())


def shown(path: Path, name: str) -> list[Shown]:
    """All rows of a view, amounts exact."""
    return answer(path, f'SELECT * FROM "scaled_{name}"', VIEWS[name].columns)


def disagreements(expected: Iterable[Shown], found: Iterable[Shown]) -> dict[str, list[Shown]]:
    """Rows one side lacks, a few of each; nothing when both hold the same rows equally often."""
    wanted, given = (Counter(tuple(sorted(row.items(), key=_name)) for row in side) for side in (expected, found))
    sides = {"lacking": wanted - given, "too many": given - wanted}
    return {side: [dict(row) for row in list(rows)[:2]] for side, rows in sides.items() if rows}


def _name(item: tuple[str, object]) -> str:
    return item[0]
