"""Invoices and credit notes of both sides: lines, VAT, the header row on the control account, payment terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .books import Books
from .records import Entry, Exchange, Line, Record
from .terms import due_dates, open_terms
from .values import CANARY, BooksError, times

#: VAT lines are numbered downwards from here
LAST_LINE = 9999


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


def invoice(
    books: Books, side: Side, party: Record, day: date, parts: Sequence[Part], exchange: Exchange, *, credit: bool
) -> Entry:
    """Book an invoice or credit note with VAT lines and its header row, and open its payment terms."""
    entry = books.entry(side.journal, side.credit if credit else side.type, day, exchange)
    sign = -side.sign if credit else side.sign
    number = books.next_number(entry.year, "0") if side is SALE else entry.number
    lines = [_goods_line(entry, index, part, sign) for index, part in enumerate(parts, 1)]
    lines += _vat_lines(entry, lines, side)
    header = Line(entry, 0, party.links[side.control], -sum(line.fc for line in lines), -sum(line.dc for line in lines))
    header.description = parts[0].description
    for line in (header, *lines):
        line.account, line.invoice = party, number
    due = due_dates(party.links[side.condition], day, header.fc)
    entry.condition = party.links[side.condition]
    entry.due = due[0][0]
    _label(entry, party, side, number)
    books.book(entry, [header, *lines])
    open_terms(books, header, due)
    return entry


def _goods_line(entry: Entry, index: int, part: Part, sign: int) -> Line:
    fc = sign * part.net
    line = Line(entry, index, part.gl, fc, times(fc, entry.rate), None, part.description)
    if part.vat:
        line.vat, line.vat_rate, line.base_fc = part.vat, _fraction(part.vat), fc
        line.vat_fc = sign * times(part.net, line.vat_rate)
    line.cost_center, line.cost_unit, line.project = part.cost_center, part.cost_unit, part.project
    line.item, line.quantity = part.item, part.quantity
    return line


def _vat_lines(entry: Entry, lines: Sequence[Line], side: Side) -> list[Line]:
    taxes: dict[Record, int] = {}
    for line in lines:
        if line.vat and line.vat_fc:
            taxes[line.vat] = taxes.get(line.vat, 0) + line.vat_fc
    return [_vat_line(entry, LAST_LINE - place, vat, fc, side) for place, (vat, fc) in enumerate(taxes.items())]


def _vat_line(entry: Entry, index: int, vat: Record, fc: int, side: Side) -> Line:
    gl = vat.links.get(side.vat_account)
    if gl is None:
        raise BooksError(f"VAT code {vat.text('Code').strip()} has no account for this side: give it one")
    text = vat.text("Description")
    return Line(entry, index, gl, fc, times(fc, entry.rate), None, text, vat, vat_rate=_fraction(vat))


def _fraction(vat: Record) -> Decimal:
    rate = vat.facts["Percentage"]
    return rate if isinstance(rate, Decimal) else Decimal(0)


def _label(entry: Entry, party: Record, side: Side, number: int) -> None:
    person = CANARY in party.text("Name")
    if side is SALE:
        entry.your_ref = f"Opdracht {CANARY} {number % 1000}" if person else f"PO-{number % 100000}"
        entry.payment_reference = f"RF{number}{CANARY}" if person else f"RF{number}"
    else:
        entry.your_ref = f"{CANARY}-{number % 10000}" if person else f"F{number % 100000:05}"
