"""Checkpoints, states of divisions, fences and runs: the statements that write and read them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from shared.streams.model import SCALE, Word
from shared.warehouse import kept
from shared.warehouse.azure_sql.connection import Found
from shared.warehouse.azure_sql.fragments import LOCKED
from shared.warehouse.azure_sql.plan import joined, plain, sql, table_name, unit
from shared.warehouse.schema import CHANGED_SCOPES, CHECKPOINTS, DIVISIONS, FENCES, RUNS, Kept, Table
from shared.warehouse.words import Stored

_FENCES, _RUNS, _CHANGED = map(table_name, (FENCES, RUNS, CHANGED_SCOPES))

#: take the division for this fence: the row stays locked to the end of the transaction, so that writers of one division
#: take turns. Answers the number of this write; nothing when a higher fence has written.
ADMIT = f"""DECLARE @division bigint = ?, @fence bigint = ?, @run bigint = ?, @now nvarchar(100) = ?;
UPDATE {_FENCES} {LOCKED} SET [fence] = @fence, [writes] = [writes] + 1
    WHERE [division] = @division AND [fence] <= @fence;
IF @@ROWCOUNT = 0 INSERT INTO {_FENCES} ([division], [fence], [writes]) SELECT @division, @fence, 1
    WHERE NOT EXISTS (SELECT 1 FROM {_FENCES} {LOCKED} WHERE [division] = @division);
INSERT INTO {_RUNS} ([run], [written_at]) SELECT @run, @now
    WHERE NOT EXISTS (SELECT 1 FROM {_RUNS} {LOCKED} WHERE [run] = @run);
SELECT [writes] FROM {_FENCES} WHERE [division] = @division AND [fence] = @fence;"""


def saved(table: Table, guard: str = "") -> str:
    """The batch that writes one record. Answers 1, or 0 when the `guard` does not hold."""
    variables = ", ".join(f"@{field.name} {_type(field.word)} = ?" for field in table.fields)
    key = " AND ".join(f"{sql(name)} = @{name}" for name in table.key)
    names = [field.name for field in table.fields]
    values = {field.name: _value(f"@{field.name}", field.word) for field in table.fields}
    changes = ", ".join(f"{sql(name)} = {values[name]}" for name in names if name not in table.key)
    return f"""DECLARE {variables};
UPDATE {table_name(table)} {LOCKED} SET {changes} WHERE {key}{guard};
IF @@ROWCOUNT = 1 SELECT 1;
ELSE BEGIN
INSERT INTO {table_name(table)} ({joined(names)}) SELECT {", ".join(values.values())}
    WHERE NOT EXISTS (SELECT 1 FROM {table_name(table)} {LOCKED} WHERE {key});
SELECT @@ROWCOUNT;
END;"""


def added(table: Table) -> str:
    """The batch that adds records; @page is a JSON list of lists in the order of the table's columns."""
    types = [f"{sql(field.name)} {_type(field.word)} 'strict $[{place}]'" for place, field in enumerate(table.fields)]
    values = [_value(sql(field.name), field.word) for field in table.fields]
    return f"""DECLARE @page nvarchar(max) = ?;
INSERT INTO {table_name(table)} ({joined(field.name for field in table.fields)})
    SELECT {", ".join(values)} FROM OPENJSON(@page) WITH ({", ".join(types)});"""


def parameters(record: Kept) -> tuple[str | int, ...]:
    """The parameters that write a record."""
    return tuple("" if value is None else value for value in kept.to_row(record).values())


def by_name(names: Sequence[str], row: Found) -> dict[str, Stored]:
    """A record's row by column; amounts as they are kept (`kept`)."""
    return {name: _kept(value) for name, value in zip(names, row, strict=True)}


def _kept(value: Any) -> Stored:
    return int(value.scaleb(SCALE[Word.MONEY])) if isinstance(value, Decimal) else value


def _type(word: Word) -> str:
    """The type of a parameter; amounts arrive as whole numbers of their last digit."""
    return "bigint" if word in SCALE else plain(word)


def _value(name: str, word: Word) -> str:
    """Empty text is stored as NULL, which means the field's default when it is read (`kept`)."""
    if word is Word.TEXT:
        return f"NULLIF({name}, N'')"
    return f"{name} * {unit(word)}" if word in SCALE else name


SAVE_CHECKPOINT = saved(CHECKPOINTS)
SAVE_DIVISION = saved(DIVISIONS, " AND [epoch] <= @epoch")
CHECKPOINT_NAMES = tuple(field.name for field in CHECKPOINTS.fields)
DIVISION_NAMES = tuple(field.name for field in DIVISIONS.fields)
ALL_CHECKPOINTS = f"""DECLARE @division bigint = ?;
SELECT {joined(CHECKPOINT_NAMES)} FROM {table_name(CHECKPOINTS)} WHERE [division] = @division
    ORDER BY [stream], [scope];"""
CHECKPOINT = f"""DECLARE @division bigint = ?, @stream nvarchar(100) = ?, @scope nvarchar(100) = ?;
SELECT {joined(CHECKPOINT_NAMES)} FROM {table_name(CHECKPOINTS)}
    WHERE [division] = @division AND [stream] = @stream AND [scope] = @scope;"""
DIVISION = f"""DECLARE @division bigint = ?;
SELECT {joined(DIVISION_NAMES)} FROM {table_name(DIVISIONS)} WHERE [division] = @division;"""
CHANGED = f"""DECLARE @division bigint = ?, @stream nvarchar(100) = ?;
SELECT [scope], [change] FROM {_CHANGED} WHERE [division] = @division AND [stream] = @stream ORDER BY [scope];"""
CLEAR_CHANGED = f"""DECLARE @scopes nvarchar(max) = ?, @division bigint = ?, @stream nvarchar(100) = ?,
    @until bigint = ?;
DELETE noted FROM {_CHANGED} AS noted
    JOIN OPENJSON(@scopes) WITH ([scope] nvarchar(100) 'strict $[0]') AS cleared ON cleared.[scope] = noted.[scope]
    WHERE noted.[division] = @division AND noted.[stream] = @stream AND noted.[change] <= @until;"""
