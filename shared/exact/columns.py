"""A whole column of the wire at once: the same results as `values`, several times faster.

A column of a page nearly always holds one JSON type, and holds it well. Each function here takes such a column
(without nulls) through C-speed operations and raises Unfit at the first doubt; `records` then goes value by value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import repeat
from typing import cast

from shared.exact.values import DATE, DAY_MS, EPOCH, GUID, MILLISECOND, NUMBERS, Unfit
from shared.streams.model import SCALE, Word
from shared.streams.rows import Value

#: takes the values of a column and the set of their types
type Whole = Callable[[Sequence[object], set[type]], Sequence[Value]]

GUIDS = re.compile(f"(?:{GUID.pattern} )*")
DATES = re.compile(f"(?:{DATE.pattern.replace('(-?', '(?:-?')} )*")
ORDINAL_1970 = date(1970, 1, 1).toordinal()
DOUBT = Unfit("not at once")


def _texts(values: Sequence[object], types: set[type]) -> Sequence[str]:
    if types != {str}:
        raise DOUBT
    return cast("Sequence[str]", values)


def _all_match(expression: re.Pattern[str], texts: Sequence[str]) -> str:
    """Check all texts with one match of `expression`; give them joined, a blank after each."""
    joined = " ".join((*texts, ""))
    if joined.count(" ") != len(texts) or not expression.fullmatch(joined):
        raise DOUBT
    return joined


def keys(values: Sequence[object], types: set[type]) -> Sequence[Value]:
    """GUIDs: the distinct ones are checked by one expression and lowered by one call."""
    distinct = list(set(_texts(values, types)))
    lowered = _all_match(GUIDS, distinct).lower().split()
    known: dict[object, str] = dict(zip(distinct, lowered, strict=True))
    return [known[value] for value in values]


def codes(values: Sequence[object], types: set[type]) -> Sequence[Value]:
    """Texts without padding."""
    return list(map(str.strip, _texts(values, types)))


def days(values: Sequence[object], types: set[type]) -> Sequence[Value]:
    """Calendar days; a page holds few different ones."""
    distinct = set(_texts(values, types))
    _all_match(DATES, list(distinct))
    try:
        known = {text: date.fromordinal(ORDINAL_1970 + int(text[6:-2]) // DAY_MS) for text in distinct}
    except (ValueError, OverflowError):
        raise DOUBT from None
    return [known[value] for value in values]  # type: ignore[index]


def local_times(values: Sequence[object], types: set[type]) -> Sequence[Value]:
    """Naive local times."""
    texts = _texts(values, types)
    _all_match(DATES, texts)
    try:
        return [EPOCH + int(text[6:-2]) * MILLISECOND for text in texts]
    except OverflowError:
        raise DOUBT from None


def integers(bits: int) -> Whole:
    """Make the function for integers of `bits` bits, written as numbers or as digits."""
    low, high = -(1 << bits - 1), (1 << bits - 1) - 1

    def whole(values: Sequence[object], types: set[type]) -> Sequence[Value]:
        if types != {int}:
            values = _digits(_texts(values, types))
        numbers = cast("Sequence[int]", values)
        if min(numbers) < low or max(numbers) > high:
            raise DOUBT
        return numbers

    return whole


def _digits(texts: Sequence[str]) -> list[int]:
    joined = "".join(texts)
    if not (joined.isascii() and joined.isdecimal() and all(texts)) or max(map(len, texts)) > 19:
        raise DOUBT
    return list(map(int, texts))


def decimals(scale: int) -> Whole:
    """Make the function for numbers with at most `scale` digits behind the point, noise of doubles excepted."""
    unit = Decimal(1).scaleb(-scale)
    zero = Decimal(0).quantize(unit)

    def exact(numbers: Sequence[Decimal]) -> list[Decimal]:
        try:
            rounded = list(map(NUMBERS.quantize, numbers, repeat(unit)))
        except InvalidOperation:
            raise DOUBT from None
        if rounded != list(numbers):
            raise DOUBT
        return [number or zero for number in rounded]

    def whole(values: Sequence[object], types: set[type]) -> Sequence[Value]:
        if not types <= {int, Decimal}:
            raise DOUBT
        numbers = cast("Sequence[Decimal]", values)
        if types != {int}:
            return exact(numbers)
        distinct = list(set(numbers))  # most rates are 1; hashing decimals would cost more than it saves
        known = dict(zip(distinct, exact(distinct), strict=True))
        return [known[number] for number in numbers]

    return whole


def flags(values: Sequence[object], types: set[type]) -> Sequence[Value]:
    """Booleans as they are, or bytes 0, 1, 2."""
    if types == {bool}:
        return cast("Sequence[bool]", values)
    if types != {int} or not {0, 1, 2}.issuperset(values):
        raise DOUBT
    return list(map(bool, values))


WHOLE: dict[Word, Whole] = {
    Word.KEY: keys,
    Word.CODE: codes,
    Word.TEXT: _texts,
    Word.DAY: days,
    Word.LOCAL_TIME: local_times,
    Word.VERSION: integers(64),
    Word.MONEY: decimals(SCALE[Word.MONEY]),
    Word.RATE: decimals(SCALE[Word.RATE]),
    Word.QUANTITY: decimals(SCALE[Word.QUANTITY]),
    Word.FLAG: flags,
    Word.NUMBER: integers(32),
}
