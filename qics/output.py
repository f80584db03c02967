"""How commands report: a table for people, or JSON for programs, from the same rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from shared.errors import PipelineError
from shared.lifecycle import AMSTERDAM

type Row = dict[str, Any]

#: columns of a table that goes into a pipe: no line is broken there
PIPED_WIDTH = 240

#: numbers that name a thing; their digits are not set apart in thousands
NAMES = {"division", "run", "version"}

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table: the same facts, times in UTC.")]


def show(
    rows: Sequence[Row], headings: Mapping[str, str], *, as_json: bool, title: str = "", empty: str = "None."
) -> None:
    """Print rows as JSON, or as a table of the columns named in `headings` ({key of the row: heading})."""
    if as_json:
        print_json(rows)
    elif rows:
        _console().print(_table(rows, headings, title))
    else:
        say(empty)


def show_one(row: Row, headings: Mapping[str, str], *, as_json: bool) -> None:
    """Print one thing as JSON, or as a list of headings and values."""
    if as_json:
        print_json(row)
        return
    grid = Table.grid(padding=(0, 3))
    for key, heading in headings.items():
        grid.add_row(f"[bold]{heading}[/bold]", _text(key, row[key]))
    _console().print(grid)


def print_json(value: object) -> None:
    """Print a value as JSON that a program can rely on."""
    typer.echo(json.dumps(value, default=_plain, indent=2, ensure_ascii=False))


def say(text: str) -> None:
    """Print one sentence for the operator. Links in it are never broken over lines."""
    _console().print(escape(text), soft_wrap=True)


def note(text: str) -> None:
    """Say something beside the report, on standard error, so that the report can be piped."""
    Console(stderr=True, highlight=False).print(escape(text), soft_wrap=True, style="dim")


def complain(error: PipelineError) -> None:
    """Print an error as one sentence that names the thing, the place and the cure."""
    Console(stderr=True, highlight=False).print(f"[red]qics:[/red] {escape(str(error))}", soft_wrap=True)


def watched[T](things: Sequence[T], what: str) -> Iterator[T]:
    """Go through things with a progress bar on standard error, which leaves nothing behind."""
    yield from track(things, what, console=Console(stderr=True), transient=True)


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show that something is waited for; on stderr, so that piped output stays clean."""
    with Console(stderr=True).status(what):
        yield


def _console() -> Console:
    """Standard output; as wide as it needs to be when a file or another program reads it."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PIPED_WIDTH)


def _table(rows: Sequence[Row], headings: Mapping[str, str], title: str) -> Table:
    table = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for key, heading in headings.items():
        numeric = all(isinstance(row[key], int | Decimal) and not isinstance(row[key], bool) for row in rows)
        first = not table.columns  # it names the row, and a name is looked for as a whole
        table.add_column(heading, justify="right" if numeric else "left", overflow="fold", no_wrap=first)
    for row in rows:
        table.add_row(*(_text(key, row[key]) for key in headings))
    return table


def _text(key: str, value: object) -> str:
    """A value as people read it: local time, thousands apart, a dash for nothing."""
    match value:
        case None | "" | []:
            return "—"
        case bool():
            return "yes" if value else "no"
        case int() | Decimal():
            return _number(key, value)
        case datetime():
            return f"{value.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"
        case timedelta():
            return _span(value)
        case _:
            return escape(str(value))


def _number(key: str, value: int | Decimal) -> str:
    """Digits in thousands; an amount to the cent, or further where it has more digits."""
    if isinstance(value, int):
        return str(value) if key in NAMES else f"{value:,}"
    return f"{value:,.2f}" if value == round(value, 2) else f"{value:,}"


def _span(span: timedelta) -> str:
    """A span in its largest whole unit: 3 d, 5 h, 12 min, 40 s."""
    seconds = max(0, int(span.total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _plain(value: object) -> object:
    """A value as JSON has it: ISO times, seconds for spans, amounts as text, which loses no digit."""
    match value:
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case timedelta():
            return int(value.total_seconds())
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")
