"""The Warehouse of the Protocol on Azure SQL, or any T-SQL server: one database per tenant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime

from shared.errors import Cause, ClaimLost
from shared.streams.model import Stream, Word
from shared.warehouse import kept, leaving
from shared.warehouse.azure_sql import kept_records, reads, set_aside
from shared.warehouse.azure_sql.connection import Connection, Found
from shared.warehouse.azure_sql.evidence import AzureSqlEvidence
from shared.warehouse.azure_sql.kept_records import by_name
from shared.warehouse.azure_sql.migrate import Migration
from shared.warehouse.azure_sql.plan import Plan
from shared.warehouse.azure_sql.plans import Plans
from shared.warehouse.azure_sql.proofs import AzureSqlProofs
from shared.warehouse.azure_sql.transaction import AzureSqlTransaction
from shared.warehouse.azure_sql.views import Views
from shared.warehouse.derived import Derived
from shared.warehouse.names import Dialect
from shared.warehouse.protocol import Checkpoint, Claim, DivisionState, Refusal, Row, Superseded, Value
from shared.warehouse.words import FORMS


class Lease:
    """A connection while it is taken from the pool."""

    def __init__(self, connection: Connection, give: Callable[[Connection], None]) -> None:
        self.connection = connection
        self._give = give

    def close(self) -> None:
        """Give it back."""
        self._give(self.connection)


class AzureSqlWarehouse:
    """One tenant's database. Not for several threads at once; several openings of one database are fine."""

    def __init__(
        self,
        take: Callable[[], Lease],
        streams: Sequence[Stream],
        *,
        release: str,
        clock: Callable[[], datetime],
        derived: Derived | None = None,
    ) -> None:
        self._take = take
        self._lease = take()
        self._connection = self._lease.connection
        self._plans = Plans(streams)
        self._release = release
        self._clock = clock
        self._derived = derived

    def migrate(self) -> None:
        """Bring the schema to this release: tables and columns, then the views over them."""
        Migration(self._connection, self._plans.streams, self._release, self._clock).run()
        if self._derived is not None:
            Views(self._connection, self._derived, self._release, self._clock).refresh()

    @contextmanager
    def transaction(self, claim: Claim) -> Iterator[AzureSqlTransaction]:
        """Write as `claim`; the check of its fence is the first statement, and holds off other writers."""
        values = (claim.division, claim.fence, claim.run, self._clock().isoformat())
        with self._connection.writing(kept_records.ADMIT, values) as admitted:
            if not admitted:
                raise ClaimLost(Cause.LEASE_HELD, f"division {claim.division}: fence {claim.fence} is not the latest")
            ((write,),) = admitted
            yield AzureSqlTransaction(self._connection, claim, int(write), self._plans)

    def division(self, division: int) -> DivisionState:
        """Its state."""
        found = self._connection.all(kept_records.DIVISION, (division,))
        fresh = DivisionState(division=division)
        return next((kept.from_row(DivisionState, by_name(kept_records.DIVISION_NAMES, row)) for row in found), fresh)

    def checkpoint(self, division: int, stream: Stream, scope: str = "") -> Checkpoint:
        """Its checkpoint."""
        found = self._connection.all(kept_records.CHECKPOINT, (division, stream.name, scope))
        fresh = Checkpoint(division=division, stream=stream.name, scope=scope)
        return next((kept.from_row(Checkpoint, by_name(kept_records.CHECKPOINT_NAMES, row)) for row in found), fresh)

    def checkpoints(self, division: int) -> list[Checkpoint]:
        """All of one division."""
        found = self._connection.all(kept_records.ALL_CHECKPOINTS, (division,))
        return [kept.from_row(Checkpoint, by_name(kept_records.CHECKPOINT_NAMES, row)) for row in found]

    def overlap_start(self, stream: Stream, checkpoint: Checkpoint, rows: int) -> int:
        """Version above which the next reading begins."""
        values = (checkpoint.division, checkpoint.epoch, rows - 1)
        found = self._asked(reads.overlap_start, stream, *values)
        return int(found[0][0]) - 1 if found else 0

    def expected(self, stream: Stream, checkpoint: Checkpoint, upto: int, younger_than: datetime | None) -> set[str]:
        """Keys the overlap should bring."""
        values: tuple[int | str, ...] = (checkpoint.division, checkpoint.epoch, checkpoint.start, upto)
        if younger_than is None or not reads.is_delete_log(stream):
            return {key for (key,) in self._asked(reads.expected, stream, *values)}
        (day,) = FORMS[Word.LOCAL_TIME].encode([younger_than])
        return {key for (key,) in self._asked(reads.expected_younger, stream, *values, str(day))}

    def stored(self, stream: Stream, checkpoint: Checkpoint, keys: Sequence[str]) -> set[str]:
        """Which keys are still stored above the start."""
        values = (reads.keys(keys), checkpoint.division, checkpoint.epoch, checkpoint.start)
        return {key for (key,) in self._asked(reads.stored, stream, *values)}

    def values(self, stream: Stream, division: int, column: str) -> list[Value]:
        """The distinct values of one column."""
        plan = self._plans.of(stream)
        chosen = stream.columns[stream.index[column]]
        return reads.decoded_values(chosen, self._connection.all(reads.values(plan, chosen), (division,)))

    def changed_scopes(self, stream: Stream, division: int) -> dict[str, int]:
        """Changed scopes and the number of their last change."""
        return dict(self._connection.all(kept_records.CHANGED, (division, stream.name)))

    def set_aside(self, division: int) -> list[tuple[str, Refusal]]:
        """All records set aside."""
        found = self._connection.all(set_aside.OF_DIVISION, (division,))
        return [(stream, Refusal(*record)) for stream, *record in found]

    def read_rows(self, stream: Stream, division: int) -> Iterator[Row]:
        """All rows in the order of their key."""
        plan = self._plans.of(stream)
        for batch in self._read(self._plans.text(reads.rows, plan), division):
            yield from reads.decoded(plan.columns, batch)

    def history(self, stream: Stream, division: int) -> Iterator[Superseded]:
        """All superseded versions of a stream that keeps them."""
        plan = self._plans.of(stream)
        for batch in self._read(self._plans.text(reads.history, plan), division):
            rows = reads.decoded(plan.columns, [row[2:] for row in batch])
            for (first, last, *_), row in zip(batch, rows, strict=True):
                yield Superseded(row, first, last)

    def count(self, stream: Stream, division: int) -> int:
        """Rows stored."""
        ((number,),) = self._asked(reads.count, stream, division)
        return int(number)

    def evidence(self, division: int) -> AzureSqlEvidence:
        """What the stored books of a division say."""
        return AzureSqlEvidence(self._connection, division)

    def proofs(self, division: int) -> AzureSqlProofs:
        """The proofs kept of a division."""
        return AzureSqlProofs(self._connection, division)

    def remove_division(self, claim: Claim) -> None:
        """Delete all of one division."""
        with self.transaction(claim):
            for statement in leaving.statements(self._plans.streams, Dialect.TSQL, "?"):
                self._connection.run(statement, (claim.division,))

    def close(self) -> None:
        """Give the connection back."""
        self._lease.close()

    def _asked(self, write: Callable[[Plan], str], stream: Stream, *values: str | int) -> list[Found]:
        return self._connection.all(self._plans.text(write, self._plans.of(stream)), values)

    def _read(self, statement: str, division: int) -> Iterator[list[Found]]:
        """Rows a batch at a time, over a connection of their own: one that is being read takes no other statement."""
        with closing(self._take()) as lease:
            yield from lease.connection.batches(statement, (division,))
