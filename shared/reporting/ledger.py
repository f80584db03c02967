"""The ledger: its lines, what they move per period, and the balances that follow. Amounts are debit positive here."""

from __future__ import annotations

from shared.reporting.calendar import year_period
from shared.reporting.codes import CARRY_OVER, OPENING, PROCESSED, RESULT_CLOSING, entry_group, listed
from shared.reporting.dialects import Sql
from shared.reporting.model import Query, Role, View, c
from shared.streams.model import Word


def _debit(amount: str) -> str:
    return f"CASE WHEN {amount} > 0 THEN {amount} ELSE 0 END"


def _credit(amount: str) -> str:
    return f"CASE WHEN {amount} < 0 THEN -{amount} ELSE 0 END"


def _lines(sql: Sql) -> Query:
    serial = year_period("l.FinancialYear", "l.FinancialPeriod")
    columns = (
        c("line_id", Word.KEY, "l.ID"),
        c("division", Word.VERSION, "l._division"),
        c("entry_id", Word.KEY, "l.EntryID"),
        c("entry_number", Word.NUMBER, "l.EntryNumber"),
        c("line_number", Word.NUMBER, "l.LineNumber"),
        c("entry_date", Word.DAY, "l.Date"),
        c("fiscal_period_key", Word.CODE, sql.code_key("l._division", f"({serial})")),
        c("fiscal_year", Word.NUMBER, "l.FinancialYear"),
        c("fiscal_period", Word.NUMBER, "l.FinancialPeriod"),
        c("journal_key", Word.CODE, sql.code_key("l._division", "l.JournalCode")),
        c("gl_account_key", Word.CODE, sql.id_key("l._division", "l.GLAccount")),
        c("relation_key", Word.CODE, sql.id_key("l._division", "l.Account")),
        c("cost_center_key", Word.CODE, sql.code_key("l._division", "l.CostCenter")),
        c("cost_unit_key", Word.CODE, sql.code_key("l._division", "l.CostUnit")),
        c("project_key", Word.CODE, sql.id_key("l._division", "l.Project")),
        c("item_key", Word.CODE, sql.id_key("l._division", "l.Item")),
        c("vat_code_key", Word.CODE, sql.code_key("l._division", "l.VATCode")),
        c("entry_type", Word.NUMBER, "l.Type"),
        c("entry_group", Word.CODE, entry_group("l.Type")),
        c("is_processed", Word.FLAG, sql.flag(f"l.Status = {PROCESSED}")),
        c("amount_dc", Word.MONEY, "l.AmountDC"),
        c("debit_dc", Word.MONEY, _debit("l.AmountDC")),
        c("credit_dc", Word.MONEY, _credit("l.AmountDC")),
        c("entry_currency", Word.CODE, "l.Currency"),
        c("amount_fc", Word.MONEY, "l.AmountFC"),
        c("exchange_rate", Word.RATE, "l.ExchangeRate"),
        c("vat_base_fc", Word.MONEY, "l.AmountVATBaseFC"),
        c("vat_fc", Word.MONEY, "l.AmountVATFC"),
        c("quantity", Word.QUANTITY, "l.Quantity"),
        c("invoice_number", Word.NUMBER, "l.InvoiceNumber"),
        c("due_date", Word.DAY, "l.DueDate"),
        c("your_reference", Word.TEXT, "l.YourRef"),
        c("payment_reference", Word.TEXT, "l.PaymentReference"),
        c("line_description", Word.TEXT, "l.Description"),
    )
    return Query(columns, f"FROM {sql.exact('TransactionLines', 'l')}")


def _openings(sql: Sql) -> Query:
    """Openings of converted administrations: in Exact's balance, in no line of a year without a single opening line."""
    lines = (
        f"SELECT 1 FROM {sql.exact('TransactionLines', 'l')} WHERE l.Type = {OPENING} "
        "AND l._division = b._division AND l.FinancialYear = b.ReportingYear"
    )
    tail = (
        f"FROM {sql.exact('ReportingBalance', 'b')} WHERE b.Type = {OPENING} AND NOT EXISTS ({lines}) "
        "GROUP BY b._division, b.ReportingYear, b.ReportingPeriod, b.GLAccount"
    )
    columns = (
        c("division", Word.VERSION, "b._division"),
        c("fiscal_year", Word.NUMBER, "b.ReportingYear"),
        c("fiscal_period", Word.NUMBER, "b.ReportingPeriod"),
        c("gl_account", Word.KEY, "b.GLAccount"),
        c("gl_account_key", Word.CODE, sql.id_key("b._division", "b.GLAccount")),
        c("debit_dc", Word.MONEY, "SUM(b.AmountDebit)"),
        c("credit_dc", Word.MONEY, "SUM(b.AmountCredit)"),
        c("amount_dc", Word.MONEY, "SUM(b.Amount)"),
    )
    return Query(columns, tail)


