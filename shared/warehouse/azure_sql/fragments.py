"""Pieces that several statements share. Each speaks of variables its statement has declared."""

from __future__ import annotations

from shared.streams.model import Kind, Stream
from shared.warehouse.azure_sql.plan import EXACT, Plan, of, sql, table_name
from shared.warehouse.schema import CHANGED_SCOPES, EPOCH, FROM, ROW, RUN, TO, divided

_CHANGED = table_name(CHANGED_SCOPES)
#: update and insert look under these: no other transaction can add the row between the two
LOCKED = "WITH (UPDLOCK, HOLDLOCK)"


def scopes_are_noted(stream: Stream) -> bool:
    """Whether changes of this stream's rows make scopes worth comparing again."""
    return stream.kind is Kind.CHANGES and stream.scope_column is not None


def note_scopes(stream: Stream, found: str) -> str:
    """Note scopes as changed by write @change; `found`: queries that give them as [scope]."""
    return f"""
DECLARE @scopes TABLE ([scope] nvarchar(100) {EXACT} NOT NULL PRIMARY KEY);
INSERT INTO @scopes ([scope]) SELECT DISTINCT [scope] FROM ({found}) AS found WHERE [scope] IS NOT NULL;
UPDATE noted SET [change] = @change FROM {_CHANGED} AS noted {LOCKED}
    JOIN @scopes AS scopes ON scopes.[scope] = noted.[scope]
    WHERE noted.[division] = @division AND noted.[stream] = N'{stream.name}';
INSERT INTO {_CHANGED} ([division], [stream], [scope], [change])
    SELECT @division, N'{stream.name}', scopes.[scope], @change FROM @scopes AS scopes WHERE NOT EXISTS (
        SELECT 1 FROM {_CHANGED} AS noted {LOCKED} WHERE noted.[division] = @division
            AND noted.[stream] = N'{stream.name}' AND noted.[scope] = scopes.[scope]);"""


def keep_superseded(plan: Plan, source: str) -> str:
    """Copy rows of the table to the history, as superseded or removed by @run; `source`: a join and a condition."""
    names = (*(field.name for field in divided(plan.stream)), *plan.stream.names, EPOCH)
    into = ", ".join(map(sql, (*names, FROM, TO)))
    return f"""
INSERT INTO {plan.history} ({into})
    SELECT {of("kept", (*names, RUN))}, @run FROM {plan.table} AS kept {source};"""


def mark_seen(plan: Plan, rows: str) -> str:
    """Mark rows with @number, which only rises; `rows`: a query that gives their numbers as [_id], each once."""
    return f"""
UPDATE mark SET [number] = @number FROM {plan.mark} AS mark JOIN ({rows}) AS seen ON seen.{sql(ROW)} = mark.{sql(ROW)}
    WHERE mark.[number] < @number;
INSERT INTO {plan.mark} ({sql(ROW)}, [number]) SELECT seen.{sql(ROW)}, @number FROM ({rows}) AS seen
    WHERE NOT EXISTS (SELECT 1 FROM {plan.mark} AS mark WHERE mark.{sql(ROW)} = seen.{sql(ROW)});"""


def remove(plan: Plan) -> str:
    """Remove the rows whose numbers are in @gone, with all that goes with them; gives their number."""
    gone = f"JOIN @gone AS gone ON gone.{sql(ROW)} = kept.{sql(ROW)}"
    steps = []
    if scopes_are_noted(plan.stream):
        found = f"SELECT {plan.changed_scope('kept')} AS [scope] FROM {plan.table} AS kept {gone}"
        steps.append(note_scopes(plan.stream, found))
    if plan.stream.history:
        steps.append(keep_superseded(plan, gone))
    steps += [f"\nDELETE kept FROM {mark} AS kept {gone};" for mark in plan.marks]
    steps.append(f"\nDELETE kept FROM {plan.table} AS kept {gone};")
    return "".join(steps) + "\nSELECT COUNT(*) FROM @gone;"
