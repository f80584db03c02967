"""The type words: what each is on either engine, and how its values are stored on SQLite.

SQLite has no decimals: amounts are stored there as whole numbers of 10^-scale (`SCALE`), so that sums are exact. What
would not fit is refused before anything is written, and with the same limits on both engines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation, localcontext
from typing import Any

from shared.errors import Cause, RecordRefused
from shared.streams.model import SCALE, Column, Stream, Word
from shared.warehouse.names import Dialect
from shared.warehouse.protocol import Row, Value

#: a value as SQLite holds it
type Stored = str | int | None
#: the values of one column; encoders and decoders go by column, which costs one call for a whole page
type Values = Sequence[Any]

#: characters of a code: part of unique keys, which SQL Server limits to 1,700 bytes
CODE_LENGTH = 100
_INT32 = 2**31
_INT64 = 2**63
#: digits enough for every product of an amount and its scale; an inexact one is refused, never rounded
_EXACT = Context(prec=80, traps=[Inexact, InvalidOperation])
_NOT_FITTING = (ValueError, TypeError, AttributeError, OverflowError, DecimalException)


@dataclass(frozen=True, slots=True)
class Form:
    """One word on each engine. `encode` raises one of `_NOT_FITTING` when a value does not fit."""

    tsql: str
    sqlite: str
    encode: Callable[[Values], Sequence[Stored]]
    decode: Callable[[Values], Sequence[Value]]


def _as_it_is(values: Values) -> Values:
    return values


def _texts(values: Values) -> Values:
    everything = "".join(filter(None, values))
    if not everything.isascii():
        everything.encode()  # half of a surrogate pair is no text
    return values


def _codes(values: Values) -> Values:
    different = set(values) - {None}
    if different and (max(map(len, different)) > CODE_LENGTH or "\0" in "".join(different)):
        raise ValueError
    return _texts(values)


def _integers(limit: int) -> Callable[[Values], Values]:
    def encode(values: Values) -> Values:
        different = set(values) - {None}
        if different and not (-limit <= min(different) and max(different) < limit):
            raise OverflowError
        return values

    return encode


def _scaled(scale: int) -> Callable[[Values], Sequence[Stored]]:
    factor = Decimal(10**scale)

    def encode(values: Values) -> Sequence[Stored]:
        stored: list[Stored] = []
        for value in values:
            if value is None:
                stored.append(None)
                continue
            number = int(product := value * factor)
            if number != product or not -_INT64 < number < _INT64:
                raise OverflowError
            stored.append(number)
        return stored

    return encode


def _unscaled(scale: int) -> Callable[[Values], Sequence[Value]]:
    def decode(values: Values) -> Sequence[Value]:
        return [None if value is None else Decimal(value).scaleb(-scale) for value in values]

    return decode


def _days(values: Values) -> Sequence[Stored]:
    written = {None: None} | {value: date.isoformat(value) for value in set(values) - {None}}
    return [written[value] for value in values]


def _dates(values: Values) -> Sequence[Value]:
    return [None if value is None else date.fromisoformat(value) for value in values]


def _clock(value: datetime) -> str:
    if value.microsecond % 1000 or value.tzinfo is not None:
        raise ValueError(value)
    return value.isoformat(" ", "milliseconds")


def _local_times(values: Values) -> Sequence[Stored]:
    return [None if value is None else _clock(value) for value in values]


def _datetimes(values: Values) -> Sequence[Value]:
    return [None if value is None else datetime.fromisoformat(value) for value in values]


def _bits(values: Values) -> Sequence[Stored]:
    return [None if value is None else int(value) for value in values]


def _bools(values: Values) -> Sequence[Value]:
    return [None if value is None else bool(value) for value in values]


def _amount(word: Word) -> Form:
    scale = SCALE[word]
    return Form(f"decimal(19, {scale})", "INTEGER", _scaled(scale), _unscaled(scale))


FORMS: dict[Word, Form] = {
    Word.KEY: Form("uniqueidentifier", "TEXT", _codes, _as_it_is),
    # compared by code point, as SQLite does: two codes that differ in case only are two codes
    Word.CODE: Form(f"nvarchar({CODE_LENGTH}) COLLATE Latin1_General_100_BIN2", "TEXT", _codes, _as_it_is),
    Word.TEXT: Form("nvarchar(max)", "TEXT", _texts, _as_it_is),
    Word.DAY: Form("date", "TEXT", _days, _dates),
    Word.LOCAL_TIME: Form("datetime2(3)", "TEXT", _local_times, _datetimes),
    Word.VERSION: Form("bigint", "INTEGER", _integers(_INT64), _as_it_is),
    Word.MONEY: _amount(Word.MONEY),
    Word.RATE: _amount(Word.RATE),
    Word.QUANTITY: _amount(Word.QUANTITY),
    Word.FLAG: Form("bit", "INTEGER", _bits, _bools),
    Word.NUMBER: Form("int", "INTEGER", _integers(_INT32), _as_it_is),
}


def sql_type(word: Word, dialect: Dialect) -> str:
    """The type of a column of this word."""
    form = FORMS[word]
    return form.sqlite if dialect is Dialect.SQLITE else form.tsql


def misfit(stream: Stream, row: Row) -> str:
    """Name of the first column whose value no destination can hold; "" when all fit."""
    with localcontext(_EXACT):
        for column, value in zip(stream.columns, row, strict=True):
            try:
                FORMS[column.word].encode([value])
            except _NOT_FITTING:
                return column.name
    return ""


def encoded(stream: Stream, columns: Sequence[Column], rows: Sequence[Row]) -> list[tuple[Stored, ...]]:
    """The rows as SQLite holds them, with only these columns of the stream. Raises RecordRefused, naming the column."""
    by_column = list(zip(*rows, strict=True))
    try:
        with localcontext(_EXACT):
            stored = [FORMS[column.word].encode(by_column[stream.index[column.name]]) for column in columns]
    except _NOT_FITTING:
        refused = next(filter(None, (misfit(stream, row) for row in rows)))
        raise RecordRefused(
            Cause.RECORD_REFUSED, f"{stream.name}: a value of {refused} does not fit its type"
        ) from None
    return list(zip(*stored, strict=True))


def as_stored(words: Sequence[Word], rows: Sequence[Sequence[Any]]) -> list[tuple[Stored, ...]]:
    """Rows of a T-SQL server, as its driver gives them, in the form in which SQLite holds them."""
    if not rows:
        return []
    by_column = zip(*rows, strict=True)
    with localcontext(_EXACT):
        return list(zip(*(_given(word, values) for word, values in zip(words, by_column, strict=True)), strict=True))


def _given(word: Word, values: Values) -> Sequence[Stored]:
    if word is Word.KEY:  # the driver writes guids in capitals
        return [None if value is None else str(value).lower() for value in values]
    return FORMS[word].encode(values)


def decoded(columns: Sequence[Column], rows: Sequence[tuple[Stored, ...]]) -> list[Row]:
    """The rows as they were given."""
    if not rows:
        return []
    by_column = zip(*rows, strict=True)
    return list(zip(*(FORMS[c.word].decode(values) for c, values in zip(columns, by_column, strict=True)), strict=True))
