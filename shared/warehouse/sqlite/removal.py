"""Rows leave: by the delete log, or because two complete readings lacked them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from shared.streams.model import Stream
from shared.warehouse.protocol import Checkpoint, Deletion
from shared.warehouse.schema import EPOCH, ROW, marked
from shared.warehouse.sqlite import deletions, scopes, set_aside
from shared.warehouse.sqlite.plan import Plan, listed, sql
from shared.warehouse.sqlite.work import Work
from shared.warehouse.words import Stored

_ENTRIES = "(SELECT value ->> 0 AS deleted_key, value ->> 1 AS deleted_version FROM json_each(:keys))"


def delete(work: Work, entries: Sequence[Deletion], types: Mapping[int, Stream], epoch: int) -> dict[int, int]:
    """Keep the deletions and apply those of known types; rows removed by type."""
    deletions.keep(work, entries, epoch)
    by_type: dict[int, list[Deletion]] = defaultdict(list)
    for entry in entries:
        if entry.entity_type in types:
            by_type[entry.entity_type].append(entry)
    return {kind: _apply(work, types[kind], found, epoch) for kind, found in by_type.items()}


def _apply(work: Work, stream: Stream, entries: Sequence[Deletion], epoch: int) -> int:
    plan = work.plans.of(stream)
    set_aside.clear_deleted(work, stream, entries, epoch)
    keys = listed([[entry.key, entry.version] for entry in entries])
    # CROSS JOIN keeps the order of the tables: one search of the key's index for each entry
    query = (
        f"SELECT {plan.key_text} FROM {_ENTRIES} CROSS JOIN {plan.table} "
        f"WHERE {plan.of_division} AND {plan.key_text} = deleted_key "
        f"AND ({sql(EPOCH)} < :epoch OR ({sql(EPOCH)} = :epoch AND {plan.version} <= deleted_version))"
    )
    values: dict[str, Stored] = {"division": work.claim.division, "epoch": epoch, "keys": keys}
    gone = sorted({str(key) for (key,) in work.connection.all(query, values)})
    return _remove(work, plan, plan.among_texts, {**values, "keys": listed(gone)})


def unseen(work: Work, stream: Stream, checkpoint: Checkpoint) -> tuple[int, int]:
    """Rows stored in the scope, and those the reading has not seen."""
    plan = work.plan(stream, checkpoint)
    missed = _below(plan) if marked(stream) else "0"
    query = f"SELECT COUNT(*), COALESCE(SUM({missed}), 0) FROM {plan.table} WHERE {plan.in_scope}"
    ((stored, missing),) = work.connection.all(query, plan.bound(checkpoint, below=checkpoint.number))
    return int(stored or 0), int(missing or 0)


def sweep(work: Work, stream: Stream, checkpoint: Checkpoint, since: int) -> int:
    """Remove rows of the scope last seen before the reading `since` and before the checkpoint's."""
    below = min(since, checkpoint.number)
    set_aside.sweep(work, stream, checkpoint, below)
    if not marked(stream):
        return 0
    plan = work.plan(stream, checkpoint)
    return _remove(work, plan, f"{plan.in_scope} AND {_below(plan)}", plan.bound(checkpoint, below=below))


def _below(plan: Plan) -> str:
    """The condition for rows whose mark is lower than :below; a row without one was seen by no reading."""
    number = f"SELECT number FROM {plan.mark} AS mark WHERE mark.{sql(ROW)} = {plan.table}.{sql(ROW)}"
    return f"(COALESCE(({number}), 0) < :below)"


def _remove(work: Work, plan: Plan, condition: str, values: Mapping[str, Stored]) -> int:
    """Remove the rows of a condition with all that goes with it; their number."""
    run = work.connection.run
    if scopes.noted(plan.stream):
        query = f"SELECT DISTINCT {plan.scope} FROM {plan.table} WHERE {condition}"
        scopes.note(work, plan.stream, [scope for (scope,) in work.connection.all(query, values)])
    if plan.stream.history:
        run(plan.keep_superseded.format(condition), {**values, "run": work.claim.run})
    rows = f"SELECT {sql(ROW)} FROM {plan.table} WHERE {condition}"
    for mark in work.plans.marks(plan.owner):
        run(f"DELETE FROM {mark} WHERE {sql(ROW)} IN ({rows})", values)
    return run(f"DELETE FROM {plan.table} WHERE {condition}", values)
