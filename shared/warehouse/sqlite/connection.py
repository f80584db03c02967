"""One SQLite connection: the one place where statements are executed and SQLite's errors become ours.

Why these settings:
- WAL: readers (a report, `qics`) never wait for the writer, nor it for them.
- synchronous FULL: "durably written" is what a checkpoint says. It costs one fsync a page, and Exact hands out at most
  one page a second, so NORMAL would save nothing anybody could see.
- a page cache of 32 MB and WAL checkpoints of 32 MB: keys are random GUIDs, so one page of rows touches most leaves of
  the key's index; larger batches write each leaf once instead of once a page (measured: a fifth less time per row).
- secure_delete: what is overwritten or removed, a name above all, is gone from the file too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared.errors import Broken, Cause, PipelineError, RetryLater
from shared.warehouse.words import Stored

type Values = Sequence[Stored] | Mapping[str, Any]
type Found = tuple[Stored, ...]

_SETTINGS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -32000",
    "PRAGMA wal_autocheckpoint = 8000",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
)
#: what to do about SQLite's primary result codes; every other one is a bug
_CAUSES: dict[int, tuple[type[PipelineError], Cause]] = {
    sqlite3.SQLITE_BUSY: (RetryLater, Cause.DATABASE_BUSY),
    sqlite3.SQLITE_LOCKED: (RetryLater, Cause.DATABASE_BUSY),
    sqlite3.SQLITE_CANTOPEN: (Broken, Cause.DATABASE_MISSING),
    sqlite3.SQLITE_FULL: (Broken, Cause.DATABASE_FULL),
    sqlite3.SQLITE_CORRUPT: (Broken, Cause.DATABASE_UNUSABLE),
    sqlite3.SQLITE_NOTADB: (Broken, Cause.DATABASE_UNUSABLE),
    sqlite3.SQLITE_READONLY: (Broken, Cause.DATABASE_UNUSABLE),
    sqlite3.SQLITE_PERM: (Broken, Cause.DATABASE_UNUSABLE),
    sqlite3.SQLITE_IOERR: (Broken, Cause.DATABASE_UNUSABLE),
}


def translated(error: sqlite3.Error, place: str) -> PipelineError:
    """Our error for SQLite's, by its number. Its text names tables and columns, never a value: all values are bound."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    kind, cause = _CAUSES.get(code & 0xFF, (Broken, Cause.BUG))
    return kind(cause, f"{place}: {getattr(error, 'sqlite_errorname', '')} {error}")


class Connection:
    """A connection to one database file that is already there."""

    def __init__(self, path: Path, busy_seconds: float) -> None:
        self._place = path.name
        with self._errors():
            # mode=rw: opening never creates (rule 15). A file that is no database shows at the first statement.
            self._engine = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=rw", uri=True, autocommit=True, timeout=busy_seconds
            )
        try:
            for setting in _SETTINGS:
                self.run(setting)
        except PipelineError:
            self.close()
            raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise translated(error, self._place) from None

    def run(self, statement: str, values: Values = ()) -> int:
        """Execute one statement; the number of rows it changed."""
        with self._errors():
            return self._engine.execute(statement, values).rowcount

    def run_many(self, statement: str, rows: Iterable[Values]) -> int:
        """Execute one statement for each row; the number of rows changed."""
        with self._errors():
            return self._engine.executemany(statement, rows).rowcount

    def all(self, statement: str, values: Values = ()) -> list[Found]:
        """All rows of a query."""
        with self._errors():
            return self._engine.execute(statement, values).fetchall()

    def one(self, statement: str, values: Values = ()) -> Found | None:
        """The first row of a query, if any."""
        return next(iter(self.all(statement, values)), None)

    def batches(self, statement: str, values: Values = (), size: int = 1000) -> Iterator[list[Found]]:
        """The rows of a query, a batch at a time."""
        with self._errors():
            cursor = self._engine.execute(statement, values)
            while batch := cursor.fetchmany(size):
                yield batch

    def records(self, statement: str, values: Values = ()) -> list[dict[str, Stored]]:
        """All rows of a query, by column."""
        with self._errors():
            cursor = self._engine.execute(statement, values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction, with the write lock from its start. Nothing of it is kept when the block raises."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        # not `rollback()`, which does nothing on an autocommit connection; a full disk makes SQLite undo by itself
        if self._engine.in_transaction:
            self.run("ROLLBACK")

    def close(self) -> None:
        """Give the connection back."""
        with self._errors():
            self._engine.close()


def create(path: Path) -> None:
    """Make an empty database file that only its owner may read; one that is there already stays as it is."""
    path.touch(mode=0o600, exist_ok=True)
    connection = Connection(path, busy_seconds=5)
    try:
        connection.run("PRAGMA journal_mode = WAL")
    finally:
        connection.close()
