"""Statements: trial balance, balance sheet, profit and loss, budget beside result. All rest on the period balances.

Every year's result stays with its year: while a year runs it is one line of the balance sheet; in later years what was
not yet closed into equity is a line of its own, per year it comes from. So the lines of a statement add up to nothing
(trial balance) or to the same on both sides (balance sheet) in every period, whether or not years were closed.
"""

from __future__ import annotations

from shared.reporting.dialects import Sql
from shared.reporting.model import Column, Query, Role, View, c
from shared.streams.model import Word

_PERIOD = "b.division, b.fiscal_year, b.fiscal_period, b.fiscal_year_period"


def _results(sql: Sql) -> dict[str, str]:
    """The balances, and what each earlier year left unappropriated, in every later period (ledger sign)."""
    return {
        "balances": f"SELECT b.* FROM {sql.view('period_balances', 'b')}",
        "periods": f"SELECT {_PERIOD} FROM balances AS b GROUP BY {_PERIOD}",
        "results": "SELECT b.division, b.fiscal_year, SUM(b.movement_dc + b.result_closing_dc) AS amount "
        "FROM balances AS b WHERE b.balance_type = 'W' GROUP BY b.division, b.fiscal_year",
        "earlier": f"SELECT {_PERIOD}, r.fiscal_year AS result_year, r.amount FROM periods AS b "
        "JOIN results AS r ON r.division = b.division AND r.fiscal_year < b.fiscal_year AND r.amount <> 0",
    }


def _account(sql: Sql, source: str) -> str:
    """Names of the account of `source`, its own record's."""
    return f"LEFT JOIN {sql.view('gl_accounts', 'g')} ON g.gl_account_key = {source}.gl_account_key"


def _named() -> tuple[Column, ...]:
    return (
        c("gl_account_key", Word.CODE, "x.gl_account_key", "period_balances.gl_account_key"),
        c("gl_account_code", Word.CODE, "g.gl_account_code"),
        c("gl_account_name", Word.TEXT, "g.gl_account_name"),
        c("gl_account_type", Word.NUMBER, "g.gl_account_type"),
    )


def _when(sql: Sql) -> tuple[Column, ...]:
    return (
        c("division", Word.VERSION, "x.division", "period_balances.division"),
        c(
            "fiscal_period_key",
            Word.CODE,
            sql.code_key("x.division", "x.fiscal_year_period"),
            "period_balances.fiscal_year_period",
        ),
        c("fiscal_year", Word.NUMBER, "x.fiscal_year", "period_balances.fiscal_year"),
        c("fiscal_period", Word.NUMBER, "x.fiscal_period", "period_balances.fiscal_period"),
    )


def _trial_balance(sql: Sql) -> Query:
    amounts = "year_opening_dc, year_debit_dc, year_credit_dc, year_to_date_dc, closing_dc"
    own = ", ".join(f"b.{name}" for name in amounts.split(", "))
    common = _results(sql) | {
        "everything": f"SELECT {_PERIOD}, 'account' AS line_kind, b.fiscal_year AS result_year, b.gl_account_key, "
        f"b.balance_type, {own} FROM balances AS b\nUNION ALL\n"
        f"SELECT {_PERIOD}, 'result_of_earlier_year', b.result_year, NULL, 'B', b.amount, 0, 0, 0, b.amount "
        "FROM earlier AS b",
    }
    debit = "CASE WHEN x.closing_dc > 0 THEN x.closing_dc ELSE 0 END"
    credit = "CASE WHEN x.closing_dc < 0 THEN -x.closing_dc ELSE 0 END"
    columns = (
        *_when(sql),
        c("line_kind", Word.CODE, "x.line_kind", "period_balances"),
        c("result_year", Word.NUMBER, "x.result_year", "period_balances.fiscal_year"),
        c("balance_type", Word.CODE, "x.balance_type", "period_balances.balance_type"),
        *_named(),
        *(
            c(name, Word.MONEY, f"x.{name}", f"period_balances.{name}")
            for name in ("year_opening_dc", "year_debit_dc", "year_credit_dc", "year_to_date_dc", "closing_dc")
        ),
        c("balance_debit_dc", Word.MONEY, debit, "period_balances.closing_dc"),
        c("balance_credit_dc", Word.MONEY, credit, "period_balances.closing_dc"),
    )
    return Query(columns, f"FROM everything AS x {_account(sql, 'x')}", common)


def _balance_sheet(sql: Sql) -> Query:
    common = _results(sql) | {
        "everything": f"SELECT {_PERIOD}, 'account' AS line_kind, b.fiscal_year AS result_year, b.gl_account_key, "
        "b.closing_dc AS amount FROM balances AS b WHERE b.balance_type = 'B'\nUNION ALL\n"
        f"SELECT {_PERIOD}, 'result_of_year', b.fiscal_year, NULL, SUM(b.closing_dc) FROM balances AS b "
        f"WHERE b.balance_type = 'W' GROUP BY {_PERIOD}\nUNION ALL\n"
        f"SELECT {_PERIOD}, 'result_of_earlier_year', b.result_year, NULL, b.amount FROM earlier AS b",
    }
    asset = "g.balance_side = 'D'"
    columns = (
        *_when(sql),
        c(
            "section",
            Word.CODE,
            f"CASE WHEN {asset} THEN 'assets' ELSE 'liabilities_and_equity' END",
        ),
        c("line_kind", Word.CODE, "x.line_kind", "period_balances"),
        c("result_year", Word.NUMBER, "x.result_year", "period_balances.fiscal_year"),
        *_named(),
        c(
            "balance_dc",
            Word.MONEY,
            f"CASE WHEN {asset} THEN x.amount ELSE -x.amount END",
            "period_balances.closing_dc",
        ),
    )
    return Query(columns, f"FROM everything AS x {_account(sql, 'x')}", common)


