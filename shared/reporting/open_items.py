"""Open items of both sides: now, on any date as the books say now, and as was known then; ageing and paying habits.

A reader's sign: what a customer owes is positive among the receivables, what we owe is positive among the payables.
"""

from __future__ import annotations

from shared.reporting.codes import IN_TRANSIT, INVOICES, MATCHED, PAYABLE, RECEIVABLE, listed
from shared.reporting.dialects import Sql
from shared.reporting.model import Column, Query, Role, View, c
from shared.streams.model import Word

#: days past due, or since the invoice: name of the bucket's column, and its last day (None: no end)
BUCKETS: tuple[tuple[str, int | None], ...] = (
    ("days_0_30_dc", 30),
    ("days_31_60_dc", 60),
    ("days_61_90_dc", 90),
    ("days_over_90_dc", None),
)
NOT_YET_DUE = "not_yet_due_dc"
_SIDE = f"CASE WHEN p.LineType = {RECEIVABLE} THEN 'receivable' WHEN p.LineType = {PAYABLE} THEN 'payable' END"
#: a payment that belongs to no invoice has the day of its own entry
_SINCE = "COALESCE(p.InvoiceDate, p.EntryDate)"
_DUE = f"COALESCE(p.DueDate, {_SINCE})"


def _signed(amount: str) -> str:
    """Exact shows an open receivable negative and an open payable positive."""
    return f"CASE WHEN p.LineType = {RECEIVABLE} THEN -{amount} ELSE {amount} END"


def _identity(sql: Sql) -> tuple[Column, ...]:
    return (
        c("item_id", Word.KEY, "p.ID"),
        c("division", Word.VERSION, "p._division"),
        c("side", Word.CODE, _SIDE),
        c("relation_key", Word.CODE, sql.id_key("p._division", "p.Account")),
        c("gl_account_key", Word.CODE, sql.id_key("p._division", "p.GLAccount")),
        c("invoice_number", Word.NUMBER, "p.InvoiceNumber"),
        c("entry_number", Word.NUMBER, "p.EntryNumber"),
        c("invoice_date", Word.DAY, _SINCE),
        c("due_date", Word.DAY, _DUE),
    )


def _amounts() -> tuple[Column, ...]:
    return (
        c("item_amount_dc", Word.MONEY, _signed("p.AmountDC")),
        c("entry_currency", Word.CODE, "p.Currency"),
        c("item_amount_fc", Word.MONEY, _signed("p.AmountFC")),
    )


def _payment_terms(sql: Sql) -> Query:
    settled = f"p.Status = {MATCHED}"
    columns = (
        *_identity(sql),
        c("journal_key", Word.CODE, sql.code_key("p._division", "p.Journal")),
        c("payment_condition_key", Word.CODE, sql.code_key("p._division", "p.PaymentCondition")),
        c("settled_date", Word.DAY, "p.EndDate"),
        c("item_status", Word.NUMBER, "p.Status"),
        c("is_open", Word.FLAG, sql.flag(f"p.Status < {MATCHED}")),
        c("is_in_transit", Word.FLAG, sql.flag(f"p.Status = {IN_TRANSIT}")),
        *_amounts(),
        c("exchange_rate", Word.RATE, "p.RateFC"),
        c("days_to_pay", Word.NUMBER, f"CASE WHEN {settled} THEN {sql.days(_SINCE, 'p.EndDate')} END"),
        c("days_late", Word.NUMBER, f"CASE WHEN {settled} THEN {sql.days(_DUE, 'p.EndDate')} END"),
        c("your_reference", Word.TEXT, "p.YourRef"),
        c("payment_reference", Word.TEXT, "p.PaymentReference"),
        c("line_description", Word.TEXT, "p.Description"),
        c("settlement_id", Word.KEY, "p.EntryID"),
        c("ledger_line_id", Word.KEY, "p.TransactionID"),
    )
    return Query(columns, f"FROM {sql.exact('PaymentTerms', 'p')}")


