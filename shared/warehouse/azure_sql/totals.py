"""Totals of the books: read beside the table, and put in its place when the reading is complete."""

from __future__ import annotations

from shared.warehouse.azure_sql.page import loaded
from shared.warehouse.azure_sql.plan import Plan, joined, of, sql
from shared.warehouse.schema import DIVISION, EPOCH, RUN, SCOPE

#: every totals stream is replaced by reporting year: a reply says which year it is about
YEAR = "ReportingYear"
_STAGED = f"staged.{sql(DIVISION)} = @division AND staged.{sql(SCOPE)} = @scope"


def stage(plan: Plan) -> str:
    """The batch that puts a page on the stage; the first page of a reading finds it empty."""
    same = " AND ".join(f"new.{sql(name)} = staged.{sql(name)}" for name in plan.stream.key)
    return f"""DECLARE @page nvarchar(max) = ?, @division bigint = ?, @scope nvarchar(100) = ?, @before bigint = ?;
{loaded(plan)}
DELETE staged FROM {plan.stage} AS staged WHERE {_STAGED}
    AND (@before = 0 OR EXISTS (SELECT 1 FROM @rows AS new WHERE {same}));
INSERT INTO {plan.stage} ({joined((DIVISION, SCOPE, *plan.names))})
    SELECT @division, @scope, {of("new", plan.names)} FROM @rows AS new;"""


def replace_scope(plan: Plan) -> str:
    """The batch that replaces the scope, of the years the reading is about; nothing staged replaces nothing (rule 4).

    Answers the number of rows stored.
    """
    years = f"SELECT staged.{sql(YEAR)} FROM {plan.stage} AS staged WHERE {_STAGED}"
    of_years = f" AND kept.{sql(YEAR)} IN ({years})" if YEAR in plan.stream.key else ""
    names = (DIVISION, *plan.names)
    return f"""DECLARE @division bigint = ?, @scope nvarchar(100) = ?, @epoch bigint = ?, @run bigint = ?;
DECLARE @stored bigint = (SELECT COUNT(*) FROM {plan.stage} AS staged WHERE {_STAGED});
IF @stored > 0 BEGIN
DELETE kept FROM {plan.table} AS kept WHERE {plan.in_scope("kept")}{of_years};
INSERT INTO {plan.table} ({joined((*names, EPOCH, RUN))})
    SELECT {of("staged", names)}, @epoch, @run FROM {plan.stage} AS staged WHERE {_STAGED};
DELETE staged FROM {plan.stage} AS staged WHERE {_STAGED};
END;
SELECT @stored;"""
