"""The first step: the two tables in which migrations are recorded."""

from __future__ import annotations

from shared.warehouse import ddl
from shared.warehouse.names import Dialect
from shared.warehouse.schema import ADDITIONS, MIGRATIONS


def statements(dialect: Dialect) -> list[str]:
    """The tables as they were made first; what they get later is a step of its own."""
    return [*ddl.create(MIGRATIONS, dialect), *ddl.create(ADDITIONS, dialect)]
