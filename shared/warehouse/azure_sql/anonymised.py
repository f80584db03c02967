"""Relations Exact has anonymised: what can name them is overwritten wherever it is stored (see `withheld`)."""

from __future__ import annotations

from shared.warehouse.azure_sql.plan import Plan, sql, table_name
from shared.warehouse.schema import ANONYMISED
from shared.warehouse.withheld import WITHHELD

_TABLE = table_name(ANONYMISED)
_PEOPLE = """DECLARE @people nvarchar(max) = ?, @division bigint = ?;
DECLARE @new TABLE ([person] uniqueidentifier NOT NULL PRIMARY KEY);"""

#: remember people; answers those that were not known yet
ADD = f"""{_PEOPLE}
INSERT INTO @new ([person]) SELECT DISTINCT named.[person]
    FROM OPENJSON(@people) WITH ([person] uniqueidentifier 'strict $') AS named
    WHERE NOT EXISTS (SELECT 1 FROM {_TABLE} AS known WITH (UPDLOCK, HOLDLOCK)
        WHERE known.[division] = @division AND known.[person] = named.[person]);
INSERT INTO {_TABLE} ([division], [person]) SELECT @division, [person] FROM @new;
SELECT [person] FROM @new;"""
KNOWN = f"""DECLARE @division bigint = ?;
SELECT [person] FROM {_TABLE} WHERE [division] = @division;"""


def overwrite(plan: Plan, table: str) -> str:
    """The batch that overwrites what names people in the stream's table or its history."""
    soft = [sql(column.name) for column in plan.stream.columns if column.soft]
    changes = ", ".join(f"{name} = IIF({name} IS NULL, NULL, N'{WITHHELD}')" for name in soft)
    return f"""{_PEOPLE}
INSERT INTO @new ([person]) SELECT DISTINCT [person]
    FROM OPENJSON(@people) WITH ([person] uniqueidentifier 'strict $');
UPDATE kept SET {changes} FROM {table} AS kept JOIN @new AS new ON new.[person] = kept.{sql(plan.stream.person or "")}
    WHERE {plan.of_division("kept")};"""