def _profit_and_loss(sql: Sql) -> Query:
    """Income positive, costs negative: what is added up is profit. Closing entries are in no column."""
    common = {
        "results": f"SELECT b.* FROM {sql.view('period_balances', 'b')} WHERE b.balance_type = 'W'",
        # an account that moved last year only still has its row, beside nothing
        "keys": "SELECT b.division, b.gl_account_key, b.fiscal_year, b.fiscal_period FROM results AS b\nUNION\n"
        "SELECT b.division, b.gl_account_key, b.fiscal_year + 1, b.fiscal_period FROM results AS b "
        "JOIN periods AS p ON p.division = b.division AND p.fiscal_year = b.fiscal_year + 1 "
        "AND p.fiscal_period = b.fiscal_period",
        "lines": "SELECT k.division, k.gl_account_key, k.fiscal_year, k.fiscal_period, "
        "k.fiscal_year * 1000 + k.fiscal_period AS fiscal_year_period, "
        "-COALESCE(b.movement_dc, 0) AS result, -COALESCE(b.year_to_date_dc, 0) AS result_year, "
        "-COALESCE(p.movement_dc, 0) AS previous, -COALESCE(p.year_to_date_dc, 0) AS previous_year "
        "FROM keys AS k LEFT JOIN results AS b ON b.division = k.division AND b.gl_account_key = k.gl_account_key "
        "AND b.fiscal_year = k.fiscal_year AND b.fiscal_period = k.fiscal_period LEFT JOIN results AS p "
        "ON p.division = k.division AND p.gl_account_key = k.gl_account_key AND p.fiscal_year = k.fiscal_year - 1 "
        "AND p.fiscal_period = k.fiscal_period",
    }
    periods = "SELECT b.division, b.fiscal_year, b.fiscal_period FROM results AS b "
    periods += "GROUP BY b.division, b.fiscal_year, b.fiscal_period"
    common = {"results": common["results"], "periods": periods} | common
    columns = (
        *_when(sql),
        *_named(),
        c("gl_account_type_nl", Word.TEXT, "g.gl_account_type_nl"),
        c("gl_account_type_en", Word.TEXT, "g.gl_account_type_en"),
        c("result_dc", Word.MONEY, "x.result", "period_balances.movement_dc"),
        c("result_year_to_date_dc", Word.MONEY, "x.result_year", "period_balances.year_to_date_dc"),
        c("previous_year_result_dc", Word.MONEY, "x.previous", "period_balances.movement_dc"),
        c("previous_year_to_date_dc", Word.MONEY, "x.previous_year", "period_balances.year_to_date_dc"),
    )
    return Query(columns, f"FROM lines AS x {_account(sql, 'x')}", common)


def _budget_comparison(sql: Sql) -> Query:
    key = "division, fiscal_year, fiscal_period, gl_account_key"
    common = {
        "budgeted": f"SELECT {_of('u', key)}, u.budget_scenario_code, SUM(u.amount_dc) AS amount "
        f"FROM {sql.view('budgets', 'u')} JOIN {sql.view('gl_accounts', 'a')} "
        f"ON a.gl_account_key = u.gl_account_key AND a.balance_type = 'W' GROUP BY {_of('u', key)}, "
        "u.budget_scenario_code",
        "scenarios": "SELECT u.division, u.fiscal_year, u.budget_scenario_code FROM budgeted AS u "
        "GROUP BY u.division, u.fiscal_year, u.budget_scenario_code",
        "both": f"SELECT {_of('u', key)}, u.budget_scenario_code, 0 AS result, -u.amount AS budget "
        "FROM budgeted AS u\nUNION ALL\n"
        f"SELECT {_of('b', key)}, s.budget_scenario_code, -b.movement_dc, 0 FROM {sql.view('period_balances', 'b')} "
        "JOIN scenarios AS s ON s.division = b.division AND s.fiscal_year = b.fiscal_year WHERE b.balance_type = 'W'",
        "compared": f"SELECT {_of('x', key)}, x.fiscal_year * 1000 + x.fiscal_period AS fiscal_year_period, "
        "x.budget_scenario_code, SUM(x.result) AS result, SUM(x.budget) AS budget FROM both AS x "
        f"GROUP BY {_of('x', key)}, x.budget_scenario_code",
    }
    columns = (
        c("budget_scenario_code", Word.CODE, "x.budget_scenario_code", "budgets.budget_scenario_code"),
        *_when(sql),
        *_named(),
        c("result_dc", Word.MONEY, "x.result", "period_balances.movement_dc"),
        c("budget_dc", Word.MONEY, "x.budget", "budgets.amount_dc"),
        c("difference_dc", Word.MONEY, "x.result - x.budget", "period_balances.movement_dc, budgets.amount_dc"),
    )
    return Query(columns, f"FROM compared AS x {_account(sql, 'x')}", common)


def _of(alias: str, names: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in names.split(", "))


VIEWS = (
    View("trial_balance", Role.QUESTION, _trial_balance),
    View("balance_sheet", Role.QUESTION, _balance_sheet),
    View("profit_and_loss", Role.QUESTION, _profit_and_loss),
    View("budget_comparison", Role.QUESTION, _budget_comparison),
)
