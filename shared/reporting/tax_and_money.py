"""VAT per code and period, and what stands in foreign currencies."""

from __future__ import annotations

from shared.reporting.calendar import year_period
from shared.reporting.codes import CARRY_OVER, LIQUID, MATCHED, VAT, listed
from shared.reporting.dialects import Sql
from shared.reporting.model import Query, Role, View, c
from shared.streams.model import Word


def _vat(sql: Sql) -> Query:
    """What lines with a VAT code say, per currency of the entry; sales are turned, so that turnover is positive.

    Exact gives base and VAT of a line in the entry's currency only; the division's own is worked out with the line's
    rate. Beside it stands what was booked on the VAT accounts, which are other lines.
    """
    by = "l._division, l.FinancialYear, l.FinancialPeriod, l.VATCode, l.VATType, l.Currency"
    turned = "CASE WHEN x.VATType = 'P' THEN 1 ELSE -1 END"
    common = {
        "x": f"SELECT {by}, SUM(l.AmountVATBaseFC) AS base_fc, SUM(l.AmountVATFC) AS vat_fc, "
        f"SUM({sql.times('l.AmountVATBaseFC', 'l.ExchangeRate')}) AS base_dc, "
        f"SUM({sql.times('l.AmountVATFC', 'l.ExchangeRate')}) AS vat_dc, "
        f"SUM(CASE WHEN g.Type = {VAT} THEN l.AmountDC ELSE 0 END) AS booked_dc, COUNT(*) AS line_count "
        f"FROM {sql.exact('TransactionLines', 'l')} JOIN {sql.exact('GLAccounts', 'g')} "
        f"ON g._division = l._division AND g.ID = l.GLAccount WHERE l.VATCode IS NOT NULL GROUP BY {by}",
    }
    tail = f"FROM x LEFT JOIN {sql.exact('VATCodes', 'v')} ON v._division = x._division AND v.Code = x.VATCode"
    serial = year_period("x.FinancialYear", "x.FinancialPeriod")
    line = "TransactionLines"
    columns = (
        c("division", Word.VERSION, "x._division", f"{line}._division"),
        c("fiscal_period_key", Word.CODE, sql.code_key("x._division", f"({serial})"), f"{line}.FinancialPeriod"),
        c("fiscal_year", Word.NUMBER, "x.FinancialYear", f"{line}.FinancialYear"),
        c("fiscal_period", Word.NUMBER, "x.FinancialPeriod", f"{line}.FinancialPeriod"),
        c("vat_code_key", Word.CODE, sql.code_key("x._division", "x.VATCode"), f"{line}.VATCode"),
        c("vat_code", Word.CODE, "x.VATCode", f"{line}.VATCode"),
        c("vat_code_name", Word.TEXT, "v.Description"),
        c("vat_side", Word.CODE, "CASE WHEN x.VATType = 'P' THEN 'purchase' ELSE 'sales' END", f"{line}.VATType"),
        c("entry_currency", Word.CODE, "x.Currency", f"{line}.Currency"),
        c("taxable_fc", Word.MONEY, f"x.base_fc * {turned}", f"{line}.AmountVATBaseFC"),
        c("tax_fc", Word.MONEY, f"x.vat_fc * {turned}", f"{line}.AmountVATFC"),
        c("taxable_dc", Word.MONEY, f"x.base_dc * {turned}", f"{line}.AmountVATBaseFC, {line}.ExchangeRate"),
        c("tax_dc", Word.MONEY, f"x.vat_dc * {turned}", f"{line}.AmountVATFC, {line}.ExchangeRate"),
        c("tax_booked_dc", Word.MONEY, f"x.booked_dc * {turned}", f"{line}.AmountDC"),
        c("line_count", Word.NUMBER, "x.line_count", line),
    )
    return Query(columns, tail, common)


