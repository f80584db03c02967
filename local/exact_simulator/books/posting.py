"""Booking: sales and purchase invoices, bank statements, memorial entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .books import Books
from .records import Entry, Line, Record, Term
from .terms import CONTROL, due_dates, match, open_terms, split
from .values import CANARY, ONE, BooksError, times


@dataclass(frozen=True, slots=True)
class Side:
    """Sales or purchase: journal, entry type, type of a credit note, sign of its cost or revenue lines, links used."""

    journal: str
    type: int
    credit: int
    sign: int
    control: str
    vat_account: str
    condition: str


#: entry type of what moves on a bank or cash account
BANK = 40

SALE = Side("20", 20, 21, -1, "GLAR", "GLToPay", "PaymentConditionSales")
PURCHASE = Side("22", 30, 31, 1, "GLAP", "GLToClaim", "PaymentConditionPurchase")


@dataclass(slots=True)
class Part:
    """One line of an invoice before it is booked: net cents in the invoice's currency, above zero."""

    gl: Record
    net: int
    description: str
    vat: Record | None = None
    cost_center: Record | None = None
    cost_unit: Record | None = None
    project: Record | None = None
    item: Record | None = None
    quantity: int | None = None


@dataclass(slots=True)
class Payment:
    """One line of a bank statement: cents in its currency, receipts above zero, and what it pays of which terms."""

    gl: Record
    fc: int
    description: str
    account: Record | None = None
    settles: list[tuple[Term, int]] = field(default_factory=list)


def invoice(
    books: Books,
    side: Side,
    party: Record,
    day: date,
    parts: Sequence[Part],
    *,
    credit: bool = False,
    currency: str = "",
    rate: Decimal = ONE,
    status: int = 20,
) -> Entry:
    """Book an invoice or credit note with VAT lines and its header row, and open its payment terms."""
    entry = books.entry(
        side.journal, side.credit if credit else side.type, day, status=status, currency=currency, rate=rate
    )
    sign = -side.sign if credit else side.sign
    number = books.next_number(entry.year, "0") if side is SALE else entry.number
    lines, taxes = list[Line](), dict[str, tuple[Record, int]]()
    for index, part in enumerate(parts, 1):
        line = _invoice_line(entry, index, part, sign, party, number)
        lines.append(line)
        if line.vat and line.vat_fc:
            before = taxes.get(line.vat.id, (line.vat, 0))[1]
            taxes[line.vat.id] = (line.vat, before + line.vat_fc)
    lines += [
        _vat_line(entry, 9999 - index, vat, amount, side, party, number)
        for index, (vat, amount) in enumerate(taxes.values())
    ]
    header = Line(
        entry,
        0,
        party.links[side.control],
        -sum(line.fc for line in lines),
        -sum(line.dc for line in lines),
        party,
        invoice=number,
    )
    header.description = parts[0].description
    _label(entry, party, side, number)
    due = due_dates(party.links[side.condition], day, header.fc)
    entry.condition = party.links[side.condition]
    entry.due = due[0][0]
    books.book(entry, [header, *lines])
    open_terms(books, header, due)
    return entry


def bank(
    books: Books,
    day: date,
    payments: Sequence[Payment],
    *,
    currency: str = "",
    rate: Decimal = ONE,
    status: int = 20,
    journal: str = "12",
) -> Entry:
    """Book a bank (or cash) statement and settle what its lines pay; one that pays nothing stays open."""
    entry = books.entry(journal, BANK, day, status=status, currency=currency, rate=rate)
    lines = [
        Line(
            entry,
            index,
            payment.gl,
            -payment.fc,
            times(-payment.fc, rate),
            payment.account,
            payment.description,
            invoice=_invoice_of(payment),
        )
        for index, payment in enumerate(payments, 1)
    ]
    own = entry.journal.links["GLAccount"]
    header = Line(
        entry,
        0,
        own,
        -sum(line.fc for line in lines),
        -sum(line.dc for line in lines),
        None,
        f"Afschrift {day:%d-%m-%Y}",
    )
    books.book(entry, [header, *lines])
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
    cost_centers: Sequence[Record | None] = (),
) -> Entry:
    """Book a general journal entry: G/L account, cents (debit above zero), description. It has no header row."""
    entry = books.entry("90", kind, day, status=status, year_period=year_period)
    lines = [Line(entry, index, gl, cents, cents, None, text) for index, (gl, cents, text) in enumerate(amounts, 1)]
    for line, center in zip(lines, cost_centers, strict=False):
        line.cost_center = center
    return books.book(entry, lines)


def _invoice_line(entry: Entry, index: int, part: Part, sign: int, party: Record, number: int) -> Line:
    rate = part.vat.facts["Percentage"] if part.vat else None
    vat_fc = sign * times(part.net, rate) if isinstance(rate, Decimal) and rate else 0
    fc = sign * part.net
    return Line(
        entry,
        index,
        part.gl,
        fc,
        times(fc, entry.rate) if entry.rate != ONE else fc,
        party,
        part.description,
        part.vat,
        vat_fc,
        fc if part.vat else 0,
        rate if isinstance(rate, Decimal) else None,
        part.cost_center,
        part.cost_unit,
        part.project,
        part.item,
        part.quantity,
        number,
    )


def _vat_line(entry: Entry, index: int, vat: Record, fc: int, side: Side, party: Record, number: int) -> Line:
    gl = vat.links.get(side.vat_account)
    if gl is None:
        raise BooksError(f"VAT code {vat.text('Code').strip()} has no account for this side: give it one")
    rate = vat.facts["Percentage"]
    return Line(
        entry,
        index,
        gl,
        fc,
        times(fc, entry.rate),
        party,
        vat.text("Description"),
        vat,
        vat_rate=rate if isinstance(rate, Decimal) else None,
        invoice=number,
    )


def _label(entry: Entry, party: Record, side: Side, number: int) -> None:
    person = CANARY in party.text("Name")
    if side is SALE:
        entry.your_ref = f"Opdracht {CANARY} {number % 1000}" if person else f"PO-{number % 100000}"
        entry.payment_reference = f"RF{number}{CANARY}" if person else f"RF{number}"
    else:
        entry.your_ref = f"{CANARY}-{number % 10000}" if person else f"F{number % 100000:05}"


def _invoice_of(payment: Payment) -> int | None:
    return payment.settles[0][0].line.invoice if payment.settles else None
