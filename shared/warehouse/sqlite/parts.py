"""Rows of a piece of a stream listed anew, from a list that knows no versions: each is taken at its stored version.

So what the next reading of changes brings replaces it, having a higher version; and what the reading before brought is
never younger than the list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from shared.streams.model import Stream
from shared.warehouse.protocol import Checkpoint, Refusal, Row, Written
from shared.warehouse.schema import EPOCH
from shared.warehouse.sqlite import set_aside
from shared.warehouse.sqlite.plan import listed, sql
from shared.warehouse.sqlite.upsert import upsert
from shared.warehouse.sqlite.work import Work
from shared.warehouse.words import Stored


def take(
    work: Work,
    part: Stream,
    rows: Sequence[Row],
    refusals: Sequence[Refusal],
    checkpoint: Checkpoint,
    owner: Checkpoint,
) -> Written:
    """Store the rows as rows of the stream they are part of, and mark all as seen by the part's reading."""
    plan = work.plan(part, checkpoint)
    keys = [str(row[part.index[part.key[0]]]) for row in rows]
    seen: dict[str, Stored] = {**plan.bound(checkpoint), "keys": listed([*keys, *(each.key for each in refusals)])}
    versions = _versions(work, plan.owner, seen)
    at = plan.owner.index[str(plan.owner.version)]
    filled = [(*row[:at], versions.get(key, 0), *row[at:]) for row, key in zip(rows, keys, strict=True)]
    gone = (*owner.dropped, *(name for name in checkpoint.dropped if name not in owner.dropped))
    written = upsert(work, plan.owner, filled, replace(owner, dropped=gone))
    if refusals:
        set_aside.keep(work, plan.owner, refusals, owner)
    work.connection.run(plan.mark_seen.format(plan.among_texts), {**seen, "number": checkpoint.number})
    return written


def _versions(work: Work, stream: Stream, seen: Mapping[str, Stored]) -> dict[str, int]:
    """The stored version of each key in this epoch; what is stored of an older one counts as new."""
    plan = work.plans.of(stream)
    among = f"{plan.among_texts} AND {sql(EPOCH)} = :epoch"
    query = f"SELECT {plan.key_text}, {plan.version} FROM {plan.table} WHERE {among}"
    return {str(key): int(version or 0) for key, version in work.connection.all(query, seen)}
