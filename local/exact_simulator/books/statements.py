"""Bank statements, what they settle, and general journal entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from .books import Books
from .records import Entry, Exchange, Line, Record, Term
from .terms import CONTROL, match, open_terms, split
from .values import times

#: entry type of what moves on a bank account
BANK = 40


@dataclass(slots=True)
class Payment:
    """One line of a bank statement: cents in its currency, receipts above zero, and what it pays of which terms."""

    gl: Record
    fc: int
    description: str
    account: Record | None = None
    settles: list[tuple[Term, int]] = field(default_factory=list)


def bank(books: Books, day: date, payments: Sequence[Payment], exchange: Exchange) -> Entry:
    """Book a bank statement and settle what its lines pay; a payment that names nothing stays open."""
    entry = books.entry("12", BANK, day, exchange)
    lines = [_payment_line(entry, index, payment) for index, payment in enumerate(payments, 1)]
    own, fc, dc = entry.journal.links["GLAccount"], sum(line.fc for line in lines), sum(line.dc for line in lines)
    books.book(entry, [Line(entry, 0, own, -fc, -dc, None, f"Afschrift {day:%d-%m-%Y}"), *lines])
    for line, payment in zip(lines, payments, strict=True):
        if line.gl.facts["Type"] in CONTROL:
            settle(books, line, payment.settles)
    return entry


def settle(books: Books, line: Line, settles: Sequence[tuple[Term, int]]) -> None:
    """Open the term of a paying line and match it with the parts it pays; what it does not cover stays open."""
    mine = open_terms(books, line, [(line.entry.day, line.fc)])[0]
    if not settles:
        return
    parts = [split(books, term, fc) for term, fc in settles]
    paid = -sum(part.fc for part in parts)
    match(books, [mine if abs(paid) >= abs(mine.fc) else split(books, mine, paid), *parts])


def memorial(
    books: Books,
    day: date,
    amounts: Sequence[tuple[Record, int, str]],
    *,
    kind: int = 90,
    status: int = 20,
    year_period: tuple[int, int] | None = None,
) -> Entry:
    """Book a general journal entry: G/L account, cents (debit above zero), description. It has no header row."""
    entry = books.entry("90", kind, day, status=status, year_period=year_period)
    lines = [Line(entry, index, gl, cents, cents, None, text) for index, (gl, cents, text) in enumerate(amounts, 1)]
    return books.book(entry, lines)


def _payment_line(entry: Entry, index: int, payment: Payment) -> Line:
    dc = times(-payment.fc, entry.rate)
    invoice = payment.settles[0][0].line.invoice if payment.settles else None
    return Line(entry, index, payment.gl, -payment.fc, dc, payment.account, payment.description, invoice=invoice)
