"""How the files of the catalogue write columns down: a line per column, grouped by the purpose they are read for."""

from __future__ import annotations

from collections.abc import Callable

from shared.streams.model import Column, Purpose, Word

#: a column whose purpose is still to be said by its group
type Line = Callable[[Purpose], Column]


def C(name: str, word: Word) -> Line:  # noqa: N802 - one capital keeps the lists of columns readable
    """A column of the record itself; a code without the id it stands for beside it counts as such (CostCenter)."""
    return lambda purpose: Column(name, word, purpose)


def derived(name: str, word: Word) -> Line:
    """A column Exact joins in from another record, or translates, while it answers: right when read, stale later."""
    return lambda purpose: Column(name, word, purpose, derived=True)


def soft(name: str, word: Word) -> Line:
    """A column that can name a person; cleared with the relation the stream's `person` points at."""
    return lambda purpose: Column(name, word, purpose, soft=True)


def group(purpose: Purpose, *lines: Line) -> tuple[Column, ...]:
    """The columns read for one purpose."""
    return tuple(line(purpose) for line in lines)


#: what every record of a list has, and what it has besides in a `sync/…` list
RECORD = group(Purpose.IDENTITY, C("ID", Word.KEY), C("Division", Word.NUMBER))
VERSIONED = group(Purpose.IDENTITY, C("ID", Word.KEY), C("Timestamp", Word.VERSION), C("Division", Word.NUMBER))
MODIFIED = group(Purpose.TRACE, C("Modified", Word.LOCAL_TIME))
CREATED_MODIFIED = group(Purpose.TRACE, C("Created", Word.LOCAL_TIME), C("Modified", Word.LOCAL_TIME))
