"""Which record, entry, line or term a change touches: the one named, or one drawn from the books' own seeded source."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from local.exact_simulator.books.balances import CARRY_OVER
from local.exact_simulator.books.books import Books
from local.exact_simulator.books.records import Entry, Line, Record, Term
from local.exact_simulator.books.values import BooksError


def draw[T](books: Books, candidates: Iterable[T], what: str) -> T:
    """Draw one of the candidates; refuses when there is none."""
    found = list(candidates)
    if not found:
        raise BooksError(f"division {books.code} has no {what}")
    return found[int(books.rng.random() * len(found))]


def record(books: Books, entity: str, record_id: str | None, fits: Callable[[Record], bool] = lambda _: True) -> Record:
    """Give a master record or a row of a snapshot entity by id, or draw one that fits."""
    rows = books.records(entity)
    return (
        _named(rows, record_id, entity)
        if record_id
        else draw(books, filter(fits, rows.values()), f"suitable row of {entity}")
    )


def entry(books: Books, entry_id: str | None, fits: Callable[[Entry], bool] = lambda _: True) -> Entry:
    """Give an entry by id, or draw one that fits, of a year that is not closed."""
    if entry_id:
        found = _named(books.entries, entry_id, "entries")
        _check_open(books, found)
        return found
    candidates = (entry for entry in books.entries.values() if _is_open(books, entry) and fits(entry))
    return draw(books, candidates, "suitable entry in an open year")


def line(books: Books, line_id: str | None, fits: Callable[[Line], bool] = lambda _: True) -> Line:
    """Give a ledger line by id, or draw one that fits, of a year that is not closed."""
    if line_id:
        found = _named(books.lines.rows, line_id, "TransactionLines")
        _check_open(books, found.entry)
        return found
    lines = (line for line in books.lines.rows.values() if _is_open(books, line.entry) and fits(line))
    return draw(books, lines, "suitable line in an open year")


def term(books: Books, term_id: str | None, fits: Callable[[Term], bool] = lambda _: True) -> Term:
    """Give a payment term by id, or draw an open one that fits."""
    if term_id:
        return _named(books.terms.rows, term_id, "PaymentTerms")
    return draw(books, filter(fits, books.open_terms.values()), "suitable open payment term")


def day(books: Books, text: date | str | None) -> date:
    """Give a booking day: an ISO date of an open year, or today."""
    chosen = date.fromisoformat(text) if isinstance(text, str) else text or books.moment.now.date()
    if books.calendar.at(chosen).year in books.closed_years:
        raise BooksError(f"{chosen} lies in a closed year: choose a day of an open one")
    return chosen


def gl(books: Books, role: str) -> Record:
    """Give a G/L account by its role in the chart or its code."""
    return books.gl.get(role) or books.by_code("GLAccounts", role)


def _is_open(books: Books, chosen: Entry) -> bool:
    return chosen.year not in books.closed_years and chosen.type not in CARRY_OVER


def _check_open(books: Books, chosen: Entry) -> None:
    if not _is_open(books, chosen):
        raise BooksError(f"entry {chosen.number} belongs to a closed year or opens the next: choose another")


def _named[T](rows: dict[str, T], row_id: str, what: str) -> T:
    if row_id not in rows:
        raise BooksError(f"{what} has no row {row_id}")
    return rows[row_id]
