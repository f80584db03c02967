"""What is asked of the stored rows outside a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.streams.model import Column, Stream, Word
from shared.warehouse.azure_sql import delete_log
from shared.warehouse.azure_sql.connection import Found
from shared.warehouse.azure_sql.guids import guid
from shared.warehouse.azure_sql.plan import EXACT, Plan, as_text, joined, listed, of, sql
from shared.warehouse.protocol import Row, Value
from shared.warehouse.schema import DIVISION, EPOCH, FROM, ROW, TO

_EPOCH = f"kept.{sql(DIVISION)} = @division AND kept.{sql(EPOCH)} = @epoch"


@dataclass(frozen=True, slots=True)
class Versioned:
    """Where the versions of a stream stand: in its own table, or, of the delete log, among the kept deletions."""

    table: str
    key: str
    version: str
    named: str  #: the condition for a row that @keys names


def is_delete_log(stream: Stream) -> bool:
    """Whether the stream is the delete log, which has no table of its own and is known by the record it names."""
    return "EntityKey" in stream.names


def versioned(plan: Plan) -> Versioned:
    """Where the versions of a changes stream stand."""
    if is_delete_log(plan.stream):
        return Versioned(delete_log.TABLE, "kept.[EntityKey]", "kept.[Timestamp]", "kept.[EntityKey] = named.[key]")
    named = plan.named("kept", "named.[guid]", "named.[key]")
    return Versioned(f"{plan.table}", plan.key_text("kept"), plan.version("kept"), named)


def overlap_start(plan: Plan) -> str:
    """The query for the version of the row that comes after the @rows newest: one step down the index of versions."""
    at = versioned(plan)
    return f"""DECLARE @division bigint = ?, @epoch bigint = ?, @rows bigint = ?;
SELECT {at.version} FROM {at.table} AS kept WHERE {_EPOCH} ORDER BY {at.version} DESC
    OFFSET @rows ROWS FETCH NEXT 1 ROWS ONLY;"""


def expected(plan: Plan) -> str:
    """The query for the keys above @start, up to @upto (0: no end)."""
    return _expected(plan, "", "")


def expected_younger(plan: Plan) -> str:
    """The same of the delete log, only those deleted after @day."""
    return _expected(plan, ", @day datetime2(3) = ?", " AND kept.[DeletedDate] > @day")


def _expected(plan: Plan, variable: str, condition: str) -> str:
    at = versioned(plan)
    return f"""DECLARE @division bigint = ?, @epoch bigint = ?, @start bigint = ?, @upto bigint = ?{variable};
SELECT {at.key} FROM {at.table} AS kept WHERE {_EPOCH} AND {at.version} > @start
    AND (@upto = 0 OR {at.version} <= @upto){condition};"""


def stored(plan: Plan) -> str:
    """The query for those of @keys that are stored above @start."""
    at = versioned(plan)
    return f"""DECLARE @keys nvarchar(max) = ?, @division bigint = ?, @epoch bigint = ?, @start bigint = ?;
SELECT {at.key} FROM OPENJSON(@keys) WITH ([key] nvarchar(4000) 'strict $[0]', [guid] uniqueidentifier 'strict $[1]')
    AS named JOIN {at.table} AS kept ON {at.named} WHERE {_EPOCH} AND {at.version} > @start;"""


def keys(texts: Sequence[str]) -> str:
    """Keys as the JSON list @keys."""
    return listed([(text, guid(text)) for text in texts])


def values(plan: Plan, column: Column) -> str:
    """The query for the distinct values of a column."""
    name = f"kept.{sql(column.name)}" + (f" {EXACT}" if column.word is Word.TEXT else "")
    return f"""DECLARE @division bigint = ?;
SELECT DISTINCT {name} FROM {plan.table} AS kept
    WHERE {plan.of_division("kept")} AND kept.{sql(column.name)} IS NOT NULL;"""


def rows(plan: Plan) -> str:
    """The query for all rows in the order of their key."""
    return f"""DECLARE @division bigint = ?;
SELECT {joined(plan.names)} FROM {plan.table} AS kept WHERE {plan.of_division("kept")} ORDER BY {_order(plan)};"""


def history(plan: Plan) -> str:
    """The query for all superseded versions in the order of their key, the oldest first."""
    return f"""DECLARE @division bigint = ?;
SELECT {of("kept", (FROM, TO, *plan.names))} FROM {plan.history} AS kept
    WHERE {plan.of_division("kept")} ORDER BY {_order(plan)}, kept.{sql(ROW)};"""


def count(plan: Plan) -> str:
    """The query for the number of rows."""
    return f"""DECLARE @division bigint = ?;
SELECT COUNT(*) FROM {plan.table} AS kept WHERE {plan.of_division("kept")};"""


def decoded(columns: Sequence[Column], found: Sequence[Found]) -> list[Row]:
    """The rows as they were given: the driver writes GUIDs in capitals."""
    if not found:
        return []
    by_column = [
        [value and value.lower() for value in values] if column.word is Word.KEY else values
        for column, values in zip(columns, zip(*found, strict=True), strict=True)
    ]
    return list(zip(*by_column, strict=True))


def decoded_values(column: Column, found: Sequence[Found]) -> list[Value]:
    """The values of one column, sorted."""
    return sorted(row[0] for row in decoded([column], found))  # type: ignore[type-var]  # of one type, and none is None


def _order(plan: Plan) -> str:
    """GUIDs have an order of their own on SQL Server; by text they are sorted as everywhere else."""
    return ", ".join(
        f"{as_text('kept', column)} {EXACT}" if column.word is Word.KEY else f"kept.{sql(column.name)}"
        for column in plan.key
    )