def _summed(sql: Sql, *by: str) -> str:
    """Lines and openings outside them, added up by the columns of a line that are named besides period and account."""
    base = "l._division AS division, l.FinancialYear AS fiscal_year, l.FinancialPeriod AS fiscal_period, "
    base += "l.GLAccount AS gl_account, l.Type AS entry_type, l.Status AS status"
    more = "".join(f", l.{name} AS {name}" for name in by)
    group = "l._division, l.GLAccount, l.FinancialYear, l.FinancialPeriod, l.Type, l.Status"
    group += "".join(f", l.{name}" for name in by)
    opened = {"Currency": "d.Currency"}
    empty = "".join(f", {opened.get(name, 'NULL')} AS {name}" for name in by)
    return (
        f"SELECT {base}{more}, SUM({_debit('l.AmountDC')}) AS debit_dc, SUM({_credit('l.AmountDC')}) AS credit_dc, "
        "COALESCE(SUM(l.AmountDC), 0) AS amount_dc, COALESCE(SUM(l.AmountFC), 0) AS amount_fc, COUNT(*) AS line_count "
        f"FROM {sql.exact('TransactionLines', 'l')} GROUP BY {group}\nUNION ALL\n"
        f"SELECT o.division, o.fiscal_year, o.fiscal_period, o.gl_account, {OPENING}, {PROCESSED}{empty}, "
        f"o.debit_dc, o.credit_dc, o.amount_dc, o.amount_dc, 0 FROM {sql.view('openings_outside_lines', 'o')} "
        f"LEFT JOIN {sql.exact('Divisions', 'd')} ON d.Code = o.division"
    )


def _account_movements(sql: Sql) -> Query:
    of = "TransactionLines, openings_outside_lines"
    columns = (
        c("division", Word.VERSION, "s.division", of),
        c("fiscal_year", Word.NUMBER, "s.fiscal_year", of),
        c("fiscal_period", Word.NUMBER, "s.fiscal_period", of),
        c("fiscal_year_period", Word.NUMBER, year_period("s.fiscal_year", "s.fiscal_period"), of),
        c("gl_account", Word.KEY, "s.gl_account", of),
        c("entry_type", Word.NUMBER, "s.entry_type", of),
        c("entry_status", Word.NUMBER, "s.status", of),
        c("debit_dc", Word.MONEY, "s.debit_dc", of),
        c("credit_dc", Word.MONEY, "s.credit_dc", of),
        c("amount_dc", Word.MONEY, "s.amount_dc", of),
        c("line_count", Word.NUMBER, "s.line_count", of),
    )
    return Query(columns, "FROM summed AS s", {"summed": _summed(sql)})


def _period_movements(sql: Sql) -> Query:
    of = "TransactionLines, openings_outside_lines"
    serial = year_period("s.fiscal_year", "s.fiscal_period")
    columns = (
        c("division", Word.VERSION, "s.division", of),
        c("fiscal_period_key", Word.CODE, sql.code_key("s.division", f"({serial})"), of),
        c("fiscal_year", Word.NUMBER, "s.fiscal_year", of),
        c("fiscal_period", Word.NUMBER, "s.fiscal_period", of),
        c("gl_account_key", Word.CODE, sql.id_key("s.division", "s.gl_account"), of),
        c("cost_center_key", Word.CODE, sql.code_key("s.division", "s.CostCenter"), of),
        c("cost_unit_key", Word.CODE, sql.code_key("s.division", "s.CostUnit"), of),
        c("entry_type", Word.NUMBER, "s.entry_type", of),
        c("entry_group", Word.CODE, entry_group("s.entry_type"), of),
        c("is_processed", Word.FLAG, sql.flag(f"s.status = {PROCESSED}"), of),
        c("debit_dc", Word.MONEY, "s.debit_dc", of),
        c("credit_dc", Word.MONEY, "s.credit_dc", of),
        c("amount_dc", Word.MONEY, "s.amount_dc", of),
        c("entry_currency", Word.CODE, "s.Currency", of),
        c("amount_fc", Word.MONEY, "s.amount_fc", of),
        c("line_count", Word.NUMBER, "s.line_count", of),
    )
    return Query(columns, "FROM summed AS s", {"summed": _summed(sql, "CostCenter", "CostUnit", "Currency")})


