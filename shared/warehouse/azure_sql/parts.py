"""Rows of a piece of a stream listed anew, from a list that knows no versions: each is taken at its stored version.

So what the next reading of changes brings replaces it, having a higher version; and what the reading before brought is
never younger than the list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from shared.streams.model import Stream
from shared.warehouse.azure_sql.fragments import mark_seen
from shared.warehouse.azure_sql.plan import Plan, sql
from shared.warehouse.protocol import Checkpoint, Row
from shared.warehouse.schema import EPOCH, ROW

_KEYS = "OPENJSON(@keys) WITH ([key] nvarchar(4000) 'strict $[0]', [guid] uniqueidentifier 'strict $[1]') AS named"


def versions(plan: Plan) -> str:
    """The query for the stored version of each key in this epoch; what is stored of an older one counts as new."""
    return f"""DECLARE @keys nvarchar(max) = ?, @division bigint = ?, @epoch bigint = ?;
SELECT {plan.key_text("kept")}, {plan.version("kept")} FROM {_KEYS} JOIN {plan.table} AS kept ON {_named(plan)}
    WHERE kept.{sql(EPOCH)} = @epoch;"""


def mark(plan: Plan) -> str:
    """The batch that marks the rows of @keys as seen by the part's reading."""
    rows = f"SELECT DISTINCT kept.{sql(ROW)} FROM {_KEYS} JOIN {plan.table} AS kept ON {_named(plan)}"
    return f"DECLARE @keys nvarchar(max) = ?, @division bigint = ?, @number bigint = ?;{mark_seen(plan, rows)}"


def filled(owner: Stream, rows: Sequence[Row], keys: Sequence[str], versions: Mapping[str, int]) -> list[Row]:
    """The rows as rows of the stream they are part of."""
    at = owner.index[str(owner.version)]
    return [(*row[:at], versions.get(key, 0), *row[at:]) for row, key in zip(rows, keys, strict=True)]


def at(owner: Checkpoint, part: Checkpoint) -> Checkpoint:
    """The checkpoint to write them at: columns dropped of either are not written."""
    return replace(owner, dropped=(*owner.dropped, *(name for name in part.dropped if name not in owner.dropped)))


def _named(plan: Plan) -> str:
    return f"{plan.of_division('kept')} AND {plan.named('kept', 'named.[guid]', 'named.[key]')}"
