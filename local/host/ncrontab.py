"""NCRONTAB: the six-field schedules of timer triggers (second minute hour day month day-of-week), in UTC.

As in the library NCrontab that the real host uses, a day must fit both day and day-of-week, and Sunday is 0.
https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

#: name, lowest, highest, names of the values from the lowest on
FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("second", 0, 59, ()),
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day", 1, 31, ()),
    ("month", 1, 12, MONTHS),
    ("day-of-week", 0, 6, DAYS),
)

#: a 29 February on a given weekday comes within 40 years, across a century without one
HORIZON = timedelta(days=366 * 40)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The values each field may take."""

    expression: str
    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    @classmethod
    def parse(cls, expression: str) -> Schedule:
        """Read six fields. Raises ValueError naming the field that is wrong."""
        parts = expression.split()
        if len(parts) != len(FIELDS):
            raise ValueError(f"the schedule {expression!r} has {len(parts)} fields; NCRONTAB has six, seconds first")
        fields = [_values(expression, part, *field) for part, field in zip(parts, FIELDS, strict=True)]
        second, minute, hour, day, month, weekday = fields
        return cls(expression, second, minute, hour, frozenset(day), frozenset(month), frozenset(weekday))

    @property
    def within_a_minute(self) -> bool:
        """More than one occurrence a minute: too often to be worth making up for."""
        return len(self.seconds) > 1

    def after(self, moment: datetime) -> datetime:
        """Find the first occurrence later than `moment` (aware). Raises ValueError when no day ever fits."""
        moment = moment.astimezone(UTC)
        for day in self._days(moment.date()):
            for candidate in self._times(day):
                if candidate > moment:
                    return candidate
        raise ValueError(f"the schedule {self.expression!r} never occurs")

    def _days(self, start: date) -> Iterator[date]:
        for offset in range(HORIZON.days):
            day = start + timedelta(days=offset)
            if day.day in self.days and day.month in self.months and day.isoweekday() % 7 in self.weekdays:
                yield day

    def _times(self, day: date) -> Iterator[datetime]:
        for hour in self.hours:
            for minute in self.minutes:
                for second in self.seconds:
                    yield datetime.combine(day, time(hour, minute, second, tzinfo=UTC))


def _values(expression: str, text: str, name: str, low: int, high: int, names: tuple[str, ...]) -> tuple[int, ...]:
    """Take `*`, `7`, `1-5`, `*/10`, `10/20`, `1-30/5`, names, and lists of these."""
    found: set[int] = set()
    try:
        for part in text.split(","):
            span, _, step = part.partition("/")
            first, last = _span(span, low, high, names, open_ended=bool(step))
            found.update(range(first, last + 1, int(step or 1)))
    except ValueError:
        found = set()
    if not found or min(found) < low or max(found) > high:
        raise ValueError(f"the schedule {expression!r}: {text!r} is no {name}; it takes {low} to {high}")
    return tuple(sorted(found))


def _span(text: str, low: int, high: int, names: tuple[str, ...], *, open_ended: bool) -> tuple[int, int]:
    if text == "*":
        return low, high
    first, dash, last = text.partition("-")
    begin = _number(first, low, names)
    if dash:
        return begin, _number(last, low, names)
    return begin, high if open_ended else begin


def _number(text: str, low: int, names: tuple[str, ...]) -> int:
    name = text[:3].lower()
    return low + names.index(name) if name in names else int(text)
