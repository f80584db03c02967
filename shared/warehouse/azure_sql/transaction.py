"""The Transaction of the Protocol on Azure SQL: every method is one batch, or one for each stream it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from shared.errors import Broken, Cause, ClaimLost
from shared.streams.model import Stream
from shared.warehouse.azure_sql import delete_log, kept_records, page, parts, reads, set_aside, sweeping, totals
from shared.warehouse.azure_sql.anonymising import Anonymising
from shared.warehouse.azure_sql.connection import Connection, Found
from shared.warehouse.azure_sql.plan import Plan, listed
from shared.warehouse.azure_sql.plans import Plans
from shared.warehouse.azure_sql.proofs import AzureSqlKeeping
from shared.warehouse.protocol import Checkpoint, Claim, Deletion, DivisionState, Refusal, Row, Written
from shared.warehouse.schema import marked
from shared.warehouse.words import encoded


class AzureSqlTransaction(AzureSqlKeeping):
    """One transaction under way; `write` is its number, by which changed scopes are known."""

    def __init__(self, connection: Connection, claim: Claim, write: int, plans: Plans) -> None:
        super().__init__(connection)
        self._claim = claim
        self._write = write
        self._plans = plans
        self._anonymising = Anonymising(connection, claim.division, plans)

    def upsert(self, stream: Stream, rows: Sequence[Row], checkpoint: Checkpoint) -> Written:
        """Store rows. Raises RecordRefused, before anything is written, for a value no column can hold."""
        if not rows:
            return Written()
        plan = self._plan(stream, checkpoint)
        # divisions are kept without their own, so that epochs of different ones would meet in one table
        epoch = checkpoint.epoch if stream.by_division else 0
        stored = encoded(stream, plan.columns, rows)
        self._anonymising.notice(plan, stored)
        given = listed(page.newest(plan, stored))
        numbers = (self._claim.division, epoch, self._claim.run, checkpoint.number, self._write)
        return page.written(self._asked(page.upsert, plan, given, *numbers))

    def take(
        self, part: Stream, rows: Sequence[Row], refusals: Sequence[Refusal], checkpoint: Checkpoint, owner: Checkpoint
    ) -> Written:
        """Store rows of a part, which have no version, each at its stored one."""
        plan = self._plan(part, checkpoint)
        keys = [str(row[part.index[part.key[0]]]) for row in rows]
        seen = reads.keys([*keys, *(each.key for each in refusals)])
        of_owner = self._plans.of(plan.owner)
        found = self._asked(parts.versions, of_owner, seen, self._claim.division, checkpoint.epoch)
        filled = parts.filled(plan.owner, rows, keys, dict(found))
        written = self.upsert(plan.owner, filled, parts.at(owner, checkpoint))
        if refusals:
            self.set_aside(plan.owner, refusals, owner)
        self._asked(parts.mark, plan, seen, self._claim.division, checkpoint.number)
        return written

    def set_aside(self, stream: Stream, refusals: Sequence[Refusal], checkpoint: Checkpoint) -> None:
        """Keep records that cannot be taken."""
        plan = self._plan(stream, checkpoint)
        given = set_aside.page(self._anonymising.cleared(stream, refusals))
        self._asked(set_aside.keep, plan, given, *plan.bound(checkpoint), checkpoint.epoch, checkpoint.number)

    def stage(self, stream: Stream, rows: Sequence[Row], checkpoint: Checkpoint) -> None:
        """Put rows of a totals reading beside the table; `checkpoint` as it stood before this page."""
        plan = self._plan(stream, checkpoint)
        stored = encoded(stream, plan.columns, rows) if rows else []
        self._asked(totals.stage, plan, listed(page.newest(plan, stored)), *plan.bound(checkpoint), checkpoint.rows)

    def replace_scope(self, stream: Stream, checkpoint: Checkpoint) -> int:
        """Replace the scope by what was staged."""
        plan = self._plan(stream, checkpoint)
        stored = self._number(totals.replace_scope, plan, *plan.bound(checkpoint), checkpoint.epoch, self._claim.run)
        if stored:
            self._sweep_set_aside(stream, checkpoint, checkpoint.number)
        return stored

    def delete(self, deletions: Sequence[Deletion], types: dict[int, Stream], epoch: int) -> dict[int, int]:
        """Keep and apply deletions."""
        division, run = self._claim.division, self._claim.run
        self._connection.run(delete_log.KEEP, (delete_log.page(deletions), division, epoch))
        by_type: dict[int, list[Deletion]] = defaultdict(list)
        for entry in deletions:
            if entry.entity_type in types:
                by_type[entry.entity_type].append(entry)
        return {
            kind: self._number(
                delete_log.apply, self._plans.of(types[kind]), delete_log.page(found), division, epoch, run, self._write
            )
            for kind, found in by_type.items()
        }

    def unseen(self, stream: Stream, checkpoint: Checkpoint) -> tuple[int, int]:
        """Count the scope's rows and those not seen."""
        plan = self._plan(stream, checkpoint)
        ((stored, missing),) = self._asked(sweeping.unseen, plan, *self._reading(plan, checkpoint, checkpoint.number))
        return stored, missing

    def sweep(self, stream: Stream, checkpoint: Checkpoint, *, since: int) -> int:
        """Remove rows no reading since `since` has seen."""
        below = min(since, checkpoint.number)
        self._sweep_set_aside(stream, checkpoint, below)
        if not marked(stream):
            return 0
        plan = self._plan(stream, checkpoint)
        given = self._reading(plan, checkpoint, below)
        return self._number(sweeping.sweep, plan, *given, self._claim.run, self._write)

    def save(self, checkpoint: Checkpoint) -> None:
        """Write the checkpoint."""
        self._connection.run(kept_records.SAVE_CHECKPOINT, kept_records.parameters(checkpoint))

    def save_division(self, state: DivisionState) -> None:
        """Write the state. Raises ClaimLost when a later epoch was written: its writer knows more than this one."""
        (saved,) = self._connection.one(kept_records.SAVE_DIVISION, kept_records.parameters(state))
        if not saved:
            raise ClaimLost(Cause.LEASE_HELD, f"division {state.division} is beyond epoch {state.epoch}")

    def clear_changed(self, stream: Stream, scopes: Sequence[str], until: int) -> None:
        """Forget that scopes changed."""
        given = listed([[scope] for scope in scopes])
        self._connection.run(kept_records.CLEAR_CHANGED, (given, self._claim.division, stream.name, until))

    def _plan(self, stream: Stream, checkpoint: Checkpoint) -> Plan:
        """How the checkpoint's stream is written. Raises Broken(BUG) for a checkpoint of another division."""
        own = self._claim.division
        if checkpoint.division != own:
            raise Broken(Cause.BUG, f"a claim on division {own} met a checkpoint of {checkpoint.division}")
        return self._plans.of(stream, checkpoint.dropped)

    @staticmethod
    def _reading(plan: Plan, checkpoint: Checkpoint, below: int) -> tuple[int | str, ...]:
        return (*plan.bound(checkpoint), below, checkpoint.epoch, checkpoint.start)

    def _asked(self, write: Callable[[Plan], str], plan: Plan, *values: str | int) -> list[Found]:
        return self._connection.all(self._plans.text(write, plan), values)

    def _number(self, write: Callable[[Plan], str], plan: Plan, *values: str | int) -> int:
        ((number,),) = self._asked(write, plan, *values)
        return int(number)

    def _sweep_set_aside(self, stream: Stream, checkpoint: Checkpoint, below: int) -> None:
        """What no reading since `below` has met again is gone at Exact."""
        values = (checkpoint.division, checkpoint.scope, below, stream.name)
        self._connection.run(sweeping.SET_ASIDE_TOO, values)
