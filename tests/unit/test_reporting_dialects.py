"""What the dialects say about days, moments and quotients, tried on SQLite against Python's own arithmetic."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from shared.reporting.dialects import Sqlite, Tsql
from shared.streams.model import Word

SQL = Sqlite()
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(-400, 800, 13)] + [date(2024, 2, 29), date(2026, 12, 31)]
MOMENTS = [
    *(datetime(2026, month, 15, hour, 30, tzinfo=UTC) for month in range(1, 13) for hour in (0, 21, 22, 23)),
    *(datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC) + timedelta(seconds=n) for n in range(3)),
    *(datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC) + timedelta(seconds=n) for n in range(3)),
    datetime(2027, 3, 28, 22, 15, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 15, 0, 123000, tzinfo=UTC),
]


def value(expression: str) -> object:
    with closing(sqlite3.connect(":memory:")) as connection:
        return connection.execute(f"SELECT {expression}").fetchone()[0]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_parts_of_a_day_are_pythons(day: date) -> None:
    told, iso = SQL.day(day), day.isocalendar()
    found = [value(SQL.part(name, told)) for name in ("year", "month", "day")]
    assert found == [day.year, day.month, day.day]
    assert (value(SQL.week(told)), value(SQL.weekday(told))) == (iso.week, iso.weekday)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_days_are_counted_and_months_ended_as_python_does(day: date) -> None:
    later, first = day + timedelta(days=45), (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    assert value(SQL.days(SQL.day(day), SQL.day(later))) == 45
    assert value(SQL.days(SQL.day(later), SQL.day(day))) == -45
    assert value(SQL.plus(SQL.day(day), "45")) == later.isoformat()
    assert value(SQL.month_end(SQL.day(day))) == (first - timedelta(days=1)).isoformat()


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_a_moment_falls_on_its_dutch_day(moment: datetime) -> None:
    written = f"'{moment.isoformat()}'"
    assert value(SQL.local_day(written)) == moment.astimezone(AMSTERDAM).date().isoformat()
    assert value(SQL.utc(written)) == moment.replace(tzinfo=None).isoformat(" ", "milliseconds")


@pytest.mark.parametrize(
    ("amount", "rate"),
    [("12.34", "1.171234567"), ("-12.35", "0.5"), ("0.0001", "0.5"), ("98765432.10", "0.925"), ("-1", "1")],
)
def test_an_amount_times_a_rate_is_rounded_half_away_from_zero(amount: str, rate: str) -> None:
    expected = (Decimal(amount) * Decimal(rate)).quantize(Decimal("0.0001"), "ROUND_HALF_UP")
    units = int(Decimal(amount) * 10**4), int(Decimal(rate) * 10**9)
    assert value(SQL.times(*map(str, units))) == int(expected * 10**4)


def test_a_quotient_of_nothing_is_nothing() -> None:
    assert value(SQL.ratio("7", "0", Word.QUANTITY)) is None
    assert value(SQL.ratio("1", "3", Word.QUANTITY)) == 333333


def test_a_key_of_a_record_that_is_not_there_is_nothing() -> None:
    assert value(SQL.id_key("2000001", "'ab'")) == "2000001:ab"
    assert value(SQL.code_key("2000001", "NULL")) is None


def test_a_quote_in_a_text_ends_nothing() -> None:
    assert value(SQL.literal("Creditnota's")) == "Creditnota's"
    assert Tsql().literal("Creditnota's") == "N'Creditnota''s'"
