"""What the two engines say differently, a method each; everything else of a view is written once.

On SQLite amounts are whole numbers of 10^-scale (see `shared.warehouse.words`): views add them up as they are and are
divided once, by the last view on top. Days are ISO texts there.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import date
from typing import override

from shared.streams.model import SCALE, Word
from shared.warehouse.names import Dialect, quoted
from shared.warehouse.words import sql_type

#: schema of the views, and of those on which they rest on SQLite: the same columns, amounts still whole numbers
REPORTING, SCALED = "reporting", "scaled"
_USED = re.compile(r"\b([a-z_]\w*)\.(\w+)")
#: where they stand in an ISO date
_DATE_PARTS = {"year": (1, 4), "month": (6, 2), "day": (9, 2)}


class Sql(ABC):
    """How views are written for one engine. Remembers which alias stands for which table, for the dictionary."""

    dialect: Dialect
    recursive: str  #: what follows WITH
    views: str  #: schema from which a view reads other views
    join: str  #: the operator between texts
    prefix: str  #: what precedes a text

    def __init__(self) -> None:
        self._aliases: dict[str, str] = {}

    def exact(self, stream: str, alias: str) -> str:
        """The table of a stream's rows."""
        return self._table("exact", stream, alias, stream)

    def history(self, stream: str, alias: str) -> str:
        """The superseded versions of a stream's rows."""
        return self._table("history", stream, alias, f"{stream} (superseded)")

    def sync(self, table: str, alias: str) -> str:
        """A table the loop keeps."""
        return self._table("sync", table, alias, f"sync.{table}")

    def view(self, name: str, alias: str) -> str:
        """Another view of this schema."""
        return self._table(self.views, name, alias, name)

    def _table(self, schema: str, name: str, alias: str, shown: str) -> str:
        self._aliases[alias] = shown
        return f"{quoted(self.dialect, schema, name)} AS {alias}"

    def sources(self, expression: str) -> str:
        """The columns an expression is made of, by table."""
        used = (f"{self._aliases[alias]}.{name}" for alias, name in _USED.findall(expression) if alias in self._aliases)
        return ", ".join(dict.fromkeys(used))

    def literal(self, text: str) -> str:
        """A text."""
        escaped = text.replace("'", "''")
        return f"{self.prefix}'{escaped}'"

    def joined(self, *texts: str) -> str:
        """Texts one after the other; NULL when one of them is."""
        return f" {self.join} ".join(texts)

    def id_key(self, division: str, record: str) -> str:
        """One column that identifies a record among all divisions, by its id: `2000001:3f2b…`; NULL for none."""
        return self.joined(self.text(division), self.literal(":"), self.id_text(record))

    def code_key(self, division: str, code: str) -> str:
        """The same for records that are referred to by a code or number."""
        return self.joined(self.text(division), self.literal(":"), self.text(code))

    def values(self, alias: str, names: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
        """A small table written out in the view; its columns are used as alias.name."""
        cells = (", ".join(self.literal(v) if isinstance(v, str) else str(v) for v in row) for row in rows)
        return self._values(", ".join(f"({row})" for row in cells), alias, names)

    @abstractmethod
    def _values(self, rows: str, alias: str, names: Sequence[str]) -> str:
        """A table of literal rows under an alias."""

    @abstractmethod
    def text(self, expression: str) -> str:
        """A number, code or name as text of one kind, so that they can be joined."""

    @abstractmethod
    def id_text(self, expression: str) -> str:
        """An id as text, in lower case."""

    @abstractmethod
    def flag(self, condition: str) -> str:
        """Whether a condition holds."""

    @abstractmethod
    def typed(self, expression: str, word: Word) -> str:
        """The expression as a column of this word."""

    @abstractmethod
    def days(self, first: str, last: str) -> str:
        """Days from one day to another."""

    @abstractmethod
    def plus(self, day: str, days: str) -> str:
        """A day so many days on."""

    @abstractmethod
    def day(self, value: date) -> str:
        """A calendar day."""

    @abstractmethod
    def month_end(self, day: str) -> str:
        """Last day of the day's month."""

    @abstractmethod
    def part(self, name: str, day: str) -> str:
        """`year`, `month` or `day` of a day, as a number."""

    @abstractmethod
    def week(self, day: str) -> str:
        """Number of the day's week, as ISO 8601 counts."""

    @abstractmethod
    def weekday(self, day: str) -> str:
        """Monday is 1."""

    @abstractmethod
    def utc(self, moment: str) -> str:
        """A moment the loop wrote (ISO 8601 with its zone), as a naive clock in UTC."""

    @abstractmethod
    def local_day(self, moment: str) -> str:
        """The calendar day of such a moment in the Netherlands."""

    @abstractmethod
    def ratio(self, part: str, whole: str, word: Word) -> str:
        """A quotient of two values of one kind as a column of this word; NULL when the whole is nothing."""

    @abstractmethod
    def times(self, amount: str, rate: str) -> str:
        """An amount times a rate, rounded half away from zero to the digits of an amount."""

    @abstractmethod
    def unscaled(self, units: str, word: Word) -> str:
        """A value of the word, given as a whole number of its smallest units."""


class Sqlite(Sql):
    """SQLite's way."""

    dialect = Dialect.SQLITE
    recursive = "RECURSIVE "
    views = SCALED
    join = "||"
    prefix = ""

    @override
    def _values(self, rows: str, alias: str, names: Sequence[str]) -> str:
        columns = ", ".join(f"column{place} AS {name}" for place, name in enumerate(names, 1))
        return f"(SELECT {columns} FROM (VALUES {rows})) AS {alias}"

    @override
    def text(self, expression: str) -> str:
        return expression

    id_text = text

    @override
    def flag(self, condition: str) -> str:
        return f"CASE WHEN {condition} THEN 1 ELSE 0 END"

    @override
    def typed(self, expression: str, word: Word) -> str:
        del word  # values have types here, columns do not
        return expression

    @override
    def days(self, first: str, last: str) -> str:
        return f"CAST(julianday({last}) - julianday({first}) AS INTEGER)"

    @override
    def plus(self, day: str, days: str) -> str:
        return f"date({day}, ({days}) || ' days')"

    @override
    def day(self, value: date) -> str:
        return f"'{value.isoformat()}'"

    @override
    def month_end(self, day: str) -> str:
        return f"date({day}, 'start of month', '+1 month', '-1 day')"

    @override
    def part(self, name: str, day: str) -> str:
        start, length = _DATE_PARTS[name]
        return f"CAST(substr({day}, {start}, {length}) AS INTEGER)"  # a third of the time strftime takes

    @override
    def week(self, day: str) -> str:
        return f"(CAST(strftime('%j', {day}, '-3 days', 'weekday 4') AS INTEGER) + 6) / 7"  # by the week's Thursday

    @override
    def weekday(self, day: str) -> str:
        return f"(CAST(strftime('%w', {day}) AS INTEGER) + 6) % 7 + 1"

    @override
    def utc(self, moment: str) -> str:
        return f"strftime('%Y-%m-%d %H:%M:%f', {moment})"

    @override
    def local_day(self, moment: str) -> str:
        # no zones here: summer time runs from the last Sunday of March to that of October, 01:00 UTC
        begin, end = (
            f"datetime(strftime('%Y-{month}-25', {moment}), 'weekday 0', '+1 hour')" for month in ("03", "10")
        )
        summer = f"datetime({moment}) >= {begin} AND datetime({moment}) < {end}"
        return f"date({moment}, CASE WHEN {summer} THEN '+2 hours' ELSE '+1 hour' END)"

    @override
    def ratio(self, part: str, whole: str, word: Word) -> str:
        return f"CAST(round(({part}) * {10 ** SCALE[word]}.0 / NULLIF({whole}, 0)) AS INTEGER)"

    @override
    def times(self, amount: str, rate: str) -> str:
        # a product beyond 64 bits becomes a double by itself: 53 bits still hold every amount below 90 milliard
        return f"CAST(round(({amount}) * ({rate}) / {10 ** SCALE[Word.RATE]}.0) AS INTEGER)"

    @override
    def unscaled(self, units: str, word: Word) -> str:
        del word  # it is kept like that here
        return units


class Tsql(Sql):
    """Azure SQL's way."""

    dialect = Dialect.TSQL
    recursive = ""
    views = REPORTING
    join = "+"
    prefix = "N"

    @override
    def _values(self, rows: str, alias: str, names: Sequence[str]) -> str:
        return f"(VALUES {rows}) AS {alias} ({', '.join(names)})"

    @override
    def text(self, expression: str) -> str:
        # codes have a collation of their own, which does not mix with that of names
        return f"CONVERT(nvarchar(4000), {expression}) COLLATE DATABASE_DEFAULT"

    @override
    def id_text(self, expression: str) -> str:
        return f"LOWER(CONVERT(nvarchar(36), {expression}))"

    @override
    def flag(self, condition: str) -> str:
        return f"CONVERT(bit, CASE WHEN {condition} THEN 1 ELSE 0 END)"

    @override
    def typed(self, expression: str, word: Word) -> str:
        # a sum of decimal(19, 4) is a decimal(38, 4)
        return f"CONVERT({sql_type(word, self.dialect)}, {expression})" if word in SCALE else expression

    @override
    def days(self, first: str, last: str) -> str:
        return f"DATEDIFF(day, {first}, {last})"

    @override
    def plus(self, day: str, days: str) -> str:
        return f"DATEADD(day, {days}, {day})"

    @override
    def day(self, value: date) -> str:
        return f"CONVERT(date, '{value.isoformat()}')"

    @override
    def month_end(self, day: str) -> str:
        return f"EOMONTH({day})"

    @override
    def part(self, name: str, day: str) -> str:
        return f"DATEPART({name}, {day})"

    @override
    def week(self, day: str) -> str:
        return f"DATEPART(iso_week, {day})"

    @override
    def weekday(self, day: str) -> str:
        return f"DATEDIFF(day, CONVERT(date, '1900-01-01'), {day}) % 7 + 1"  # a Monday, whatever DATEFIRST is

    @override
    def utc(self, moment: str) -> str:
        return f"CONVERT(datetime2(3), SWITCHOFFSET(CONVERT(datetimeoffset, {moment}), '+00:00'))"

    @override
    def local_day(self, moment: str) -> str:
        return f"CONVERT(date, CONVERT(datetimeoffset, {moment}) AT TIME ZONE 'W. Europe Standard Time')"

    @override
    def ratio(self, part: str, whole: str, word: Word) -> str:
        quotient = f"CONVERT(float, {part}) / NULLIF(CONVERT(float, {whole}), 0)"
        return f"CONVERT({sql_type(word, self.dialect)}, ROUND({quotient}, {SCALE[word]}))"

    @override
    def times(self, amount: str, rate: str) -> str:
        return self.typed(f"ROUND(({amount}) * ({rate}), {SCALE[Word.MONEY]})", Word.MONEY)

    @override
    def unscaled(self, units: str, word: Word) -> str:
        return f"CONVERT({sql_type(word, self.dialect)}, CONVERT(decimal(19, 0), {units}) / {10 ** SCALE[word]})"
