"""The statements by which one division leaves a tenant's database: every table that knows divisions, whatever engine.

The fence stays: a worker that is late must find it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shared.streams.model import Stream
from shared.warehouse.names import Dialect, quoted
from shared.warehouse.schema import DIVISION, FENCES, ROW, Table, mark_table, marked, rows_table, tables

OWN = (DIVISION, "division")


def statements(streams: Iterable[Stream], dialect: Dialect, placeholder: str) -> list[str]:
    """Each takes the division's code in the place of `placeholder`; marks go before the rows they are about."""
    known = tuple(streams)
    return [*_marks(known, dialect, placeholder), *_rows(known, dialect, placeholder)]


def _marks(streams: Iterable[Stream], dialect: Dialect, placeholder: str) -> Iterator[str]:
    for stream in filter(marked, streams):
        rows = rows_table(stream.part_of or stream)
        row, own = quoted(dialect, ROW), _condition(dialect, DIVISION, placeholder)
        among = f"SELECT {row} FROM {quoted(dialect, rows.schema, rows.name)} WHERE {own}"
        marks = mark_table(stream)
        yield f"DELETE FROM {quoted(dialect, marks.schema, marks.name)} WHERE {row} IN ({among})"


def _rows(streams: tuple[Stream, ...], dialect: Dialect, placeholder: str) -> Iterator[str]:
    columns = {rows_table(stream): stream.key[0] for stream in streams if not stream.by_division}
    for table in tables(streams):
        column = columns.get(table) or _column(table)
        if column and table != FENCES:
            where = _condition(dialect, column, placeholder)
            yield f"DELETE FROM {quoted(dialect, table.schema, table.name)} WHERE {where}"


def _column(table: Table) -> str:
    """The column that names the division; "" for a table that knows none."""
    return next((field.name for field in table.fields if field.name in OWN), "")


def _condition(dialect: Dialect, column: str, placeholder: str) -> str:
    return f"{quoted(dialect, column)} = {placeholder}"
