"""The copy against the books behind it, row by row and column by column.

The books are read as the simulator keeps them, not through its API; values are brought to the catalogue's words by
rules of this module's own, so that a mistake in the pipeline's reading does not hide in the comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from shared.streams.model import SCALE, Column, Stream, Word

type Books = Iterable[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One disagreement; `column` is "" when the whole record is on one side only."""

    stream: str
    key: tuple[object, ...]
    column: str
    copied: object
    booked: object


def differences(
    stream: Stream, copied: Iterable[tuple[object, ...]], booked: Books, anonymised: Set[str] = frozenset()
) -> Iterator[Difference]:
    """Every disagreement between the copied rows of one stream and the booked ones.

    Left out: derived columns, which go stale by design, and soft columns of relations in `anonymised` (by id).
    """
    key = [stream.index[name] for name in stream.key]
    left = {tuple(row[at] for at in key): row for row in copied}
    for record in booked:
        expected = tuple(booked_value(column, record.get(column.name)) for column in stream.columns)
        expected = _with_key_parts(stream, expected)
        own_key = tuple(expected[at] for at in key)
        found = left.pop(own_key, None)
        if found is None:
            yield Difference(stream.name, own_key, "", None, own_key)
        else:
            yield from _columns(stream, own_key, found, expected, anonymised)
    for own_key in left:
        yield Difference(stream.name, own_key, "", own_key, None)


def _columns(
    stream: Stream,
    key: tuple[object, ...],
    copied: tuple[object, ...],
    booked: tuple[object, ...],
    anonymised: Set[str],
) -> Iterator[Difference]:
    hidden = stream.person is not None and str(booked[stream.index[stream.person]]) in anonymised
    for column, ours, theirs in zip(stream.columns, copied, booked, strict=True):
        if ours != theirs and not column.derived and not (column.soft and hidden):
            yield Difference(stream.name, key, column.name, ours, theirs)


def booked_value(column: Column, value: object) -> object:
    """A value of the books (Python's own types, or their texts in JSON) as the catalogue's word has it."""
    return None if value is None else _WORDS[column.word](value)


def _with_key_parts(stream: Stream, row: tuple[object, ...]) -> tuple[object, ...]:
    """A part of a longer key is "" in the copy where the books have nothing."""
    if len(stream.key) == 1:
        return row
    parts = {stream.index[name] for name in stream.key}
    return tuple("" if value is None and at in parts else value for at, value in enumerate(row))


def _scaled(word: Word) -> Callable[[object], Decimal]:
    unit = Decimal(1).scaleb(-SCALE[word])
    return lambda value: Decimal(str(value)).quantize(unit)


def _day(value: object) -> date:
    return value if isinstance(value, date) and not isinstance(value, datetime) else date.fromisoformat(str(value)[:10])


def _time(value: object) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


_WORDS: dict[Word, Callable[[object], object]] = {
    Word.KEY: lambda value: str(value).lower(),
    Word.CODE: lambda value: str(value).strip(),
    Word.TEXT: lambda value: str(value).replace("\0", ""),
    Word.DAY: _day,
    Word.LOCAL_TIME: _time,
    Word.VERSION: lambda value: int(str(value)),
    Word.FLAG: lambda value: value in (True, 1, 2),
    Word.NUMBER: lambda value: int(str(value)),
} | {word: _scaled(word) for word in SCALE}
