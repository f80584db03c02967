"""Payment terms: what a control line leaves open, its settlement, and settlement undone.

Signs: a term has its control line's amount with the sign turned, so an open receivable is negative as in Exact and an
open payable positive; the open terms of a control account add up to its balance with the sign turned.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from .books import Books
from .chart import PAYABLE, RECEIVABLE
from .fiscal import DAY, months_on
from .records import Entry, Exchange, Line, Match, Record, Term
from .values import BooksError, times

CONTROL = frozenset({RECEIVABLE, PAYABLE})
#: entry types of exchange and payment differences
DIFFERENCES = frozenset({82, 83})
#: differences up to this many cents are written off as payment differences (type 83)
WRITE_OFF = 100


def open_terms(books: Books, line: Line, due: Sequence[tuple[date, int]]) -> list[Term]:
    """Open the terms of a control line: a due date and an amount (cents, entry's currency, as on the line) each."""
    left_fc, left_dc, terms = -line.fc, -line.dc, list[Term]()
    for index, (day, fc) in enumerate(due):
        last = index == len(due) - 1
        part = (left_fc, left_dc) if last else (-fc, times(-fc, line.entry.rate))
        left_fc, left_dc = left_fc - part[0], left_dc - part[1]
        terms.append(_new(books, line, *part, day))
    line.terms = [*(line.terms or ()), *terms]
    return terms


def due_dates(condition: Record, day: date, fc: int) -> list[tuple[date, int]]:
    """Spread an amount over the due dates of a payment condition; a split one is due in two parts."""
    first = day + timedelta(days=condition.number("PaymentDays"))
    if condition.number("PaymentEndOfMonths"):
        first = months_on(first, 1) - DAY
    share = condition.facts["Percentage"]
    if not isinstance(share, Decimal) or share == 1:
        return [(first, fc)]
    part = times(fc, share)
    return [(first, part), (first + timedelta(days=46), fc - part)]


def split(books: Books, term: Term, fc: int) -> Term:
    """Part an amount (with the term's sign) off an open term; the part is a new term, the old one keeps the rest."""
    if fc == term.fc:
        return term
    if not 0 < abs(fc) < abs(term.fc) or (fc > 0) != (term.fc > 0):
        raise BooksError("a part must be smaller than the term it is taken from")
    dc = round(Decimal(term.dc) * fc / term.fc)
    term.fc, term.dc = term.fc - fc, term.dc - dc
    books.touch_term(term)
    part = _new(books, term.line, fc, dc, term.due)
    (term.line.terms or []).append(part)
    return part


def match(books: Books, terms: Sequence[Term]) -> Match:
    """Settle terms of one relation and control account with each other; differences are booked (types 82 and 83)."""
    _check(terms)
    settled = [*terms, *_differences(books, terms)]
    latest = max((term.line.entry for term in settled), key=lambda entry: entry.day)
    later = max((term.line.entry.year, term.line.entry.period) for term in settled)
    result = Match(books.ids.new(), settled, latest.day, *later)
    for term in settled:
        term.status, term.match = 50, result
        books.touch_term(term)
    return result


def unmatch(books: Books, result: Match) -> list[Term]:
    """Undo a settlement: its terms are open again; entries of differences it brought are taken out, in an open year."""
    reopened, dropped = list[Term](), list[Entry]()
    for term in result.terms:
        term.match = None
        if _only_for(result, term.line) and term.line.entry.year not in books.closed_years:
            dropped.append(term.line.entry)
        else:
            term.status, term.set_id = 20, books.ids.new()
            books.touch_term(term)
            reopened.append(term)
    for entry in dropped:
        books.remove_entry(entry)
    return reopened


def _only_for(result: Match, line: Line) -> bool:
    return line.entry.type in DIFFERENCES and all(term in result.terms for term in line.terms or ())


def _new(books: Books, line: Line, fc: int, dc: int, due: date) -> Term:
    now = books.moment.now
    term = Term(books.ids.new(), line, fc, dc, due, books.ids.new(), now, now)
    books.touch_term(term)
    return term


def _check(terms: Sequence[Term]) -> None:
    first = terms[0].line
    if any(term.status == 50 for term in terms):
        raise BooksError("a term among these is matched already: unmatch it first")
    if any(
        (term.line.account, term.line.gl, term.line.entry.currency) != (first.account, first.gl, first.entry.currency)
        for term in terms
    ):
        raise BooksError("only terms of one relation, control account and currency settle each other")
    if len(terms) < 2:
        raise BooksError("it takes two terms to settle")


def _differences(books: Books, terms: Sequence[Term]) -> list[Term]:
    fc, dc = sum(term.fc for term in terms), sum(term.dc for term in terms)
    if abs(fc) > WRITE_OFF:
        raise BooksError("the amounts do not settle each other: part the larger one first")
    if not fc and not dc:
        return []
    kind, role = (83, "difference") if fc else (82, "exchange")
    return _write_off(books, terms, kind, books.gl[role], fc, dc)


def _write_off(books: Books, terms: Sequence[Term], kind: int, gl: Record, fc: int, dc: int) -> list[Term]:
    model = max((term.line for term in terms), key=lambda line: line.entry.day)
    entry = _difference_entry(books, model, kind)
    text = "Koersverschil" if kind == 82 else "Betalingsverschil"
    control = Line(entry, 1, model.gl, fc, dc, model.account, text, invoice=model.invoice)
    books.book(entry, [control, Line(entry, 2, gl, -fc, -dc, model.account, text)])
    return open_terms(books, control, [(entry.day, fc)])


def _difference_entry(books: Books, model: Line, kind: int) -> Entry:
    """Begin the entry of a difference on the day of the latest line, or today when that year is closed."""
    day = model.entry.day if model.entry.year not in books.closed_years else books.moment.now.date()
    return books.entry("90", kind, day, Exchange(model.entry.currency, model.entry.rate), status=50)
