"""Fiscal years and their periods: short first years, years from April to March, years of 13 periods."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class YearShape:
    """How one fiscal year is cut: `periods` equal to `months` are calendar months, 13 are blocks of four weeks."""

    months: int
    periods: int


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a fiscal year; `end` is its last day. A year bears the number of the calendar year it ends in."""

    year: int
    number: int
    start: date
    end: date


class FiscalCalendar:
    """The periods of three consecutive fiscal years, the last of which holds today."""

    def __init__(self, first_month: int, shapes: Sequence[YearShape], today: date) -> None:
        self.periods = [period for start, shape in _starts(first_month, shapes, today) for period in _cut(start, shape)]
        self._firsts = [period.start for period in self.periods]

    @property
    def start(self) -> date:
        """First day of the books."""
        return self.periods[0].start

    @property
    def years(self) -> list[int]:
        """Numbers of the fiscal years, oldest first."""
        return sorted({period.year for period in self.periods})

    def at(self, day: date) -> Period:
        """Give the period that holds a day; days before the books begin belong to the first, later ones to the last."""
        return self.periods[max(bisect_right(self._firsts, day) - 1, 0)]

    def of(self, year: int) -> list[Period]:
        """Give the periods of a year in order."""
        return [period for period in self.periods if period.year == year]


def months_on(day: date, months: int) -> date:
    """Give the first day of the month that many months on (or back)."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _starts(first_month: int, shapes: Sequence[YearShape], today: date) -> list[tuple[date, YearShape]]:
    start = date(today.year - (today.month < first_month), first_month, 1)
    starts: list[tuple[date, YearShape]] = []
    for shape in reversed(shapes):
        starts.append((start if not starts else months_on(starts[-1][0], -shape.months), shape))
    return starts[::-1]


def _cut(start: date, shape: YearShape) -> list[Period]:
    last = months_on(start, shape.months) - DAY
    if shape.periods == shape.months:
        firsts = [months_on(start, month) for month in range(shape.months)]
    else:
        firsts = [start + timedelta(weeks=4 * block) for block in range(shape.periods)]
    ends = [first - DAY for first in firsts[1:]] + [last]
    return [
        Period(last.year, number, first, end) for number, (first, end) in enumerate(zip(firsts, ends, strict=True), 1)
    ]
