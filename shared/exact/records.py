"""Raw rows of a page become rows of the catalogue, a column at a time; what does not fit is set aside (rule 16)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

import msgspec

from shared.errors import Cause, StreamStopped
from shared.exact.columns import WHOLE, Whole
from shared.exact.values import CONVERTERS, Unfit
from shared.exact.wire import Raw
from shared.streams.model import Column, Stream, Word
from shared.streams.rows import Refusal, Row, Value

NONE_ONLY = {type(None)}
MISSING = Unfit("missing")

_encoder = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class Read:
    """One page as the catalogue declares it. `refusals` are the rows that do not fit."""

    rows: list[Row]
    refusals: list[Refusal]


@cache
def reader(stream: Stream, **extra: Value) -> Reader:
    """Give the reader of `stream`, compiled once. `extra`: columns that are ours and not in the rows."""
    return Reader(stream, extra)


class Reader:
    """Turns raw rows of one stream into rows in the order of its columns."""

    def __init__(self, stream: Stream, extra: Mapping[str, Value] | None = None) -> None:
        self._stream = stream
        self._extra = dict(extra or {})
        self._asked = [column for column in stream.columns if column.name not in self._extra]
        self._columns = [_compile(stream, column) for column in self._asked]
        self._pick = _picker([column.name for column in self._asked])

    def read(self, raw_rows: Sequence[Raw], division: int) -> Read:
        """Convert a page asked of `division`.

        Raises StreamStopped(PAGE_REFUSED) when a row says it belongs to another division. A column no row has is
        None throughout, unless it is part of the key or the version: those rows are refused.
        """
        if not raw_rows:
            return Read([], [])
        faults: dict[int, str] = {}
        columns = self._convert(raw_rows, faults)
        self._check_division(columns, division)
        rows: list[Row] = list(zip(*self._complete(columns, len(raw_rows)), strict=True))
        refusals = [self.refuse(raw_rows[at], rows[at], why) for at, why in sorted(faults.items())]
        return Read([row for at, row in enumerate(rows) if at not in faults] if faults else rows, refusals)

    def _convert(self, raw_rows: Sequence[Raw], faults: dict[int, str]) -> dict[str, Sequence[Value]]:
        values = zip(*map(self._pick, raw_rows), strict=True)
        return {
            column.name: convert(column_values, faults)
            for column, convert, column_values in zip(self._asked, self._columns, values, strict=True)
        }

    def _complete(self, columns: dict[str, Sequence[Value]], count: int) -> list[Sequence[Value]]:
        """Put the columns in the catalogue's order, ours among them."""
        ours = {name: [value] * count for name, value in self._extra.items()}
        return [ours[name] if name in ours else columns[name] for name in self._stream.names]

    def _check_division(self, columns: Mapping[str, Sequence[Value]], division: int) -> None:
        foreign = set(columns.get("Division", ())) - {None, division}
        if foreign and self._stream.by_division:
            raise StreamStopped(
                Cause.PAGE_REFUSED,
                f"{self._stream.name}: asked of division {division}, got rows of {sorted(map(str, foreign))}",
            )

    def refuse(self, raw: Raw, row: Row, why: str) -> Refusal:
        """Keep a row that does not fit. A row without a usable key is known by a hash of its content."""
        chosen = {column.name: raw.get(column.name) for column in self._asked} | self._extra
        record = _encoder.encode(chosen)
        key = "|".join(str(row[self._stream.index[name]]) for name in self._stream.key)
        if any(row[self._stream.index[name]] is None for name in self._stream.key):
            key = "?" + hashlib.sha256(record).hexdigest()[:32]
        version = row[self._stream.index[self._stream.version]] if self._stream.version else 0
        return Refusal(key, version if isinstance(version, int) else 0, why, record.decode())


type Convert = Callable[[Sequence[object], dict[int, str]], Sequence[Value]]


def _picker(names: Sequence[str]) -> Callable[[Raw], tuple[object, ...]]:
    """Pick the values of the columns out of a raw row; a property that is not there is None."""
    fast = itemgetter(*names) if len(names) > 1 else lambda raw: (raw[names[0]],)

    def pick(raw: Raw) -> tuple[object, ...]:
        try:
            return fast(raw)
        except KeyError:
            return tuple(map(raw.get, names))

    return pick


def _compile(stream: Stream, column: Column) -> Convert:
    """Make the converter of one column: all its values at once, or one by one where that does not go."""
    at_once, careful = WHOLE[column.word], CONVERTERS[column.word]
    null = _null(stream, column)

    def convert(values: Sequence[object], faults: dict[int, str]) -> Sequence[Value]:
        types = set(map(type, values))
        if types == NONE_ONLY and null is None:
            return values  # type: ignore[return-value]
        try:
            return _spread(values, types, at_once, null)
        except Unfit:
            return _one_by_one(values, careful, null, column.name, faults)

    return convert


def _null(stream: Stream, column: Column) -> Value | Unfit:
    """Say what null becomes: "" for a code in a longer key, a fault in other keys and the version, else None."""
    if column.name == stream.version or (column.name in stream.key and len(stream.key) == 1):
        return MISSING
    if column.name in stream.key:
        return "" if column.word is Word.CODE else MISSING
    return None


def _spread(values: Sequence[object], types: set[type], at_once: Whole, null: Value | Unfit) -> Sequence[Value]:
    """Convert what is there in one go and put the nulls back in their places. Raises Unfit when one does not fit."""
    if types.isdisjoint(NONE_ONLY):
        return at_once(values, types)
    if isinstance(null, Unfit):
        raise null
    converted = iter(at_once([value for value in values if value is not None], types - NONE_ONLY))
    return [null if value is None else next(converted) for value in values]


def _one_by_one(
    values: Sequence[object],
    careful: Callable[[object], Value],
    null: Value | Unfit,
    name: str,
    faults: dict[int, str],
) -> list[Value]:
    """Convert value by value; what does not fit becomes None and its row's first fault is noted."""
    converted: list[Value] = []
    for at, value in enumerate(values):
        try:
            converted.append(_one(value, careful, null))
        except Unfit as unfit:
            converted.append(None)
            faults.setdefault(at, f"{name}: {unfit}")
    return converted


def _one(value: object, careful: Callable[[object], Value], null: Value | Unfit) -> Value:
    if value is not None:
        return careful(value)
    if isinstance(null, Unfit):
        raise null
    return null
