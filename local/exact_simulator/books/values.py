"""The plain values of the books: what a property may hold, cents and decimals, padded codes, seeded ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from random import Random

type Value = str | int | Decimal | bool | date | datetime | None
type Row = dict[str, Value]

#: part of every personal value and secret the simulator hands out, so that a leak into a log is found by one search
CANARY = "Zilvermeeuw"

ONE = Decimal(1)


class BooksError(ValueError):
    """A change the books do not take: names what stands in the way. Nothing was changed."""


@dataclass(slots=True)
class Moment:
    """The books' clock: naive Dutch local time, as Exact writes it. All divisions of a world share one."""

    now: datetime


def money(cents: int) -> Decimal:
    """Cents as an amount with two decimals."""
    return Decimal(cents).scaleb(-2)


def times(cents: int, factor: Decimal) -> int:
    """Cents times a rate or fraction, rounded half away from zero to whole cents as booking programs do."""
    return int((cents * factor).to_integral_value(ROUND_HALF_UP))


def padded(code: str, width: int = 18) -> str:
    """Give a code as Exact stores it: right-aligned in blanks (relations 18 wide)."""
    return code.rjust(width)


class Ids:
    """GUIDs from a seeded source: version 4 in form, the same for the same seed."""

    def __init__(self, rng: Random) -> None:
        self._bits = rng.getrandbits

    def new(self) -> str:
        """Give the next id, lower case."""
        text = f"{self._bits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"
