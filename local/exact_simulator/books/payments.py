"""Payments: when open items are paid, in full, in part, short by cents, or received without saying what for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from heapq import heappop, heappush

from .books import Books
from .rates import Rates
from .records import Entry, Record, Term
from .statements import Payment, bank
from .values import BooksError


@dataclass(order=True, slots=True)
class Due:
    """Money that will move on a day: cents of a term (its sign), allocated to it or not."""

    day: date
    sequence: int
    term: Term = field(compare=False)
    fc: int = field(compare=False)
    allocated: bool = field(compare=False, default=True)


class Payments:
    """The diary of money to come and the bank days on which it does."""

    def __init__(self, books: Books, rates: Rates) -> None:
        self._books = books
        self._rates = rates
        self._diary: list[Due] = []
        self._sequence = 0
        self._other: list[Payment] = []

    def expect(self, entry: Entry) -> None:
        """Draw how and when an invoice will be paid."""
        for term in list(entry.lines[0].terms or ()):
            self._expect(term)

    def also(self, gl: Record, fc: int, description: str) -> None:
        """Put a payment of another kind (wages, VAT) on the next statement: cents, receipts above zero."""
        self._other.append(Payment(gl, fc, description))

    def bank_day(self, day: date) -> None:
        """Book the statement of a day, one per currency; nothing due means no statement."""
        by_currency: dict[str, list[Payment]] = defaultdict(list)
        if self._other:
            by_currency[self._books.currency], self._other = self._other, []
        while self._diary and self._diary[0].day <= day:
            due = heappop(self._diary)
            by_currency[due.term.line.entry.currency].append(_payment(due))
        for currency, payments in by_currency.items():
            bank(self._books, day, payments, self._rates.on(currency, day))

    def _expect(self, term: Term) -> None:
        luck = self._books.rng.random()
        day = term.due + timedelta(days=int(luck * 400) % 40 - 8)
        if luck < 0.78:
            self._note(day, term, term.fc)
        elif luck < 0.88:
            first = term.fc * 2 // 5 if abs(term.fc) > 10 else term.fc
            self._note(day, term, first)
            if luck < 0.85 and first != term.fc:
                self._note(day + timedelta(days=25), term, term.fc - first)
        elif luck < 0.91:
            self._note(day, term, term.fc, allocated=False)
        elif luck < 0.94 and abs(term.fc) > 1000:
            self._note(day, term, term.fc, short=3)

    def _note(self, day: date, term: Term, fc: int, *, allocated: bool = True, short: int = 0) -> None:
        self._sequence += 1
        due = Due(max(day, term.line.entry.day + timedelta(days=1)), self._sequence, term, fc, allocated)
        if short:
            due.fc -= short if fc > 0 else -short
        heappush(self._diary, due)


def _payment(due: Due) -> Payment:
    line = due.term.line
    name = line.account.text("Name") if line.account else ""
    text = f"{name} {line.invoice}" if due.allocated else name
    if not due.allocated:
        return Payment(line.gl, -due.fc, text, line.account)
    whole = due.term.fc if abs(due.term.fc - due.fc) <= 3 else due.fc
    return Payment(line.gl, -due.fc, text, line.account, [(due.term, whole)])


def pay(books: Books, rates: Rates, term: Term, fc: int, day: date, *, allocate: bool) -> Entry:
    """Book a statement that pays cents (the term's sign) of one term."""
    if term.status == 50:
        raise BooksError("this term is matched already")
    exchange = rates.on(term.line.entry.currency, day)
    return bank(books, day, [_payment(Due(day, 0, term, fc, allocate))], exchange)
