"""Every question of the schema `reporting` over many lines, on SQLite: a second each, or it is shown why not."""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import batched
from pathlib import Path

from local.compare import booked_value
from local.exact_simulator.books import Division, World
from local.exact_simulator.schema import entity
from local.exact_simulator.sources import truth
from shared.reporting import VIEWS, Role
from shared.reporting.questions import ageing_on, open_items_on
from shared.reporting.schema import derived
from shared.streams import CATALOGUE
from shared.streams.model import Stream
from shared.streams.rows import Row
from shared.warehouse.names import Dialect
from shared.warehouse.protocol import Checkpoint, Claim
from shared.warehouse.sqlite import create_sqlite, open_sqlite

TODAY = date(2026, 11, 25)
#: extracts rather than questions: a row per line, term or item of every month end; a report asks for one day of them
WHOLE = {"ledger_lines", "payment_terms", "open_items_by_date", "open_items_as_known", "ageing", "ageing_as_known"}


def now() -> datetime:
    return datetime(2026, 11, 25, 9, tzinfo=UTC)


def books_of(division: Division, stream: Stream) -> Iterator[Row]:
    """The rows of a stream as a reading would give them."""
    for scope in stream.scopes:
        for record in truth(division, entity(f"{stream.name}/{scope}" if scope else stream.name)):
            values = {**record, stream.key[0]: scope} if scope else record
            row = (booked_value(column, values.get(column.name)) for column in stream.columns)
            keyed = len(stream.key) > 1
            yield tuple(  # type: ignore[misc]
                "" if value is None and keyed and column.name in stream.key else value
                for column, value in zip(stream.columns, row, strict=True)
            )


def loaded(lines: int) -> Path:
    """A tenant's database of two companies with so many ledger lines; made once and kept in the temporary folder."""
    path = Path(tempfile.gettempdir()) / f"qics-bench-{lines}.sqlite3"
    if not path.exists():
        create_sqlite(path)
        world = World(1, lines, TODAY, 2)
        with closing(open_sqlite(path, release="bench", clock=now)) as warehouse:
            warehouse.migrate()
            for code, division in world.divisions.items():
                for stream in CATALOGUE.values():
                    checkpoint = Checkpoint(division=code, stream=stream.name, epoch=1, number=1)
                    for rows in batched(books_of(division, stream), 5000, strict=False):
                        with warehouse.transaction(Claim(code, 1, 1)) as transaction:
                            transaction.upsert(stream, rows, checkpoint)
    with closing(open_sqlite(path, release="bench", clock=now, derived=derived(Dialect.SQLITE))) as warehouse:
        warehouse.migrate()
    return path


def questions() -> Iterable[tuple[str, str]]:
    """What a reader asks: every view that answers in one go, and the open items of a day."""
    for view in VIEWS.values():
        if view.name not in WHOLE and view.role is not Role.DIMENSION:
            yield view.name, f"SELECT * FROM reporting_{view.name}"
    day = date(2026, 6, 30)
    for known in (False, True):
        said = "as known then" if known else "as the books say now"
        yield f"open items on a day, {said}", open_items_on(day if not known else TODAY, Dialect.SQLITE, known=known)
        yield f"ageing on a day, {said}", ageing_on(day if not known else TODAY, Dialect.SQLITE, known=known)


def seconds(connection: sqlite3.Connection, statement: str) -> tuple[float, int]:
    """The best of three, and the rows it gave."""
    best, rows = float("inf"), 0
    for _ in range(3):
        begun = time.perf_counter()
        rows = len(connection.execute(statement).fetchall())
        best = min(best, time.perf_counter() - begun)
    return best, rows


def main(lines: int) -> list[list[str]]:
    """A row per question."""
    with closing(sqlite3.connect(loaded(lines))) as connection:
        connection.execute("PRAGMA cache_size = -32000")
        measured = {name: seconds(connection, statement) for name, statement in questions()}
    return [[f"{name}: {rows:,} rows", f"{best:.2f} s", "1 s"] for name, (best, rows) in measured.items()]


if __name__ == "__main__":
    print(json.dumps(main(100_000 if "--small" in sys.argv else 1_000_000)))
