"""Time: calendar days, fiscal periods of each division, and the days a list of open items is drawn up for."""

from __future__ import annotations

from datetime import date

from shared.reporting.dialects import Sql
from shared.reporting.model import Query, Role, View, c
from shared.streams.model import Word


def year_period(year: str, period: str) -> str:
    """Year and period as one number that sorts: 2026003."""
    return f"{year} * 1000 + {period}"


def _days(sql: Sql) -> dict[str, str]:
    """Every day from the first to the last day of the fiscal periods: ten thousand at most, which is 27 years."""
    number = "d1.n + 10 * d2.n + 100 * d3.n + 1000 * d4.n"
    return {
        "digits": f"SELECT v.n AS n FROM {sql.values('v', ['n'], [[n] for n in range(10)])}",
        "span": "SELECT MIN(f.StartDate) AS first_day, MAX(f.EndDate) AS last_day "
        f"FROM {sql.exact('FinancialPeriods', 'f')}",
        "days": f"SELECT {sql.plus('span.first_day', number)} AS day FROM span CROSS JOIN digits AS d1 "
        "CROSS JOIN digits AS d2 CROSS JOIN digits AS d3 CROSS JOIN digits AS d4 "
        f"WHERE {number} <= {sql.days('span.first_day', 'span.last_day')}",
    }


def _calendar(sql: Sql) -> Query:
    year, month = sql.part("year", "d.day"), sql.part("month", "d.day")
    of = "FinancialPeriods.StartDate, FinancialPeriods.EndDate"
    columns = (
        c("calendar_date", Word.DAY, "d.day", of),
        c("calendar_year", Word.NUMBER, year, of),
        c("calendar_quarter", Word.NUMBER, f"({month} + 2) / 3", of),
        c("calendar_month", Word.NUMBER, month, of),
        c("calendar_year_month", Word.NUMBER, f"{year} * 100 + {month}", of),
        c("day_of_month", Word.NUMBER, sql.part("day", "d.day"), of),
        c("iso_week", Word.NUMBER, sql.week("d.day"), of),
        c("iso_weekday", Word.NUMBER, sql.weekday("d.day"), of),
        c("is_month_end", Word.FLAG, sql.flag(f"d.day = {sql.month_end('d.day')}"), of),
    )
    return Query(columns, "FROM days AS d", _days(sql))


def _fiscal_periods(sql: Sql) -> Query:
    serial = year_period("f.FinYear", "f.FinPeriod")
    tail = f"FROM {sql.exact('FinancialPeriods', 'f')}"
    columns = (
        c("fiscal_period_key", Word.CODE, sql.code_key("f._division", f"({serial})")),
        c("division", Word.VERSION, "f._division"),
        c("fiscal_year", Word.NUMBER, "f.FinYear"),
        c("fiscal_period", Word.NUMBER, "f.FinPeriod"),
        c("fiscal_year_period", Word.NUMBER, serial),
        c("start_date", Word.DAY, "f.StartDate"),
        c("end_date", Word.DAY, "f.EndDate"),
        c(
            "calendar_year_month",
            Word.NUMBER,
            f"{sql.part('year', 'f.EndDate')} * 100 + {sql.part('month', 'f.EndDate')}",
        ),
    )
    return Query(columns, tail)


def _run_days(sql: Sql) -> Query:
    tail = f"FROM {sql.sync('runs', 'r')}"
    columns = (
        c("run", Word.VERSION, "r.run"),
        c("run_at_utc", Word.LOCAL_TIME, sql.utc("r.written_at")),
        c("run_date", Word.DAY, sql.local_day("r.written_at")),
    )
    return Query(columns, tail)


def _reference_dates(sql: Sql) -> Query:
    runs = sql.view("run_days", "r")
    common = _days(sql) | {
        "known": f"SELECT r.run_date AS run_date, MAX(r.run) AS run FROM {runs} GROUP BY r.run_date",
        "latest": "SELECT MAX(k.run_date) AS run_date FROM known AS k",
        "chosen": "SELECT d.day AS day FROM days AS d CROSS JOIN latest AS t "
        f"WHERE d.day < t.run_date AND d.day = {sql.month_end('d.day')} "
        "UNION ALL SELECT t.run_date AS day FROM latest AS t WHERE t.run_date IS NOT NULL",
    }
    columns = (
        c("as_at", Word.DAY, "c.day", "FinancialPeriods.StartDate, run_days.run_date"),
        c("is_latest", Word.FLAG, sql.flag("c.day = t.run_date"), "run_days.run_date"),
        c("known_run", Word.VERSION, "MAX(k.run)", "run_days.run"),
    )
    tail = (
        "FROM chosen AS c CROSS JOIN latest AS t LEFT JOIN known AS k ON k.run_date <= c.day GROUP BY c.day, t.run_date"
    )
    return Query(columns, tail, common)


def one_date(sql: Sql, day: date) -> str:
    """A table of one reference date, to stand in for the view `reference_dates`."""
    at = sql.day(day)
    return f"SELECT {at} AS as_at, MAX(k.run) AS known_run FROM {sql.view('run_days', 'k')} WHERE k.run_date <= {at}"


VIEWS = (
    View("calendar", Role.DIMENSION, _calendar),
    View("fiscal_periods", Role.DIMENSION, _fiscal_periods),
    View("run_days", Role.AID, _run_days),
    View("reference_dates", Role.AID, _reference_dates),
)
