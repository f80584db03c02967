"""Records that cannot be taken, kept until a newer version, their deletion or a sweep clears them (rule 16)."""

from __future__ import annotations

from collections.abc import Sequence

from shared.warehouse.azure_sql import delete_log
from shared.warehouse.azure_sql.fragments import LOCKED, mark_seen
from shared.warehouse.azure_sql.guids import guid
from shared.warehouse.azure_sql.plan import EXACT, Plan, listed, sql, table_name
from shared.warehouse.protocol import Refusal
from shared.warehouse.schema import EPOCH, ROW, SET_ASIDE, marked

_TABLE = table_name(SET_ASIDE)
_DECLARE = f"""DECLARE @page nvarchar(max) = ?, @division bigint = ?, @scope nvarchar(100) = ?, @epoch bigint = ?,
    @number bigint = ?;
DECLARE @refused TABLE ([key] nvarchar(100) {EXACT} NOT NULL PRIMARY KEY, [guid] uniqueidentifier NULL,
    [version] bigint NOT NULL, [reason] nvarchar(max) NOT NULL, [record] nvarchar(max) NOT NULL, [wanted] bit NULL);
INSERT INTO @refused ([key], [guid], [version], [reason], [record])
    SELECT [key], [guid], [version], [reason], [record] FROM OPENJSON(@page) WITH ([key] nvarchar(4000) 'strict $[0]',
        [guid] uniqueidentifier 'strict $[1]', [version] bigint 'strict $[2]', [reason] nvarchar(max) 'strict $[3]',
        [record] nvarchar(max) 'strict $[4]');"""

OF_DIVISION = f"""DECLARE @division bigint = ?;
SELECT [stream], [key], [version], [reason], [record] FROM {_TABLE} WHERE [division] = @division
    ORDER BY [stream], [key];"""
REWRITE = f"""DECLARE @record nvarchar(max) = ?, @division bigint = ?, @stream nvarchar(100) = ?,
    @key nvarchar(100) = ?;
UPDATE {_TABLE} SET [record] = @record WHERE [division] = @division AND [stream] = @stream AND [key] = @key;"""


def keep(plan: Plan) -> str:
    """The batch that keeps records, save those a kept deletion or a newer stored version has overtaken.

    Each counts as seen, and so does the row stored under its key. A version that could not be read (0) is overtaken
    by nothing.
    """
    steps = [_DECLARE, _judged(plan), _kept(plan.stream.name)]
    if marked(plan.stream):
        rows = f"SELECT kept.{sql(ROW)} FROM @refused AS new JOIN {plan.table} AS kept ON {_stored(plan)}"
        steps.append(f"\nIF @number > 0 BEGIN{mark_seen(plan, rows)}\nEND;")
    return "".join(steps)


def page(refusals: Sequence[Refusal]) -> str:
    """The records as the JSON list @page; of several under one key the last of those with the highest version."""
    newest = {refusal.key: refusal for refusal in sorted(refusals, key=lambda each: each.version)}
    return listed([(r.key, guid(r.key), r.version, r.reason, r.record) for r in newest.values()])


def _stored(plan: Plan) -> str:
    return f"{plan.of_division('kept')} AND {plan.named('kept', 'new.[guid]', 'new.[key]')}"


def _judged(plan: Plan) -> str:
    epoch, version = f"kept.{sql(EPOCH)}", plan.version("kept")
    newer = f"{epoch} > @epoch OR ({epoch} = @epoch AND {version} > new.[version])"
    overtaken = f"EXISTS (SELECT 1 FROM {plan.table} AS kept WHERE {_stored(plan)} AND ({newer}))"
    if plan.stream.deleted_type is not None:
        overtaken += f""" OR EXISTS (SELECT 1 FROM {delete_log.TABLE} AS gone WHERE gone.[_division] = @division
            AND gone.[EntityType] = {plan.stream.deleted_type} AND gone.[EntityKey] = new.[key]
            AND gone.{sql(EPOCH)} = @epoch AND gone.[Timestamp] >= new.[version])"""
    return f"""
UPDATE new SET [wanted] = CASE WHEN new.[version] > 0 AND ({overtaken}) THEN 0 ELSE 1 END FROM @refused AS new;"""


def _kept(stream: str) -> str:
    same = f"kept.[division] = @division AND kept.[stream] = N'{stream}' AND kept.[key] = new.[key]"
    return f"""
UPDATE kept SET [scope] = @scope, [epoch] = @epoch, [version] = new.[version], [reason] = new.[reason],
    [record] = new.[record] FROM {_TABLE} AS kept {LOCKED} JOIN @refused AS new ON {same}
    WHERE new.[wanted] = 1
        AND (kept.[epoch] < @epoch OR (kept.[epoch] = @epoch AND kept.[version] <= new.[version]));
INSERT INTO {_TABLE} ([division], [stream], [key], [scope], [epoch], [version], [number], [reason], [record])
    SELECT @division, N'{stream}', new.[key], @scope, @epoch, new.[version], @number, new.[reason], new.[record]
    FROM @refused AS new WHERE new.[wanted] = 1 AND NOT EXISTS (SELECT 1 FROM {_TABLE} AS kept {LOCKED} WHERE {same});
UPDATE kept SET [number] = @number FROM {_TABLE} AS kept JOIN @refused AS new ON {same}
    WHERE kept.[number] < @number;"""
