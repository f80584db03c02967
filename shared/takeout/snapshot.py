"""A tenant's database as it stood at one moment, read while others go on writing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from shared.reporting.dialects import SCALED
from shared.takeout.content import REPORTING, Part
from shared.warehouse.names import Dialect, quoted
from shared.warehouse.sqlite import BUSY_SECONDS
from shared.warehouse.sqlite.connection import Connection
from shared.warehouse.words import Stored

#: rows held in memory at a time
BATCH = 10_000


class Snapshot(Protocol):
    """One moment of one database. Raises RetryLater or Broken, never an engine's own error."""

    @property
    def state(self) -> str:
        """A fingerprint of what is stored: equal as long as nothing was written and no view was changed."""

    def count(self, part: Part) -> int:
        """Rows of a table or view."""

    def standings(self) -> list[dict[str, Stored]]:
        """How each division stands (`proofs.Standing`), as it is kept."""

    def last_run(self) -> int:
        """The last run that wrote anything; 0 for none."""

    def batches(self, part: Part) -> Iterator[Sequence[tuple[Stored, ...]]]:
        """The rows, a batch at a time, as SQLite holds them: amounts are whole numbers of 10^-scale."""


#: opens a snapshot for as long as a block lasts
type OpenSnapshot = Callable[[], AbstractContextManager[Snapshot]]


def fingerprint(written: Sequence[tuple[Any, ...]], made: Sequence[tuple[Any, ...]]) -> str:
    """The state of a database (`Snapshot.state`), from the writes of each division and the views that were made."""
    return sha256(repr((written, made)).encode()).hexdigest()


class SqliteSnapshot:
    """See Snapshot."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # the first reading is what fixes the moment
        self.state = self._fingerprint()

    def count(self, part: Part) -> int:
        """See Snapshot."""
        found = self._connection.one(f"SELECT COUNT(*) FROM {_name(part)}")
        return int(found[0] or 0) if found else 0

    def standings(self) -> list[dict[str, Stored]]:
        """See Snapshot."""
        return self._connection.records(
            f"SELECT * FROM {quoted(Dialect.SQLITE, 'sync', 'standings')} ORDER BY division"
        )

    def last_run(self) -> int:
        """See Snapshot."""
        found = self._connection.one(f"SELECT MAX(run) FROM {quoted(Dialect.SQLITE, 'sync', 'runs')}")
        return int(found[0] or 0) if found else 0

    def batches(self, part: Part) -> Iterator[Sequence[tuple[Stored, ...]]]:
        """See Snapshot."""
        names = ", ".join(quoted(Dialect.SQLITE, name) for name, _ in part.columns)
        return self._connection.batches(f"SELECT {names} FROM {_name(part)}", size=BATCH)

    def _fingerprint(self) -> str:
        """Whoever writes counts its writes first (`fences`); whoever changes views leaves their fingerprint."""
        written = self._connection.all(f"SELECT * FROM {quoted(Dialect.SQLITE, 'sync', 'fences')} ORDER BY division")
        views = quoted(Dialect.SQLITE, "sync", "schema_views")
        return fingerprint(written, self._connection.all(f"SELECT layer, fingerprint FROM {views} ORDER BY layer"))


@contextmanager
def sqlite_snapshot(path: Path) -> Iterator[SqliteSnapshot]:
    """The database at a path, as it stands now. Its views must be there (`migrate`)."""
    connection = Connection(path, BUSY_SECONDS)
    try:
        connection.run("BEGIN")
        yield SqliteSnapshot(connection)
    finally:
        connection.close()


def _name(part: Part) -> str:
    """Views are read where their amounts are still whole numbers."""
    return quoted(Dialect.SQLITE, SCALED if part.schema == REPORTING else part.schema, part.name)
