"""Scripts that make a database of the CSV files again: the tables, their rows, the views over them.

On SQLite amounts are whole numbers of 10^-scale, as the views expect them: a decimal of fixed scale loses its point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shared.reporting.schema import derived
from shared.streams.model import SCALE, Word
from shared.takeout.content import REPORTING, taken_tables
from shared.warehouse.ddl import create
from shared.warehouse.names import Dialect, quoted
from shared.warehouse.schema import Field, Table
from shared.warehouse.words import sql_type

_LOADED = "loaded"
_TEXTS = {Word.KEY, Word.CODE, Word.TEXT, Word.DAY, Word.LOCAL_TIME}

_SQLITE_HEAD = """-- Makes a database of this folder; run in it: sqlite3 books.sqlite3 ".read recreate-sqlite.sql"
-- Amounts are stored as whole numbers of 10^-4, rates of 10^-9, quantities of 10^-6; the views reporting_* divide them.
.mode csv
.separator ;"""
_TSQL_HEAD = """-- Makes the tables and views on SQL Server 2022 or Azure SQL, in an empty database:
-- sqlcmd -d books -v folder="D:\\take-out" -i recreate-tsql.sql
:on error exit"""


@dataclass(frozen=True, slots=True)
class _Way:
    """How one engine is told."""

    dialect: Dialect
    head: str
    load: Callable[[Table], list[str]]  #: the rows of a CSV file, all texts, into a table beside
    cast: Callable[[Word, str], str]  #: a text as the engine stores it
    loaded: str
    end: str  #: what follows a statement


def sqlite_script() -> str:
    """The script for the program `sqlite3`."""
    return _script(_Way(Dialect.SQLITE, _SQLITE_HEAD, _import, _sqlite_cast, f'temp."{_LOADED}"', ";\n"))


def tsql_script() -> str:
    """The script for the program `sqlcmd`."""
    return _script(_Way(Dialect.TSQL, _TSQL_HEAD, _bulk_insert, _tsql_cast, f"[#{_LOADED}]", ";\nGO\n"))


def _script(way: _Way) -> str:
    return "\n".join((way.head, *_statements(way)))


def _statements(way: _Way) -> Iterator[str]:
    views = derived(way.dialect)
    tables = taken_tables()
    if way.dialect is Dialect.TSQL:
        for name in dict.fromkeys([*(table.schema for table in tables), REPORTING]):
            yield f"CREATE SCHEMA {quoted(way.dialect, name)}{way.end}"
    for table in tables:
        yield from (f"{statement}{way.end}" for statement in create(table, way.dialect))
        yield from way.load(table)
        yield f"{_fill(way, table)}{way.end}DROP TABLE {way.loaded}{way.end}"
    yield from (f"{statement}{way.end}" for statement in (*views.indexes.values(), *views.views.values()))


def _fill(way: _Way, table: Table) -> str:
    names = ", ".join(quoted(way.dialect, field.name) for field in table.fields)
    values = ", ".join(_value(way, field) for field in table.fields)
    return f"INSERT INTO {quoted(way.dialect, table.schema, table.name)} ({names}) SELECT {values} FROM {way.loaded}"


def _value(way: _Way, field: Field) -> str:
    """An empty cell is no value, but in a text that has to have one."""
    name = quoted(way.dialect, field.name)
    if field.required and field.word in _TEXTS:
        return f"COALESCE({name}, '')" if way.dialect is Dialect.TSQL else name
    return way.cast(field.word, f"NULLIF({name}, '')")


def _sqlite_cast(word: Word, text: str) -> str:
    if word in _TEXTS:
        return text
    if word is Word.FLAG:
        return f"{text} = 'true'"
    return f"CAST(replace({text}, '.', '') AS INTEGER)" if word in SCALE else f"CAST({text} AS INTEGER)"


def _tsql_cast(word: Word, text: str) -> str:
    return f"CAST({text} AS {sql_type(word, Dialect.TSQL)})"


def _import(table: Table) -> list[str]:
    return [f'.import --schema temp "csv/{table.schema}/{table.name}.csv" {_LOADED}']


def _bulk_insert(table: Table) -> list[str]:
    columns = ", ".join(f"{quoted(Dialect.TSQL, field.name)} nvarchar(max)" for field in table.fields)
    options = "FORMAT = 'CSV', FIRSTROW = 2, FIELDTERMINATOR = ';', ROWTERMINATOR = '0x0a', CODEPAGE = '65001'"
    return [
        f"CREATE TABLE [#{_LOADED}] ({columns});\nGO",
        f"BULK INSERT [#{_LOADED}] FROM '$(folder)\\csv\\{table.schema}\\{table.name}.csv' WITH ({options});\nGO",
    ]
