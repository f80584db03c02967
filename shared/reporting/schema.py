"""The views as statements of an engine, and how they come to replace those of an earlier release."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from shared.reporting import VIEWS
from shared.reporting.dialects import REPORTING, SCALED, Sql, Sqlite, Tsql
from shared.reporting.indexes import INDEXES
from shared.reporting.model import Column, View
from shared.streams.model import SCALE
from shared.warehouse.derived import Derived
from shared.warehouse.names import Dialect, quoted

#: raised with every release whose views differ, so that the release before leaves newer ones alone
REVISION = 1
_ENGINES: dict[Dialect, type[Sql]] = {Dialect.SQLITE: Sqlite, Dialect.TSQL: Tsql}


def engine(dialect: Dialect) -> Sql:
    """How views are written for an engine."""
    return _ENGINES[dialect]()


def statements(view: View, dialect: Dialect) -> list[str]:
    """What makes one view; on SQLite two, the second of which divides what the first adds up."""
    sql = engine(dialect)
    made = [f"CREATE VIEW {quoted(dialect, sql.views, view.name)} AS\n{view.select(sql)}"]
    if dialect is Dialect.SQLITE:
        columns = ",\n".join(f"    {_divided(column, dialect)}" for column in view.columns)
        below = quoted(dialect, SCALED, view.name)
        made.append(f"CREATE VIEW {quoted(dialect, REPORTING, view.name)} AS\nSELECT\n{columns}\nFROM {below}")
    return made


def _divided(column: Column, dialect: Dialect) -> str:
    name = quoted(dialect, column.name)
    return f"{name} / {10 ** SCALE[column.word]}.0 AS {name}" if column.word in SCALE else name


@cache
def derived(dialect: Dialect) -> Derived:
    """Everything of this package a tenant's database holds: views by schema, indexes by name."""
    views = {
        (schema, each.name): statement
        for each in VIEWS.values()
        for schema, statement in zip((engine(dialect).views, REPORTING), statements(each, dialect), strict=False)
    }
    indexes = {each.name: each.statement(dialect) for each in INDEXES}
    text = "\0".join((*views.values(), *indexes.values()))
    return Derived(REPORTING, REVISION, sha256(text.encode()).hexdigest(), views, indexes)
