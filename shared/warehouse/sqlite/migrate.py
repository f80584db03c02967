"""Bring a SQLite database to this release's schema, each change in one transaction with its record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from shared.streams.model import Stream
from shared.warehouse import migrations
from shared.warehouse.names import Dialect
from shared.warehouse.sqlite.connection import Connection
from shared.warehouse.sqlite.plan import sql

_STEPS = sql("sync", "schema_migrations")
_ADDITIONS = sql("sync", "schema_additions")
_EXISTING = (
    "SELECT tables.name, columns.name FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns "
    "WHERE tables.type = 'table'"
)
_RECORD_STEP = f"INSERT INTO {_STEPS} (number, name, release, applied_at) VALUES (?, ?, ?, ?)"
_RECORD_ADDITION = f"INSERT OR REPLACE INTO {_ADDITIONS} (addition, release, applied_at) VALUES (?, ?, ?)"


def migrate(connection: Connection, streams: Sequence[Stream], release: str, clock: Callable[[], datetime]) -> None:
    """Apply what is lacking. Looks without the lock first: most openings find nothing to do."""
    for step in migrations.pending(_applied(connection)):
        with connection.writing():
            if step in migrations.pending(_applied(connection)):
                _run(connection, step.statements(Dialect.SQLITE))
                connection.run(_RECORD_STEP, (step.number, step.name, release, clock().isoformat()))
    if _lacking(connection, streams):
        with connection.writing():
            for addition in _lacking(connection, streams):
                _run(connection, addition.statements)
                connection.run(_RECORD_ADDITION, (addition.name, release, clock().isoformat()))


def _run(connection: Connection, statements: Sequence[str]) -> None:
    for statement in statements:
        connection.run(statement)


def _applied(connection: Connection) -> int:
    if ("sync", "schema_migrations") not in _existing(connection):
        return 0
    ((number,),) = connection.all(f"SELECT MAX(number) FROM {_STEPS}")
    return int(number or 0)


def _lacking(connection: Connection, streams: Sequence[Stream]) -> list[migrations.Addition]:
    return migrations.additions(streams, _existing(connection), Dialect.SQLITE)


def _existing(connection: Connection) -> dict[tuple[str, str], set[str]]:
    """Columns by (schema, table): the part of a table's name before the first underscore stands for the schema."""
    found: dict[tuple[str, str], set[str]] = {}
    for table, column in connection.all(_EXISTING):
        schema, _, name = str(table).partition("_")
        found.setdefault((schema, name), set()).add(str(column))
    return found
