"""Rows leave because two complete readings lacked them (rule 4)."""

from __future__ import annotations

from shared.warehouse.azure_sql.fragments import remove
from shared.warehouse.azure_sql.plan import Plan, sql, table_name
from shared.warehouse.schema import ROW, SET_ASIDE, marked

_SCOPE = "DECLARE @division bigint = ?, @scope nvarchar(100) = ?, @below bigint = ?"
#: a part's scope depends on when its reading began
_READING = f"{_SCOPE}, @epoch bigint = ?, @start bigint = ?"


def unseen(plan: Plan) -> str:
    """The query for the rows of a scope, and how many of them were last seen by a reading before @below."""
    missed = f"SUM(IIF({_seen()} < @below, 1, 0))" if marked(plan.stream) else "0"
    return f"""{_READING};
SELECT COUNT(*), COALESCE({missed}, 0) FROM {_marked(plan)} WHERE {plan.in_scope("kept")};"""


def sweep(plan: Plan) -> str:
    """The batch that removes rows of a scope last seen before @below. Answers their number."""
    return f"""{_READING}, @run bigint = ?, @change bigint = ?;
DECLARE @gone TABLE ({sql(ROW)} bigint NOT NULL PRIMARY KEY);
INSERT INTO @gone ({sql(ROW)}) SELECT kept.{sql(ROW)} FROM {_marked(plan)}
    WHERE {plan.in_scope("kept")} AND {_seen()} < @below;
{remove(plan)}"""


#: what was set aside and no reading since @below has met again is gone at Exact
SET_ASIDE_TOO = f"""{_SCOPE}, @stream nvarchar(100) = ?;
DELETE FROM {table_name(SET_ASIDE)}
    WHERE [division] = @division AND [stream] = @stream AND [scope] = @scope AND [number] < @below;"""


def _marked(plan: Plan) -> str:
    """The rows with their marks; a row without one was seen by no reading."""
    if not marked(plan.stream):
        return f"{plan.table} AS kept"
    return f"{plan.table} AS kept LEFT JOIN {plan.mark} AS mark ON mark.{sql(ROW)} = kept.{sql(ROW)}"


def _seen() -> str:
    return "COALESCE(mark.[number], 0)"
