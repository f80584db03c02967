"""Totals of the books: read beside the table, and put in its place when the reading is complete."""

from __future__ import annotations

from collections.abc import Sequence

from shared.streams.model import Stream
from shared.warehouse.protocol import Checkpoint, Row
from shared.warehouse.schema import DIVISION, SCOPE
from shared.warehouse.sqlite import set_aside
from shared.warehouse.sqlite.plan import YEAR, Plan, sql
from shared.warehouse.sqlite.work import Work
from shared.warehouse.words import Stored, encoded

_STAGED = f"{sql(DIVISION)} = :division AND {sql(SCOPE)} = :scope"


def stage(work: Work, stream: Stream, rows: Sequence[Row], checkpoint: Checkpoint) -> None:
    """Put rows on the stage; a reading that has not seen any yet finds it empty."""
    plan = work.plan(stream, checkpoint)
    stored = encoded(stream, plan.columns, rows) if rows else []
    if not checkpoint.rows:
        _empty(work, plan, checkpoint)
    before = (work.claim.division, checkpoint.scope)
    work.connection.run_many(plan.put_beside, [before + row for row in stored])


def replace_scope(work: Work, stream: Stream, checkpoint: Checkpoint) -> int:
    """Replace the scope, of the years the reading is about; nothing staged replaces nothing (rule 4)."""
    plan = work.plan(stream, checkpoint)
    staged: dict[str, Stored] = {"division": work.claim.division, "scope": checkpoint.scope}
    if not work.connection.one(f"SELECT 1 FROM {plan.stage} WHERE {_STAGED}", staged):
        return 0
    values = plan.bound(checkpoint, staged=checkpoint.scope)
    work.connection.run(f"DELETE FROM {plan.table} WHERE {plan.in_scope}{_of_staged_years(plan)}", values)
    stored = work.connection.run(plan.take_over, {**staged, "epoch": checkpoint.epoch, "run": work.claim.run})
    _empty(work, plan, checkpoint)
    set_aside.sweep(work, stream, checkpoint, checkpoint.number)
    return stored


def _of_staged_years(plan: Plan) -> str:
    if YEAR not in plan.stream.key:
        return ""
    years = f"SELECT {sql(YEAR)} FROM {plan.stage} WHERE {sql(DIVISION)} = :division AND {sql(SCOPE)} = :staged"
    return f" AND {sql(YEAR)} IN ({years})"


def _empty(work: Work, plan: Plan, checkpoint: Checkpoint) -> None:
    values = {"division": work.claim.division, "scope": checkpoint.scope}
    work.connection.run(f"DELETE FROM {plan.stage} WHERE {_STAGED}", values)
