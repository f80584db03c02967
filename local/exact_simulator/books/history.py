"""The past of a company: years of invoices, payments and routine, until its ledger has exactly the lines asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from .books import Books
from .fiscal import DAY
from .payments import Payments
from .rates import Rates
from .routine import Routine
from .statements import memorial
from .trade import Trade
from .values import BooksError

#: entries older than this are all processed, of younger ones some are
PROCESSED_AFTER = timedelta(days=45)
#: lines kept back for the end, where a memorial entry brings the ledger to the exact number
RESERVE = 60
#: on so many days a year somebody books something by mistake and deletes it
MISTAKES = 0.04


class History:
    """Lives through the days of a company once."""

    def __init__(self, books: Books, rates: Rates, lines: int, today: date) -> None:
        self._books = books
        self._lines = lines
        self._today = today
        self._trade = Trade(books, rates)
        self._payments = Payments(books, rates)
        self._routine = Routine(books, self._payments)

    def live(self) -> None:
        """Book every working day from the first to yesterday, then fill up to the number of lines asked for."""
        books, start = self._books, self._books.calendar.start
        self._routine.open_books()
        total = max((self._today - start).days, 1)
        for day in working_days(start, self._today):
            books.moment.now = _office_hours(books, day)
            goal = (self._lines - RESERVE) * ((day - start).days + 1) // total
            self._payments.bank_day(day)
            self._routine.day(day, room=len(books.lines) < goal)
            self._invoices(day, goal)
            self._mistake(day)
        books.moment.now = datetime.combine(self._today, time(7, 15))
        self._process()
        self._send_payments()
        self._top_up()

    def _invoices(self, day: date, goal: int) -> None:
        rng = self._books.rng
        while len(self._books.lines) < goal:
            post = self._trade.sale if rng.random() < 0.62 else self._trade.purchase
            self._payments.expect(post(day, rng))

    def _mistake(self, day: date) -> None:
        if self._books.rng.random() < MISTAKES:
            self._books.remove_entry(self._trade.sale(day, self._books.rng))

    def _process(self) -> None:
        """Mark entries as processed; those of the last weeks stay open for the greater part."""
        for entry in self._books.entries.values():
            if entry.day < self._today - PROCESSED_AFTER or self._books.rng.random() < 0.3:
                entry.status = 50

    def _send_payments(self) -> None:
        """Select some open invoices for payment or collection; of some the payment is on its way to the bank."""
        for term in list(self._books.open_terms.values()):
            luck = self._books.rng.random()
            if term.line.entry.type in {20, 30} and luck < 0.2:
                term.status = 40 if luck < 0.08 else 30
                term.selected = self._books.moment.now
                self._books.touch_term(term)

    def _top_up(self) -> None:
        missing = self._lines - len(self._books.lines)
        if missing < 0 or missing == 1:
            raise BooksError(
                f"{self._lines} lines are too few: the routine of these years takes {len(self._books.lines) + 2}"
            )
        if missing:
            gl = self._books.gl
            amounts = [(gl["prepaid"], 100 * place, f"Overlopende post {place}") for place in range(1, missing)]
            total = sum(cents for _, cents, _ in amounts)
            memorial(self._books, self._today - DAY, [*amounts, (gl["accrued"], -total, "Overlopende posten")], kind=96)


def working_days(first: date, end: date) -> Iterator[date]:
    """Give Monday to Friday from the first day up to, not including, the end."""
    for ordinal in range(first.toordinal(), end.toordinal()):
        day = date.fromordinal(ordinal)
        if day.weekday() < 5:
            yield day


def _office_hours(books: Books, day: date) -> datetime:
    return datetime.combine(day, time(8, 30)) + timedelta(milliseconds=books.rng.randrange(30_000_000))
