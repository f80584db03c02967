"""`qics streams`: what is copied, straight from the catalogue."""

from __future__ import annotations

from typing import Annotated

import typer

from qics.output import AsJson, Row, show
from shared.streams import CATALOGUE, DELETED, stream
from shared.streams.model import Column, Kind, Stream

LIST = {
    "name": "Stream",
    "kind": "Kind",
    "due": "Read",
    "columns": "Columns",
    "scope_group": "Scope of the app",
}
COLUMNS = {"name": "Column", "type": "Type", "purpose": "Read for", "note": "Note"}


def streams(
    name: Annotated[str, typer.Argument(help="A stream, to see its columns; none: the list of streams.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show what is copied: the streams, or the columns of one.

    Examples: `qics streams`, `qics streams TransactionLines`, `qics streams --json`.
    """
    if name:
        show([_column(column) for column in stream(name).columns], COLUMNS, as_json=as_json, title=stream(name).path)
    else:
        show([_stream(each) for each in (*CATALOGUE.values(), DELETED)], LIST, as_json=as_json)


def _stream(each: Stream) -> Row:
    return {
        "name": each.name,
        "kind": each.kind,
        "due": "every run" if each.kind is Kind.CHANGES else _every(each.every_days),
        "columns": len(each.columns),
        "scope_group": each.scope_group,
        "path": each.path,
    }


def _every(days: int) -> str:
    return "daily" if days == 1 else f"every {days} days"


def _column(column: Column) -> Row:
    notes = {"copied from another record": column.derived, "can name a person": column.soft}
    return {
        "name": column.name,
        "type": column.word,
        "purpose": column.purpose,
        "note": "; ".join(text for text, holds in notes.items() if holds),
    }
