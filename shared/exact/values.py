"""One value of the wire as the catalogue's word for it. Each converter raises Unfit for what is no such thing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

from shared.streams.model import SCALE, Word
from shared.streams.rows import Value

GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
DATE = re.compile(r"/Date\((-?[0-9]{1,15})\)/")
INTEGER = re.compile(r"-?[0-9]{1,19}")
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 -- naive on purpose: Exact's clock has no zone, its days are UTC's
DAY_ONE = date(1970, 1, 1)
MILLISECOND = timedelta(milliseconds=1)
DAY_MS = 86_400_000

#: scaled to its last digit, a stored number fits 64 bits (SQLite keeps amounts as scaled integers)
NUMBERS = Context(prec=18, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])
#: significant digits of a double written out: arithmetic leaves its traces at the 15th to 17th
DOUBLE_DIGITS = range(15, 18)
BILLIONTH = Decimal("1e-9")
#: share of the last stored digit below which a residue (0.1 + 0.2 - 0.3) is nothing
SLIVER = Decimal("1e-5")


class Unfit(Exception):
    """A value that is not what the catalogue says; the text names the rule, never the value."""


def key(value: object) -> Value:
    """Lower-case GUID text."""
    if isinstance(value, str) and GUID.fullmatch(value):
        return value.lower()
    raise Unfit("no GUID")


def code(value: object) -> Value:
    """Text without the padding of the API."""
    if isinstance(value, str):
        return value.strip()
    raise Unfit("no text")


def text(value: object) -> Value:
    """Text as it is."""
    if isinstance(value, str):
        return value
    raise Unfit("no text")


def _milliseconds(value: object) -> int:
    found = DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Unfit("no /Date(ms)/")
    return int(found[1])


def day(value: object) -> Value:
    """Calendar day: Exact writes it as midnight UTC, so the UTC date is taken and no zone is applied."""
    try:
        return DAY_ONE + timedelta(days=_milliseconds(value) // DAY_MS)
    except OverflowError:
        raise Unfit("day outside the years 1 to 9999") from None


def local_time(value: object) -> Value:
    """Exact's naive local clock: written as if it were UTC, so taken as it stands."""
    try:
        return EPOCH + _milliseconds(value) * MILLISECOND
    except OverflowError:
        raise Unfit("time outside the years 1 to 9999") from None


def _integer(value: object, bits: int) -> int:
    if isinstance(value, str) and INTEGER.fullmatch(value):
        value = int(value)
    if type(value) is not int:
        raise Unfit("no integer")
    if not -(1 << bits - 1) <= value < 1 << bits - 1:
        raise Unfit(f"integer of more than {bits} bits")
    return value


def version(value: object) -> Value:
    """64-bit integer, written as text or as a number."""
    return _integer(value, 64)


def number(value: object) -> Value:
    """32-bit integer."""
    return _integer(value, 32)


def flag(value: object) -> Value:
    """Yes or no: a boolean, or a byte (0 is no; 1 and the rare 2 are yes)."""
    if value in (0, 1, 2) and isinstance(value, int):
        return bool(value)
    raise Unfit("neither boolean nor byte")


def decimal(scale: int) -> Callable[[object], Value]:
    """Make the converter of numbers with `scale` digits behind the point.

    Digits beyond the scale are rounded half-even where they are the noise of a double: the number is written
    with 15 to 17 significant digits, as doubles are that arithmetic has left its traces on, and rounding moves it
    by at most a billionth of itself or a hundred-thousandth of the last stored digit. All else (12.34567 as an
    amount) is a figure this scale cannot hold.
    """
    unit = Decimal(1).scaleb(-scale)
    zero = Decimal(0).quantize(unit)
    sliver = unit * SLIVER

    def convert(value: object) -> Value:
        if type(value) is int:
            value = Decimal(value)
        if type(value) is not Decimal:
            raise Unfit("no number")
        try:
            rounded = value.quantize(unit, context=NUMBERS)
        except InvalidOperation:
            raise Unfit(f"number of more than {18 - scale} digits before the point") from None
        if rounded != value and not _is_noise(value, abs(value - rounded), sliver):
            raise Unfit(f"digits beyond scale {scale} that are no noise of a double")
        return rounded or zero  # never -0

    return convert


def _is_noise(value: Decimal, residue: Decimal, sliver: Decimal) -> bool:
    digits = len(value.as_tuple().digits)
    return digits in DOUBLE_DIGITS and (residue <= sliver or residue <= abs(value) * BILLIONTH)


CONVERTERS: dict[Word, Callable[[object], Value]] = {
    Word.KEY: key,
    Word.CODE: code,
    Word.TEXT: text,
    Word.DAY: day,
    Word.LOCAL_TIME: local_time,
    Word.VERSION: version,
    Word.MONEY: decimal(SCALE[Word.MONEY]),
    Word.RATE: decimal(SCALE[Word.RATE]),
    Word.QUANTITY: decimal(SCALE[Word.QUANTITY]),
    Word.FLAG: flag,
    Word.NUMBER: number,
}
