"""Changes of the ledger: new entries, changed and deleted ones, payments matched and un-matched."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from local.exact_simulator.books import payments, terms
from local.exact_simulator.books.division import Division
from local.exact_simulator.books.records import Entry, Line, Term
from local.exact_simulator.books.statements import memorial
from local.exact_simulator.books.terms import CONTROL, split
from local.exact_simulator.books.trade import Trade
from local.exact_simulator.books.values import BooksError

from . import choices

type Result = dict[str, object]

#: entry types without header row, VAT or open items, whose amounts may be changed line against line
PLAIN_TYPES = frozenset({70, 90, 96, 170})


def post_sale(
    division: Division,
    customer: str | None = None,
    lines: int = 2,
    day: date | str | None = None,
    *,
    credit: bool = False,
) -> Result:
    """Book a sales invoice or credit note."""
    books = division.books
    party = choices.record(books, "Accounts", customer, lambda account: account.facts["Status"] == "C")
    trade = Trade(books, division.rates)
    return _shown(trade.sale(choices.day(books, day), books.rng, customer=party, lines=lines, credit=credit))


def post_purchase(
    division: Division,
    supplier: str | None = None,
    lines: int = 2,
    day: date | str | None = None,
    *,
    credit: bool = False,
) -> Result:
    """Book a purchase invoice or credit note."""
    books = division.books
    party = choices.record(books, "Accounts", supplier, lambda account: account.facts["IsSupplier"] is True)
    trade = Trade(books, division.rates)
    return _shown(trade.purchase(choices.day(books, day), books.rng, supplier=party, lines=lines, credit=credit))


def post_bank(
    division: Division,
    term: str | None = None,
    percent: int = 100,
    day: date | str | None = None,
    *,
    allocate: bool = True,
) -> Result:
    """Book a bank statement that pays an open term in whole or in part, matched with it or left unallocated."""
    books = division.books
    if not 0 < percent <= 100:
        raise BooksError(f"{percent} percent cannot be paid: give 1 to 100")
    paid = choices.term(books, term, _is_invoice)
    part = paid.fc * percent // 100 or paid.fc
    return _shown(payments.pay(books, division.rates, paid, part, choices.day(books, day), allocate=allocate))


def post_memorial(
    division: Division,
    amount: Decimal | int | str = "125.50",
    debit: str = "office",
    credit: str = "suspense",
    lines: int = 2,
    day: date | str | None = None,
) -> Result:
    """Book a general journal entry between two G/L accounts (role or code), the debit spread over all lines but one."""
    books = division.books
    if lines < 2:
        raise BooksError("an entry has two lines at least")
    cents = int(Decimal(amount) * 100)
    parts = [cents // (lines - 1)] * (lines - 2)
    debits = [(choices.gl(books, debit), part, "Memoriaal") for part in (*parts, cents - sum(parts))]
    return _shown(memorial(books, choices.day(books, day), [*debits, (choices.gl(books, credit), -cents, "Memoriaal")]))


def change_line(
    division: Division,
    line: str | None = None,
    description: str | None = None,
    amount: Decimal | int | str | None = None,
    period: int | None = None,
) -> Result:
    """Change a line: its description, its amount (the next line takes the difference), or the entry's period."""
    books = division.books
    chosen = choices.line(books, line, (lambda line: line.entry.type in PLAIN_TYPES) if amount else (lambda _: True))
    touched = {chosen.id: chosen}
    if amount is not None:
        other = _set_amount(chosen, int(Decimal(amount) * 100))
        touched[other.id] = other
    if period is not None:
        _set_period(division, chosen.entry, period)
        touched |= {line.id: line for line in chosen.entry.lines}
    if description is not None or (amount is None and period is None):
        chosen.description = description or f"{chosen.description} (gewijzigd {books.next_number(2000, '1') % 100000})"
    books.touch_lines(touched.values())
    return {"entry": chosen.entry.id, "lines": list(touched)}


def process_entry(division: Division, entry: str | None = None) -> Result:
    """Process an open entry: status 20 becomes 50 on all its lines."""
    books = division.books
    chosen = choices.entry(books, entry, lambda entry: entry.status == 20)
    chosen.status = 50
    books.touch_lines(chosen.lines)
    return _shown(chosen)


