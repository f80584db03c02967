"""The Warehouse of the Protocol on SQLite: one file per tenant, one connection per opening."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from shared.errors import Cause, ClaimLost
from shared.streams.model import Stream
from shared.warehouse import kept, leaving
from shared.warehouse.derived import Derived
from shared.warehouse.names import Dialect
from shared.warehouse.protocol import Checkpoint, Claim, DivisionState, Refusal, Row, Superseded, Value
from shared.warehouse.sqlite import migrate, reads, views
from shared.warehouse.sqlite.connection import Connection
from shared.warehouse.sqlite.evidence import SqliteEvidence
from shared.warehouse.sqlite.plan import sql
from shared.warehouse.sqlite.proofs import SqliteProofs
from shared.warehouse.sqlite.transaction import SqliteTransaction
from shared.warehouse.sqlite.work import Plans, Work

_ADMIT = (
    f"INSERT INTO {sql('sync', 'fences')} (division, fence, writes) VALUES (?, ?, 1) ON CONFLICT (division) "
    "DO UPDATE SET fence = excluded.fence, writes = writes + 1 WHERE fence <= excluded.fence RETURNING writes"
)
_RUN = f"INSERT INTO {sql('sync', 'runs')} (run, written_at) VALUES (?, ?) ON CONFLICT (run) DO NOTHING"
_CHECKPOINTS = f"SELECT * FROM {sql('sync', 'checkpoints')} WHERE division = ?"
_DIVISION = f"SELECT * FROM {sql('sync', 'divisions')} WHERE division = ?"
_CHANGED = f"SELECT scope, change FROM {sql('sync', 'changed_scopes')} WHERE division = ? AND stream = ? ORDER BY scope"
_SET_ASIDE = (
    f"SELECT stream, key, version, reason, record FROM {sql('sync', 'set_aside')} WHERE division = ? "
    "ORDER BY stream, key"
)


class SqliteWarehouse:
    """One tenant's database. Not for several threads at once; several openings of one file are fine."""

    def __init__(
        self,
        connection: Connection,
        streams: Sequence[Stream],
        *,
        release: str,
        clock: Callable[[], datetime],
        derived: Derived | None = None,
    ) -> None:
        self._connection = connection
        self._plans = Plans(streams)
        self._release = release
        self._clock = clock
        self._derived = derived

    def migrate(self) -> None:
        """Bring the schema to this release: tables and columns, then the views over them."""
        migrate.migrate(self._connection, self._plans.streams, self._release, self._clock)
        if self._derived is not None:
            views.refresh(self._connection, self._derived, self._release, self._clock)

    @contextmanager
    def transaction(self, claim: Claim) -> Iterator[SqliteTransaction]:
        """Write as `claim`; the check of its fence is the first statement under the write lock."""
        with self._connection.writing():
            admitted = self._connection.one(_ADMIT, (claim.division, claim.fence))
            if admitted is None:
                raise ClaimLost(Cause.LEASE_HELD, f"division {claim.division}: fence {claim.fence} is not the latest")
            self._connection.run(_RUN, (claim.run, self._clock().isoformat()))
            yield SqliteTransaction(Work(self._connection, claim, int(admitted[0] or 0), self._plans))

    def division(self, division: int) -> DivisionState:
        """Its state."""
        found = self._connection.records(_DIVISION, (division,))
        return kept.from_row(DivisionState, found[0]) if found else DivisionState(division=division)

    def checkpoint(self, division: int, stream: Stream, scope: str = "") -> Checkpoint:
        """Its checkpoint."""
        found = self._connection.records(f"{_CHECKPOINTS} AND stream = ? AND scope = ?", (division, stream.name, scope))
        if found:
            return kept.from_row(Checkpoint, found[0])
        return Checkpoint(division=division, stream=stream.name, scope=scope)

    def checkpoints(self, division: int) -> list[Checkpoint]:
        """All of one division."""
        found = self._connection.records(f"{_CHECKPOINTS} ORDER BY stream, scope", (division,))
        return [kept.from_row(Checkpoint, row) for row in found]

    def overlap_start(self, stream: Stream, checkpoint: Checkpoint, rows: int) -> int:
        """Version above which the next reading begins."""
        return reads.overlap_start(self._connection, self._plans.of(stream), checkpoint, rows)

    def expected(self, stream: Stream, checkpoint: Checkpoint, upto: int, younger_than: datetime | None) -> set[str]:
        """Keys the overlap should bring."""
        return reads.expected(self._connection, self._plans.of(stream), checkpoint, upto, younger_than)

    def stored(self, stream: Stream, checkpoint: Checkpoint, keys: Sequence[str]) -> set[str]:
        """Which keys are still stored above the start."""
        return reads.stored(self._connection, self._plans.of(stream), checkpoint, keys)

    def values(self, stream: Stream, division: int, column: str) -> list[Value]:
        """The distinct values of one column."""
        return reads.values(self._connection, self._plans.of(stream), division, column)

    def changed_scopes(self, stream: Stream, division: int) -> dict[str, int]:
        """Changed scopes and the number of their last change."""
        found = self._connection.all(_CHANGED, (division, stream.name))
        return {str(scope): int(change or 0) for scope, change in found}

    def set_aside(self, division: int) -> list[tuple[str, Refusal]]:
        """All records set aside."""
        found = self._connection.all(_SET_ASIDE, (division,))
        return [
            (str(stream), Refusal(str(key), int(version or 0), str(reason), str(record)))
            for stream, key, version, reason, record in found
        ]

    def read_rows(self, stream: Stream, division: int) -> Iterator[Row]:
        """All rows in the order of their key."""
        return reads.rows(self._connection, self._plans.of(stream), division)

    def history(self, stream: Stream, division: int) -> Iterator[Superseded]:
        """All superseded versions of a stream that keeps them."""
        return reads.history(self._connection, self._plans.of(stream), division)

    def count(self, stream: Stream, division: int) -> int:
        """Rows stored."""
        return reads.count(self._connection, self._plans.of(stream), division)

    def evidence(self, division: int) -> SqliteEvidence:
        """What the stored books of a division say."""
        return SqliteEvidence(self._connection, division)

    def proofs(self, division: int) -> SqliteProofs:
        """The proofs kept of a division."""
        return SqliteProofs(self._connection, division)

    def remove_division(self, claim: Claim) -> None:
        """Delete all of one division."""
        with self.transaction(claim):
            for statement in leaving.statements(self._plans.streams, Dialect.SQLITE, "?"):
                self._connection.run(statement, (claim.division,))

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()
