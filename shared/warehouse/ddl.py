"""The statements that make tables and add columns, for both engines."""

from __future__ import annotations

from collections.abc import Sequence

from shared.warehouse.names import Dialect, quoted
from shared.warehouse.schema import Field, Table
from shared.warehouse.words import sql_type

_IDENTITY = {Dialect.SQLITE: "INTEGER PRIMARY KEY", Dialect.TSQL: "bigint IDENTITY(1, 1) NOT NULL PRIMARY KEY"}
#: STRICT: a value of another type than the column's is an error, not a surprise
_OPTIONS = {(Dialect.SQLITE, True): " STRICT", (Dialect.SQLITE, False): " STRICT, WITHOUT ROWID"}


def create(table: Table, dialect: Dialect) -> list[str]:
    """The statements that make the table and its indexes."""
    lines = [f"{quoted(dialect, table.identity)} {_IDENTITY[dialect]}"] if table.identity else []
    lines += [_column(field, dialect) for field in table.fields]
    if table.key:
        kind = "UNIQUE" if table.identity else "PRIMARY KEY"
        lines.append(f"{kind} ({_names(table.key, dialect)})")
    options = _OPTIONS.get((dialect, bool(table.identity)), "")
    body = ",\n    ".join(lines)
    made = f"CREATE TABLE {quoted(dialect, table.schema, table.name)} (\n    {body}\n){options}"
    return [made, *(_index(table, number, dialect) for number in range(len(table.indexes)))]


def add_column(table: Table, field: Field, dialect: Dialect) -> str:
    """The statement that adds a column; nullable, so that the release before still writes (design §7)."""
    word = "ADD COLUMN" if dialect is Dialect.SQLITE else "ADD"
    nullable = Field(field.name, field.word)
    return f"ALTER TABLE {quoted(dialect, table.schema, table.name)} {word} {_column(nullable, dialect)}"


def _column(field: Field, dialect: Dialect) -> str:
    return f"{quoted(dialect, field.name)} {sql_type(field.word, dialect)} {'NOT NULL' if field.required else 'NULL'}"


def _names(names: Sequence[str], dialect: Dialect) -> str:
    return ", ".join(quoted(dialect, name) for name in names)


def _index(table: Table, number: int, dialect: Dialect) -> str:
    name = quoted(dialect, f"{table.schema}_{table.name}_{number + 1}")
    return (
        f"CREATE INDEX {name} ON {quoted(dialect, table.schema, table.name)} ({_names(table.indexes[number], dialect)})"
    )
