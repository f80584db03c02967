"""Checkpoints, states of divisions, fences and runs: the statements that write and read them."""

from __future__ import annotations

from shared.warehouse.azure_sql.fragments import LOCKED
from shared.warehouse.azure_sql.plan import joined, sql, table_name
from shared.warehouse.schema import CHANGED_SCOPES, CHECKPOINTS, DIVISIONS, FENCES, RUNS, Table
from shared.warehouse.words import FORMS

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


def _saved(table: Table, guard: str = "") -> str:
    """The batch that writes one record. Answers 1, or 0 when the `guard` does not hold."""
    variables = ", ".join(f"@{field.name} {_type(field.word)} = ?" for field in table.fields)
    key = " AND ".join(f"{sql(name)} = @{name}" for name in table.key)
    names = [field.name for field in table.fields]
    changes = ", ".join(f"{sql(name)} = @{name}" for name in names if name not in table.key)
    return f"""DECLARE {variables};
UPDATE {table_name(table)} {LOCKED} SET {changes} WHERE {key}{guard};
IF @@ROWCOUNT = 1 SELECT 1;
ELSE BEGIN
INSERT INTO {table_name(table)} ({joined(names)}) SELECT {", ".join(f"@{name}" for name in names)}
    WHERE NOT EXISTS (SELECT 1 FROM {table_name(table)} {LOCKED} WHERE {key});
SELECT @@ROWCOUNT;
END;"""


def _type(word: object) -> str:
    return FORMS[word].tsql.partition(" COLLATE")[0]  # type: ignore[index]


SAVE_CHECKPOINT = _saved(CHECKPOINTS)
SAVE_DIVISION = _saved(DIVISIONS, " AND [epoch] <= @epoch")
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