def _currency_position(sql: Sql) -> Query:
    """What each foreign currency amounts to now, beside its value in the books. A liability is negative here."""
    liquid = (
        "SELECT l._division AS division, l.Currency AS currency, 0 AS receivable_fc, 0 AS payable_fc, "
        f"SUM(l.AmountFC) AS liquid_fc, SUM(l.AmountDC) AS book_dc FROM {sql.exact('GLAccounts', 'g')} "
        f"JOIN {sql.exact('TransactionLines', 'l')} ON l._division = g._division AND l.GLAccount = g.ID "
        f"WHERE g.Type IN {listed(LIQUID)} AND l.Type NOT IN {listed(CARRY_OVER)} GROUP BY l._division, l.Currency"
    )
    items = (
        "SELECT p._division, p.Currency, SUM(CASE WHEN p.LineType = 20 THEN -p.AmountFC ELSE 0 END), "
        "SUM(CASE WHEN p.LineType = 22 THEN -p.AmountFC ELSE 0 END), 0, SUM(-p.AmountDC) "
        f"FROM {sql.exact('PaymentTerms', 'p')} WHERE p.Status < {MATCHED} GROUP BY p._division, p.Currency"
    )
    common = {
        "parts": f"{liquid}\nUNION ALL\n{items}",
        "positions": "SELECT q.division, q.currency, SUM(q.receivable_fc) AS receivable_fc, "
        "SUM(q.payable_fc) AS payable_fc, SUM(q.liquid_fc) AS liquid_fc, SUM(q.book_dc) AS book_dc "
        "FROM parts AS q GROUP BY q.division, q.currency",
        "today": f"SELECT MAX(r.run_date) AS as_at FROM {sql.view('run_days', 'r')}",
        "dated": "SELECT e._division AS division, e.SourceCurrency AS source, e.TargetCurrency AS target, "
        "e.Rate AS rate, e.StartDate AS start_date, ROW_NUMBER() OVER (PARTITION BY e._division, e.SourceCurrency, "
        "e.TargetCurrency ORDER BY e.StartDate DESC, e.ID) AS place "
        f"FROM {sql.exact('ExchangeRates', 'e')} CROSS JOIN today AS t WHERE e.StartDate <= t.as_at",
        "valued": "SELECT q.*, q.receivable_fc + q.payable_fc + q.liquid_fc AS net_fc, d.Currency AS own_currency, "
        f"w.rate, w.start_date FROM positions AS q JOIN {sql.exact('Divisions', 'd')} ON d.Code = q.division "
        "LEFT JOIN dated AS w ON w.division = q.division AND w.source = q.currency AND w.target = d.Currency "
        "AND w.place = 1 WHERE q.currency <> d.Currency",
    }
    both = "TransactionLines.AmountFC, PaymentTerms.AmountFC"
    value = sql.times("y.net_fc", "y.rate")
    columns = (
        c("division", Word.VERSION, "y.division", "TransactionLines._division, PaymentTerms._division"),
        c("currency", Word.CODE, "y.own_currency", "Divisions.Currency"),
        c("entry_currency", Word.CODE, "y.currency", "TransactionLines.Currency, PaymentTerms.Currency"),
        c("receivable_fc", Word.MONEY, "y.receivable_fc", "PaymentTerms.AmountFC"),
        c("payable_fc", Word.MONEY, "y.payable_fc", "PaymentTerms.AmountFC"),
        c("liquid_fc", Word.MONEY, "y.liquid_fc", "TransactionLines.AmountFC"),
        c("net_fc", Word.MONEY, "y.net_fc", both),
        c("book_value_dc", Word.MONEY, "y.book_dc", "TransactionLines.AmountDC, PaymentTerms.AmountDC"),
        c("rate", Word.RATE, "y.rate", "ExchangeRates.Rate"),
        c("rate_date", Word.DAY, "y.start_date", "ExchangeRates.StartDate"),
        c("value_dc", Word.MONEY, value, f"{both}, ExchangeRates.Rate"),
        c("unrealised_dc", Word.MONEY, f"{value} - y.book_dc", f"{both}, ExchangeRates.Rate"),
    )
    return Query(columns, "FROM valued AS y", common)


VIEWS = (
    View("vat_per_period", Role.QUESTION, _vat),
    View("currency_position", Role.QUESTION, _currency_position),
)