def _grid(sql: Sql) -> dict[str, str]:
    """Every period of every account from its first movement to the last of its administration.

    A profit and loss account has rows only in years in which it moved; the balance sheet goes on from year to year.
    """
    closing = f"m.entry_type IN {listed(RESULT_CLOSING)}"
    own = {
        "debit": f"CASE WHEN {closing} THEN 0 ELSE m.debit_dc END",
        "credit": f"CASE WHEN {closing} THEN 0 ELSE m.credit_dc END",
        "amount": f"CASE WHEN {closing} THEN 0 ELSE m.amount_dc END",
        "closing": f"CASE WHEN {closing} THEN m.amount_dc ELSE 0 END",
        "unprocessed": f"CASE WHEN {closing} OR m.entry_status = {PROCESSED} THEN 0 ELSE m.amount_dc END",
    }
    sums = ", ".join(f"SUM({expression}) AS {name}" for name, expression in own.items())
    by = "m.division, m.gl_account, m.fiscal_year, m.fiscal_period, m.fiscal_year_period"
    filled = ", ".join(f"COALESCE(m.{name}, 0) AS {name}" for name in own)
    serial = year_period("f.FinYear", "f.FinPeriod")
    return {
        "moved": f"SELECT {by}, {sums} FROM {sql.view('account_movements', 'm')} "
        f"WHERE m.entry_type NOT IN {listed(CARRY_OVER)} GROUP BY {by}",
        "accounts": "SELECT m.division, m.gl_account, CASE WHEN MIN(g.BalanceType) = 'W' THEN 'W' ELSE 'B' END "
        "AS balance_type, MIN(m.fiscal_year_period) AS first_period FROM moved AS m "
        f"LEFT JOIN {sql.exact('GLAccounts', 'g')} ON g._division = m.division AND g.ID = m.gl_account "
        "GROUP BY m.division, m.gl_account",
        "years": "SELECT m.division, m.gl_account, m.fiscal_year FROM moved AS m "
        "GROUP BY m.division, m.gl_account, m.fiscal_year",
        "ends": "SELECT m.division, MAX(m.fiscal_year_period) AS last_period FROM moved AS m GROUP BY m.division",
        "periods": f"SELECT f._division AS division, f.FinYear AS fiscal_year, f.FinPeriod AS fiscal_period, "
        f"{serial} AS fiscal_year_period FROM {sql.exact('FinancialPeriods', 'f')}\nUNION\n"
        "SELECT m.division, m.fiscal_year, m.fiscal_period, m.fiscal_year_period FROM moved AS m",
        "grid": "SELECT a.division, a.gl_account, a.balance_type, p.fiscal_year, p.fiscal_period, "
        "p.fiscal_year_period FROM accounts AS a JOIN ends AS e ON e.division = a.division "
        "JOIN periods AS p ON p.division = a.division AND p.fiscal_year_period >= a.first_period "
        "AND p.fiscal_year_period <= e.last_period LEFT JOIN years AS y ON y.division = a.division "
        "AND y.gl_account = a.gl_account AND y.fiscal_year = p.fiscal_year "
        "WHERE a.balance_type = 'B' OR y.fiscal_year IS NOT NULL",
        "filled": f"SELECT g.division, g.gl_account, g.balance_type, g.fiscal_year, g.fiscal_period, "
        f"g.fiscal_year_period, {filled} FROM grid AS g LEFT JOIN moved AS m ON m.division = g.division "
        "AND m.gl_account = g.gl_account AND m.fiscal_year_period = g.fiscal_year_period",
    }