def _open_items(sql: Sql) -> Query:
    """What is open now, at the day of the last run."""
    overdue = sql.days(_DUE, "t.as_at")
    columns = (
        c("as_at", Word.DAY, "t.as_at", "run_days.run_date"),
        *_identity(sql),
        c("item_status", Word.NUMBER, "p.Status"),
        c("is_in_transit", Word.FLAG, sql.flag(f"p.Status = {IN_TRANSIT}")),
        *_amounts(),
        c("days_overdue", Word.NUMBER, overdue),
        c("your_reference", Word.TEXT, "p.YourRef"),
        c("line_description", Word.TEXT, "p.Description"),
    )
    common = {"today": f"SELECT MAX(r.run_date) AS as_at FROM {sql.view('run_days', 'r')}"}
    tail = f"FROM {sql.exact('PaymentTerms', 'p')} CROSS JOIN today AS t WHERE p.Status < {MATCHED}"
    return Query(columns, tail, common)


def open_on(sql: Sql, dates: str, *, known: bool) -> Query:
    """Items open on each date of a query that gives `as_at` and `known_run`.

    `known`: from the version of each item that the last run up to that date had stored, else from the books as they
    are now. A date before the first run knows nothing.
    """
    columns = (
        c("as_at", Word.DAY, "t.as_at", "reference_dates.as_at"),
        *_identity(sql),
        c("item_status", Word.NUMBER, "p.Status"),
        *_amounts(),
        c("days_overdue", Word.NUMBER, sql.days(_DUE, "t.as_at")),
        c("days_since_invoice", Word.NUMBER, sql.days(_SINCE, "t.as_at")),
    )
    stands = f"{_SINCE} <= t.as_at AND (p.Status < {MATCHED} OR p.EndDate > t.as_at)"
    # a CROSS JOIN keeps SQLite from reading all items once for each date
    now = f"FROM {sql.exact('PaymentTerms', 'p')} CROSS JOIN ({dates}) AS t WHERE {stands}"
    if not known:
        return Query(columns, now)
    superseded = f"FROM {sql.history('PaymentTerms', 'p')} CROSS JOIN ({dates}) AS t WHERE {stands}"
    arms = (
        Query(columns, f"{now} AND p._run <= t.known_run"),
        Query(columns, f"{superseded} AND p._from <= t.known_run AND p._to > t.known_run"),
    )
    everything = "\nUNION ALL\n".join(arm.text(sql) for arm in arms)
    sql.exact("PaymentTerms", "p")  # of the two tables, the one the dictionary names
    shown = tuple(
        c(each.name, each.word, f"x.{each.name}", each.of or sql.sources(each.expression)) for each in columns
    )
    return Query(shown, "FROM everything AS x", {"everything": everything})


def _dates(sql: Sql) -> str:
    return f"SELECT d.as_at, d.known_run FROM {sql.view('reference_dates', 'd')}"


def ageing_of(sql: Sql, items: str) -> Query:
    """Per relation: not yet due, and the rest by days past due or, on rows of the other basis, since the invoice.

    `items`: what gives the open items, under the alias `i`.
    """
    age = "CASE WHEN w.basis = 'due_date' THEN i.days_overdue ELSE i.days_since_invoice END"
    bases = sql.values("w", ["basis"], [["due_date"], ["invoice_date"]])
    common = {
        "aged": "SELECT i.as_at, i.division, i.side, i.relation_key, w.basis AS basis, i.days_overdue, "
        f"i.item_amount_dc AS amount, {age} AS age FROM {items} CROSS JOIN {bases}",
    }
    late = "a.days_overdue > 0 AND "
    sums, first = [("total_dc", "a.amount"), (NOT_YET_DUE, _when("a.days_overdue <= 0"))], ""
    for name, last in BUCKETS:
        upto = f"a.age <= {last}" if last is not None else ""
        sums.append((name, _when(late + " AND ".join(filter(None, (first, upto))))))
        first = f"a.age > {last}"
    tail = "FROM aged AS a GROUP BY a.as_at, a.division, a.side, a.relation_key, a.basis"
    columns = (
        c("as_at", Word.DAY, "a.as_at", "reference_dates.as_at"),
        c("division", Word.VERSION, "a.division", "PaymentTerms._division"),
        c("side", Word.CODE, "a.side", "PaymentTerms.LineType"),
        c("relation_key", Word.CODE, "a.relation_key", "PaymentTerms.Account"),
        c("ageing_basis", Word.CODE, "a.basis", "our own words"),
        *(c(name, Word.MONEY, f"SUM({amount})", "PaymentTerms.AmountDC") for name, amount in sums),
        c("item_count", Word.NUMBER, "COUNT(*)", "PaymentTerms"),
    )
    return Query(columns, tail, common)


