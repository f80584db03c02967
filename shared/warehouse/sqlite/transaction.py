"""The Transaction of the Protocol on SQLite: each method hands over to the module of its subject."""

from __future__ import annotations

from collections.abc import Sequence

from shared.errors import Cause, ClaimLost
from shared.streams.model import Stream
from shared.warehouse import kept
from shared.warehouse.protocol import Checkpoint, Deletion, DivisionState, Refusal, Row, Written
from shared.warehouse.schema import CHECKPOINTS, DIVISIONS
from shared.warehouse.sqlite import parts, removal, set_aside, totals
from shared.warehouse.sqlite.plan import saving
from shared.warehouse.sqlite.proofs import SqliteKeeping
from shared.warehouse.sqlite.scopes import clear
from shared.warehouse.sqlite.upsert import upsert
from shared.warehouse.sqlite.work import Work

_SAVE_CHECKPOINT = saving(CHECKPOINTS)
_SAVE_DIVISION = f"{saving(DIVISIONS)} WHERE epoch <= excluded.epoch"


class SqliteTransaction(SqliteKeeping):
    """One transaction under way."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._work = work

    def upsert(self, stream: Stream, rows: Sequence[Row], checkpoint: Checkpoint) -> Written:
        """Store rows. Raises RecordRefused, before anything is written, for a value no column can hold."""
        return upsert(self._work, stream, rows, checkpoint)

    def take(
        self, part: Stream, rows: Sequence[Row], refusals: Sequence[Refusal], checkpoint: Checkpoint, owner: Checkpoint
    ) -> Written:
        """Store rows of a part, which have no version."""
        return parts.take(self._work, part, rows, refusals, checkpoint, owner)

    def set_aside(self, stream: Stream, refusals: Sequence[Refusal], checkpoint: Checkpoint) -> None:
        """Keep records that cannot be taken."""
        set_aside.keep(self._work, stream, refusals, checkpoint)

    def stage(self, stream: Stream, rows: Sequence[Row], checkpoint: Checkpoint) -> None:
        """Put rows of a totals reading beside the table; `checkpoint` as it stood before this page."""
        totals.stage(self._work, stream, rows, checkpoint)

    def replace_scope(self, stream: Stream, checkpoint: Checkpoint) -> int:
        """Replace the scope by what was staged."""
        return totals.replace_scope(self._work, stream, checkpoint)

    def delete(self, deletions: Sequence[Deletion], types: dict[int, Stream], epoch: int) -> dict[int, int]:
        """Keep and apply deletions."""
        return removal.delete(self._work, deletions, types, epoch)

    def unseen(self, stream: Stream, checkpoint: Checkpoint) -> tuple[int, int]:
        """Count the scope's rows and those not seen."""
        return removal.unseen(self._work, stream, checkpoint)

    def sweep(self, stream: Stream, checkpoint: Checkpoint, *, since: int) -> int:
        """Remove rows no reading since `since` has seen."""
        return removal.sweep(self._work, stream, checkpoint, since)

    def save(self, checkpoint: Checkpoint) -> None:
        """Write the checkpoint."""
        self._work.connection.run(_SAVE_CHECKPOINT, kept.to_row(checkpoint))

    def save_division(self, state: DivisionState) -> None:
        """Write the state. Raises ClaimLost when a later epoch was written: its writer knows more than this one."""
        if not self._work.connection.run(_SAVE_DIVISION, kept.to_row(state)):
            raise ClaimLost(Cause.LEASE_HELD, f"division {state.division} is beyond epoch {state.epoch}")

    def clear_changed(self, stream: Stream, scopes: Sequence[str], until: int) -> None:
        """Forget that scopes changed."""
        clear(self._work, stream, scopes, until)
