"""Everyday invoices: who buys or sells what, drawn from a seeded source."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

from .books import Books
from .invoices import PURCHASE, SALE, Part, invoice
from .rates import Rates
from .records import Entry, Record
from .values import CANARY

COSTS = (
    "rent",
    "energy",
    "car",
    "office",
    "telecom",
    "marketing",
    "travel",
    "insurance",
    "advice",
    "cogs",
    "cogs",
    "exceptional",
)
REDUCED = "VOED"
#: one invoice in so many is a credit note
CREDIT_NOTES = 0.05


class Trade:
    """Draws invoices for a company's relations and books them."""

    def __init__(self, books: Books, rates: Rates) -> None:
        self._books = books
        self._rates = rates
        self._items = list(books.records("Items").values())
        self._projects = list(books.records("Projects").values())
        self._centers = list(books.records("Costcenters").values())
        self._units = list(books.records("Costunits").values())
        self._vat = {record.text("Code").strip(): record for record in books.records("VATCodes").values()}
        self.refresh()

    def refresh(self) -> None:
        """Look again who the customers and suppliers are."""
        accounts = [account for account in self._books.records("Accounts").values() if not account.facts["Blocked"]]
        self.customers = [account for account in accounts if account.facts["Status"] == "C"]
        self.suppliers = [account for account in accounts if account.facts["IsSupplier"]]

    def sale(
        self, day: date, rng: Random, *, customer: Record | None = None, lines: int = 0, credit: bool = False
    ) -> Entry:
        """Book a sales invoice of one to four lines."""
        party = customer or _pick(self.customers, rng)
        count = lines or 1 + int(rng.random() ** 2 * 4)
        parts = [self._sold(party, rng) for _ in range(count)]
        return self._book(day, party, parts, rng, sale=True, credit=credit or rng.random() < CREDIT_NOTES)

    def purchase(
        self, day: date, rng: Random, *, supplier: Record | None = None, lines: int = 0, credit: bool = False
    ) -> Entry:
        """Book a purchase invoice of one to three lines."""
        party = supplier or _pick(self.suppliers, rng)
        count = lines or 1 + int(rng.random() ** 2 * 3)
        parts = [self._bought(party, rng) for _ in range(count)]
        return self._book(day, party, parts, rng, sale=False, credit=credit or rng.random() < CREDIT_NOTES)

    def _book(self, day: date, party: Record, parts: list[Part], rng: Random, *, sale: bool, credit: bool) -> Entry:
        exchange = self._rates.on(party.text("SalesCurrency"), day)
        return invoice(self._books, SALE if sale else PURCHASE, party, day, parts, exchange, credit=credit)

    def _sold(self, party: Record, rng: Random) -> Part:
        item = _pick(self._items, rng)
        abroad = party.text("Country") != "NL "
        quantity = 1 + int(rng.random() * 12)
        price = item.facts["CostPriceStandard"]
        net = max(
            int((price if isinstance(price, Decimal) else Decimal(1)) * quantity * (130 + int(rng.random() * 60))), 1
        )
        text = (
            f"{item.text('Description')} voor {party.text('Name')}"
            if CANARY in party.text("Name")
            else item.text("Description")
        )
        return Part(
            self._books.gl["revenue_abroad"] if abroad else item.links["GLRevenue"],
            net,
            text,
            self._sales_vat(party, item, abroad=abroad),
            cost_unit=_pick(self._units, rng) if rng.random() < 0.4 else None,
            project=_pick(self._projects, rng) if rng.random() < 0.2 else None,
            item=item,
            quantity=quantity,
        )

    def _sales_vat(self, party: Record, item: Record, *, abroad: bool) -> Record:
        if abroad:
            return self._vat["ICP" if party.text("Country") == "DE " else "3"]
        return self._vat["1" if item.links["ItemGroup"].text("Code") == REDUCED else "2"]

    def _bought(self, party: Record, rng: Random) -> Part:
        role = COSTS[int(rng.random() * len(COSTS))]
        gl = self._books.gl[role]
        vat = self._vat["VL" if party.text("Country") != "NL " else "2"]
        text = (
            f"{gl.text('Description')} {party.text('Name')}" if CANARY in party.text("Name") else gl.text("Description")
        )
        center = _pick(self._centers, rng) if rng.random() < 0.6 else None
        return Part(
            gl, 1500 + int(rng.random() ** 3 * 900_000), text, None if role == "insurance" else vat, cost_center=center
        )


def _pick[T](values: list[T], rng: Random) -> T:
    return values[int(rng.random() * len(values))]