def _when(condition: str) -> str:
    return f"CASE WHEN {condition} THEN a.amount ELSE 0 END"


def _payment_behaviour(sql: Sql) -> Query:
    """How invoices were paid, by the month in which they were settled; part payments count as items of their own.

    An invoice is what a sales or purchase journal brought that is owed: no credit note, no payment.
    """
    month = f"{sql.part('year', 'p.EndDate')} * 100 + {sql.part('month', 'p.EndDate')}"
    amount = _signed("p.AmountDC")
    common = {
        "settled": f"SELECT p._division AS division, {_SIDE} AS side, p.Account AS account, "
        f"{month} AS settled_month, {amount} AS amount, {sql.days(_SINCE, 'p.EndDate')} AS to_pay, "
        f"{sql.days(_DUE, 'p.EndDate')} AS late, "
        f"CASE WHEN p.EndDate <= {_DUE} THEN 1 ELSE 0 END AS is_on_time FROM {sql.exact('PaymentTerms', 'p')} "
        f"JOIN {sql.exact('Journals', 'j')} ON j._division = p._division AND j.Code = p.Journal "
        f"AND j.Type IN {listed(INVOICES)} WHERE p.Status = {MATCHED} AND {amount} > 0",
    }
    of = "PaymentTerms.InvoiceDate, PaymentTerms.DueDate, PaymentTerms.EndDate"
    on_time = "SUM(CASE WHEN s.is_on_time = 1 THEN s.amount ELSE 0 END)"
    columns = (
        c("division", Word.VERSION, "s.division", "PaymentTerms._division"),
        c("side", Word.CODE, "s.side", "PaymentTerms.LineType"),
        c("relation_key", Word.CODE, sql.id_key("s.division", "s.account"), "PaymentTerms.Account"),
        c("settled_year_month", Word.NUMBER, "s.settled_month", "PaymentTerms.EndDate"),
        c("item_count", Word.NUMBER, "COUNT(*)", "PaymentTerms"),
        c("settled_dc", Word.MONEY, "SUM(s.amount)", "PaymentTerms.AmountDC"),
        c("settled_on_time_dc", Word.MONEY, on_time, "PaymentTerms.AmountDC, PaymentTerms.DueDate"),
        c("sum_days_to_pay", Word.NUMBER, "SUM(s.to_pay)", of),
        c("sum_days_late", Word.NUMBER, "SUM(s.late)", of),
        c("average_days_to_pay", Word.QUANTITY, sql.ratio("SUM(s.to_pay)", "COUNT(*)", Word.QUANTITY), of),
        c("average_days_late", Word.QUANTITY, sql.ratio("SUM(s.late)", "COUNT(*)", Word.QUANTITY), of),
        c(
            "weighted_days_to_pay",
            Word.QUANTITY,
            sql.ratio("SUM(s.amount * s.to_pay)", "SUM(s.amount)", Word.QUANTITY),
            of,
        ),
    )
    tail = "FROM settled AS s GROUP BY s.division, s.account, s.side, s.settled_month"
    return Query(columns, tail, common)


VIEWS = (
    View("payment_terms", Role.FACT, _payment_terms),
    View("open_items", Role.FACT, _open_items),
    View("open_items_by_date", Role.FACT, lambda sql: open_on(sql, _dates(sql), known=False)),
    View("open_items_as_known", Role.FACT, lambda sql: open_on(sql, _dates(sql), known=True)),
    View("ageing", Role.QUESTION, lambda sql: ageing_of(sql, sql.view("open_items_by_date", "i"))),
    View("ageing_as_known", Role.QUESTION, lambda sql: ageing_of(sql, sql.view("open_items_as_known", "i"))),
    View("payment_behaviour", Role.QUESTION, _payment_behaviour),
)
