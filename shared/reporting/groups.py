"""Several administrations side by side: on one classification scheme, and only where the currency is the same."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from shared.reporting.dialects import Sql
from shared.reporting.model import Query, Role, View, c
from shared.streams.model import SCALE, Word


def _unmapped(sql: Sql) -> Query:
    """What has no place in a scheme. A division without RGS has a row for it all the same: nothing is mapped there."""
    own = sql.view("classification_schemes", "s")
    common = {
        "schemes": f"SELECT s.division, s.scheme_key, s.scheme_code, s.is_rgs FROM {own}\nUNION ALL\n"
        f"SELECT d.division, NULL, 'RGS', {sql.flag('1 = 1')} FROM {sql.view('divisions', 'd')} "
        f"WHERE NOT EXISTS (SELECT 1 FROM {own} WHERE s.division = d.division AND s.is_rgs = 1)",
        "balances": "SELECT b.*, ROW_NUMBER() OVER (PARTITION BY b.division, b.gl_account_key, b.fiscal_year "
        f"ORDER BY b.fiscal_period DESC) AS place FROM {sql.view('period_balances', 'b')}",
        "placed": "SELECT b.division, b.fiscal_year, b.balance_type, b.year_debit_dc + b.year_credit_dc AS turnover, "
        "b.closing_dc, h.scheme_code, h.is_rgs, CASE WHEN m.is_mapped = 1 THEN 0 ELSE 1 END AS gap "
        "FROM balances AS b JOIN schemes AS h ON h.division = b.division "
        f"LEFT JOIN {sql.view('gl_account_classifications', 'm')} ON m.gl_account_key = b.gl_account_key "
        "AND m.scheme_key = h.scheme_key WHERE b.place = 1",
    }
    turnover, closing = "period_balances.year_debit_dc, period_balances.year_credit_dc", "period_balances.closing_dc"
    gap = "CASE WHEN p.gap = 1 {} THEN {} ELSE 0 END"
    columns = (
        c("division", Word.VERSION, "p.division", "period_balances.division"),
        c("scheme_code", Word.CODE, "p.scheme_code", "classification_schemes.scheme_code"),
        c("is_rgs", Word.FLAG, "p.is_rgs", "classification_schemes.is_rgs"),
        c("fiscal_year", Word.NUMBER, "p.fiscal_year", "period_balances.fiscal_year"),
        c("accounts_used", Word.NUMBER, "COUNT(*)", "period_balances.gl_account_key"),
        c("accounts_unmapped", Word.NUMBER, "SUM(p.gap)", "gl_account_classifications.is_mapped"),
        c("turnover_dc", Word.MONEY, "SUM(p.turnover)", turnover),
        c("unmapped_turnover_dc", Word.MONEY, f"SUM({gap.format('', 'p.turnover')})", turnover),
        c(
            "unmapped_balance_dc",
            Word.MONEY,
            f"SUM({gap.format("AND p.balance_type = 'B'", 'p.closing_dc')})",
            closing,
        ),
        c(
            "unmapped_result_dc",
            Word.MONEY,
            f"SUM({gap.format("AND p.balance_type = 'W'", '-p.closing_dc')})",
            closing,
        ),
    )
    tail = "FROM placed AS p GROUP BY p.division, p.scheme_code, p.is_rgs, p.fiscal_year"
    return Query(columns, tail, common)


def _months(sql: Sql) -> str:
    """Results and balances by the calendar month in which a fiscal period ends, classified by each scheme."""
    return (
        "SELECT d.currency, b.division, f.calendar_year_month, m.scheme_code, m.classification_code, "
        "m.classification_name, b.balance_type, -b.movement_dc AS result FROM "
        f"{sql.view('period_balances', 'b')} JOIN {sql.view('divisions', 'd')} ON d.division = b.division "
        f"JOIN {sql.view('fiscal_periods', 'f')} ON f.fiscal_period_key = b.fiscal_period_key "
        f"JOIN {sql.view('gl_account_classifications', 'm')} ON m.gl_account_key = b.gl_account_key "
        "WHERE b.balance_type = 'W'"
    )


def consolidated(sql: Sql, target: str = "", rates: Mapping[str, Decimal] | None = None) -> Query:
    """Results of all divisions per calendar month and classification, per currency.

    With a `target` currency and a named rate per other currency (what one unit of it is worth in the target's) all
    come together in it; a currency without a rate stays on rows of its own, and is never added to another.
    """
    common = {"months": _months(sql)}
    currency, result = "x.currency", "SUM(x.result)"
    tail = "FROM months AS x"
    if rates:
        units = [(each, int(rate.scaleb(SCALE[Word.RATE]))) for each, rate in sorted(rates.items())]
        common["rates"] = f"SELECT v.currency, v.rate FROM {sql.values('v', ['currency', 'rate'], units)}"
        tail += " LEFT JOIN rates AS r ON r.currency = x.currency"
        currency = f"CASE WHEN r.rate IS NULL THEN x.currency ELSE {sql.literal(target)} END"
        rate = sql.unscaled("r.rate", Word.RATE)
        result = f"SUM(CASE WHEN r.rate IS NULL THEN x.result ELSE {sql.times('x.result', rate)} END)"
    tail += f" GROUP BY {currency}, x.calendar_year_month, x.scheme_code, x.classification_code, x.classification_name"
    classified = "gl_account_classifications"
    columns = (
        c("currency", Word.CODE, currency, "divisions.currency"),
        c("calendar_year_month", Word.NUMBER, "x.calendar_year_month", "fiscal_periods.calendar_year_month"),
        c("scheme_code", Word.CODE, "x.scheme_code", f"{classified}.scheme_code"),
        c("classification_code", Word.CODE, "x.classification_code", f"{classified}.classification_code"),
        c("classification_name", Word.TEXT, "x.classification_name", f"{classified}.classification_name"),
        c("division_count", Word.NUMBER, "COUNT(DISTINCT x.division)", "period_balances.division"),
        c("result_dc", Word.MONEY, result, "period_balances.movement_dc"),
    )
    return Query(columns, tail, common)


VIEWS = (
    View("unmapped_amounts", Role.QUESTION, _unmapped),
    View("consolidated_results", Role.QUESTION, consolidated),
)