def delete_entry(division: Division, entry: str | None = None) -> Result:
    """Delete an entry: what is matched with it becomes open, its lines and payment terms go."""
    books = division.books
    chosen = choices.entry(books, entry)
    gone = _shown(chosen)
    for line in chosen.lines:
        for term in line.terms or ():
            if term.match:
                terms.unmatch(books, term.match)
    if chosen.id in books.entries:  # an entry of a difference went with the settlement it belonged to
        books.remove_entry(chosen)
    return gone


def match(division: Division, term: str | None = None, other: str | None = None) -> Result:
    """Settle two open terms of opposite sign of one relation; of the larger one the rest stays open."""
    books = division.books
    first = choices.term(books, term, lambda term: any(_opposite(term, each) for each in books.open_terms.values()))
    second = choices.term(books, other, lambda each: _opposite(first, each))
    if first.match or second.match or not _opposite(first, second):
        raise BooksError("only open terms of opposite sign, of one relation, account and currency settle each other")
    part = min(abs(first.fc), abs(second.fc))
    both = [split(books, each, part if each.fc > 0 else -part) for each in (first, second)]
    return {"match": terms.match(books, both).id, "terms": [each.id for each in both]}


def unmatch(division: Division, term: str | None = None) -> Result:
    """Undo the settlement of a matched term: it and what it was matched with are open again."""
    books = division.books
    if term:
        chosen = choices.term(books, term)
    else:
        chosen = choices.draw(books, (each for each in books.terms.rows.values() if each.match), "matched payment term")
    if not chosen.match:
        raise BooksError(f"payment term {chosen.id} is not matched")
    return {"terms": [each.id for each in terms.unmatch(books, chosen.match)]}


def select_term(division: Division, term: str | None = None) -> Result:
    """Select an open term for payment or collection: status 20 becomes 30."""
    return _set_status(division, term, 20, 30)


def pay_term(division: Division, term: str | None = None) -> Result:
    """Send a selected term to the bank: status 30 becomes 40, in transit until the bank line is matched."""
    return _set_status(division, term, 30, 40)


def _set_status(division: Division, term_id: str | None, before: int, after: int) -> Result:
    books = division.books
    chosen = choices.term(books, term_id, lambda term: term.status == before and _is_invoice(term))
    if chosen.status != before:
        raise BooksError(f"payment term {chosen.id} has status {chosen.status}, not {before}")
    chosen.status = after
    chosen.selected = chosen.selected or books.moment.now
    chosen.batch = books.next_number(2000, "2") if after == 40 else chosen.batch
    books.touch_term(chosen)
    return {"terms": [chosen.id]}


def _set_amount(line: Line, cents: int) -> Line:
    if line.entry.type not in PLAIN_TYPES or line.gl.facts["Type"] in CONTROL:
        raise BooksError(
            f"line {line.id} belongs to an invoice, a statement or a control account: change a memorial line"
        )
    lines = line.entry.lines
    other = lines[(lines.index(line) + 1) % len(lines)]
    difference = cents - line.dc
    line.dc = line.fc = cents
    other.dc = other.fc = other.dc - difference
    return other


def _set_period(division: Division, entry: Entry, number: int) -> None:
    known = [period.number for period in division.books.calendar.of(entry.year)]
    if number not in known:
        raise BooksError(f"year {entry.year} has periods {known[0]} to {known[-1]}, not {number}")
    entry.period = number


def _is_invoice(term: Term) -> bool:
    return term.line.entry.type in {20, 21, 30, 31} and term.fc != 0


def _opposite(one: Term, other: Term) -> bool:
    same = (one.line.account, one.line.gl, one.line.entry.currency) == (
        other.line.account,
        other.line.gl,
        other.line.entry.currency,
    )
    return same and (one.fc < 0 < other.fc or other.fc < 0 < one.fc)


def _shown(entry: Entry) -> Result:
    found = [term.id for line in entry.lines for term in line.terms or ()]
    return {"entry": entry.id, "number": entry.number, "lines": [line.id for line in entry.lines], "terms": found}
