"""How a tenant's database comes to the schema of this release.

Two ways, both forward only and readable by the release before: numbered steps (`STEPS`), and tables and columns the
catalogue has and the database lacks, which are added by comparing the two. The engine applies each in one transaction
with its record, under its own lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from shared.errors import Broken, Cause
from shared.streams.model import Stream
from shared.warehouse import ddl
from shared.warehouse.migrations import step_0001
from shared.warehouse.names import Dialect
from shared.warehouse.schema import Table, tables


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered change; its statements must be the same for ever once released."""

    number: int
    name: str
    statements: Callable[[Dialect], list[str]]


@dataclass(frozen=True, slots=True)
class Addition:
    """A table or column the database lacks."""

    name: str
    statements: list[str]


STEPS = (Step(1, "tables that record migrations", step_0001.statements),)
LATEST = STEPS[-1].number


def pending(applied: int) -> list[Step]:
    """The steps after the last applied one (0: none yet). Raises Broken(SCHEMA_NEWER)."""
    if applied > LATEST:
        raise Broken(Cause.SCHEMA_NEWER, f"the database is at step {applied}, this release knows {LATEST}")
    return [step for step in STEPS if step.number > applied]


def additions(
    streams: Iterable[Stream], existing: Mapping[tuple[str, str], set[str]], dialect: Dialect
) -> list[Addition]:
    """What the database lacks. `existing`: columns by (schema, table). What only the database has is left alone."""
    return [added for table in tables(streams) for added in _lacking(table, existing, dialect)]


def _lacking(table: Table, existing: Mapping[tuple[str, str], set[str]], dialect: Dialect) -> Iterable[Addition]:
    name = f"{table.schema}.{table.name}"
    present = existing.get((table.schema, table.name))
    if present is None:
        yield Addition(name, ddl.create(table, dialect))
        return
    for field in table.fields:
        if field.name not in present:
            yield Addition(f"{name}.{field.name}", [ddl.add_column(table, field, dialect)])
