"""What is asked of the stored rows outside a transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.streams.model import Word
from shared.warehouse.protocol import Checkpoint, Row, Superseded, Value
from shared.warehouse.schema import DIVISION, EPOCH, FROM, ROW, TO
from shared.warehouse.sqlite import deletions
from shared.warehouse.sqlite.connection import Connection
from shared.warehouse.sqlite.plan import Plan, joined, listed, sql
from shared.warehouse.words import FORMS, Stored, decoded


@dataclass(frozen=True, slots=True)
class Versioned:
    """Where the versions of a stream stand: in its own table, or, of the delete log, among the kept deletions."""

    table: str
    key: str
    version: str


def versioned(plan: Plan) -> Versioned:
    """The table of a changes stream. The delete log, which has none of its own, is known by the record it names."""
    if "EntityKey" in plan.stream.names:
        return Versioned(deletions.TABLE, "EntityKey", "Timestamp")
    return Versioned(plan.table, plan.key_text, plan.version)


def overlap_start(connection: Connection, plan: Plan, checkpoint: Checkpoint, rows: int) -> int:
    """Version of the `rows`-th newest row, less one: one step down the index of versions."""
    at = versioned(plan)
    query = (
        f"SELECT {at.version} FROM {at.table} WHERE {sql(DIVISION)} = :division AND {sql(EPOCH)} = :epoch "
        f"ORDER BY {at.version} DESC LIMIT 1 OFFSET :rows"
    )
    found = connection.one(query, plan.bound(checkpoint, rows=rows - 1))
    return int(found[0] or 0) - 1 if found else 0


def expected(
    connection: Connection, plan: Plan, checkpoint: Checkpoint, upto: int, younger_than: datetime | None
) -> set[str]:
    """Keys stored above the checkpoint's start."""
    at = versioned(plan)
    query = (
        f"SELECT {at.key} FROM {at.table} WHERE {sql(DIVISION)} = :division AND {sql(EPOCH)} = :epoch "
        f"AND {at.version} > :start AND (:upto = 0 OR {at.version} <= :upto)"
    )
    values = plan.bound(checkpoint, start=checkpoint.start, upto=upto)
    if at.table == deletions.TABLE and younger_than is not None:
        query += " AND DeletedDate > :younger_than"
        values["younger_than"] = FORMS[Word.LOCAL_TIME].encode([younger_than])[0]
    return {str(key) for (key,) in connection.all(query, values)}


def stored(connection: Connection, plan: Plan, checkpoint: Checkpoint, keys: Sequence[str]) -> set[str]:
    """Which of the keys are stored above the checkpoint's start."""
    at = versioned(plan)
    query = (
        f"SELECT {at.key} FROM {at.table} WHERE {sql(DIVISION)} = :division AND {sql(EPOCH)} = :epoch "
        f"AND {at.version} > :start AND {at.key} IN (SELECT value FROM json_each(:keys))"
    )
    values = plan.bound(checkpoint, start=checkpoint.start, keys=listed(keys))
    return {str(key) for (key,) in connection.all(query, values)}


def values(connection: Connection, plan: Plan, division: int, column: str) -> list[Value]:
    """The distinct values of a column, sorted; of no value there is none."""
    chosen = plan.stream.columns[plan.stream.index[column]]
    name = sql(column)
    query = f"SELECT DISTINCT {name} FROM {plan.table} WHERE {plan.of_division} AND {name} IS NOT NULL ORDER BY {name}"
    return [row[0] for row in decoded([chosen], connection.all(query, {"division": division}))]


def rows(connection: Connection, plan: Plan, division: int) -> Iterator[Row]:
    """All rows in the order of their key."""
    query = f"SELECT {joined(plan.names)} FROM {plan.table} WHERE {plan.of_division} ORDER BY {joined(plan.stream.key)}"
    for batch in connection.batches(query, {"division": division}):
        yield from decoded(plan.columns, batch)


def history(connection: Connection, plan: Plan, division: int) -> Iterator[Superseded]:
    """All superseded versions in the order of their key, the oldest first."""
    order = joined((*plan.stream.key, ROW))
    query = f"SELECT {joined((FROM, TO, *plan.names))} FROM {plan.history} WHERE {plan.of_division} ORDER BY {order}"
    for batch in connection.batches(query, {"division": division}):
        spans: list[tuple[Stored, ...]] = [row[:2] for row in batch]
        for (first, last), row in zip(spans, decoded(plan.columns, [row[2:] for row in batch]), strict=True):
            yield Superseded(row, int(first or 0), int(last or 0))


def count(connection: Connection, plan: Plan, division: int) -> int:
    """Rows stored."""
    ((number,),) = connection.all(f"SELECT COUNT(*) FROM {plan.table} WHERE {plan.of_division}", {"division": division})
    return int(number or 0)