def _balances(sql: Sql) -> Query:
    """The carried balances.

    The closing of a year's result reaches the balance sheet at the start of the next year, so that a year looks the
    same before and after it is closed.
    """

    def running(what: str, by: str) -> str:
        return f"SUM({what}) OVER (PARTITION BY {by} ORDER BY f.fiscal_year_period ROWS UNBOUNDED PRECEDING)"

    account, year = "f.division, f.gl_account", "f.division, f.gl_account, f.fiscal_year"
    columns = "f.division, f.gl_account, f.balance_type, f.fiscal_year, f.fiscal_period, f.fiscal_year_period"
    common = _grid(sql) | {
        "carried": f"SELECT {columns}, f.debit, f.credit, f.amount, f.closing, f.unprocessed, "
        f"{running('f.debit', year)} AS year_debit, {running('f.credit', year)} AS year_credit, "
        f"{running('f.amount', year)} AS year_amount, {running('f.amount + f.closing', account)} "
        f"- {running('f.closing', year)} AS balance FROM filled AS f",
        "ended": "SELECT c.*, CASE WHEN c.balance_type = 'W' THEN c.year_amount ELSE c.balance END AS closing_balance "
        "FROM carried AS c",
    }
    of = "account_movements.amount_dc"
    shown = (
        c("division", Word.VERSION, "e.division", "account_movements.division"),
        c(
            "fiscal_period_key",
            Word.CODE,
            sql.code_key("e.division", "e.fiscal_year_period"),
            "account_movements.fiscal_year_period",
        ),
        c("fiscal_year", Word.NUMBER, "e.fiscal_year", "account_movements, FinancialPeriods"),
        c(
            "fiscal_period",
            Word.NUMBER,
            "e.fiscal_period",
            "account_movements, FinancialPeriods",
        ),
        c("fiscal_year_period", Word.NUMBER, "e.fiscal_year_period", "account_movements.fiscal_year_period"),
        c("gl_account_key", Word.CODE, sql.id_key("e.division", "e.gl_account"), "account_movements.gl_account"),
        c("balance_type", Word.CODE, "e.balance_type", "GLAccounts.BalanceType"),
        c("year_opening_dc", Word.MONEY, "e.closing_balance - e.year_amount", of),
        c("opening_dc", Word.MONEY, "e.closing_balance - e.amount", of),
        c("debit_dc", Word.MONEY, "e.debit", "account_movements.debit_dc"),
        c("credit_dc", Word.MONEY, "e.credit", "account_movements.credit_dc"),
        c("movement_dc", Word.MONEY, "e.amount", of),
        c("unprocessed_dc", Word.MONEY, "e.unprocessed", of),
        c("year_debit_dc", Word.MONEY, "e.year_debit", "account_movements.debit_dc"),
        c("year_credit_dc", Word.MONEY, "e.year_credit", "account_movements.credit_dc"),
        c("year_to_date_dc", Word.MONEY, "e.year_amount", of),
        c("closing_dc", Word.MONEY, "e.closing_balance", of),
        c("result_closing_dc", Word.MONEY, "e.closing", of),
    )
    return Query(shown, "FROM ended AS e", common)


def _budgets(sql: Sql) -> Query:
    serial = year_period("b.ReportingYear", "b.ReportingPeriod")
    tail = (
        f"FROM {sql.exact('Budgets', 'b')} LEFT JOIN {sql.exact('BudgetScenarios', 's')} "
        "ON s._division = b._division AND s.ID = b.BudgetScenario"
    )
    columns = (
        c("division", Word.VERSION, "b._division"),
        c("budget_scenario_code", Word.CODE, "s.Code"),
        c("budget_scenario_name", Word.TEXT, "s.Description"),
        c("fiscal_period_key", Word.CODE, sql.code_key("b._division", f"({serial})")),
        c("fiscal_year", Word.NUMBER, "b.ReportingYear"),
        c("fiscal_period", Word.NUMBER, "b.ReportingPeriod"),
        c("gl_account_key", Word.CODE, sql.id_key("b._division", "b.GLAccount")),
        c("cost_center_key", Word.CODE, sql.code_key("b._division", "b.Costcenter")),
        c("cost_unit_key", Word.CODE, sql.code_key("b._division", "b.Costunit")),
        c("item_key", Word.CODE, sql.id_key("b._division", "b.Item")),
        c("amount_dc", Word.MONEY, "b.AmountDC"),
    )
    return Query(columns, tail)


VIEWS = (
    View("ledger_lines", Role.FACT, _lines),
    View("openings_outside_lines", Role.AID, _openings),
    View("account_movements", Role.AID, _account_movements),
    View("period_movements", Role.FACT, _period_movements),
    View("period_balances", Role.FACT, _balances),
    View("budgets", Role.FACT, _budgets),
)
