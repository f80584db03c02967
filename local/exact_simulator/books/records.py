"""What the books hold: master records, entries with their lines, payment terms. Facts only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from .values import Row


@dataclass(slots=True, eq=False)
class Record:
    """A master record: its own stored properties, and links to the records whose codes and names it shows."""

    id: str
    facts: Row
    created: datetime
    modified: datetime
    links: dict[str, Record] = field(default_factory=dict)
    version: int = 0

    def text(self, name: str) -> str:
        """Give a stored property as text."""
        return str(self.facts[name])

    def number(self, name: str) -> int:
        """Give a stored whole number; 0 where it is empty."""
        value = self.facts.get(name)
        return value if isinstance(value, int) else 0


@dataclass(frozen=True, slots=True)
class Exchange:
    """A currency and what one unit of it is worth in the division's own."""

    currency: str
    rate: Decimal


@dataclass(slots=True, eq=False)
class Entry:
    """A financial entry: what its lines have in common. `rate` is division currency per unit of `currency`."""

    id: str
    number: int
    journal: Record
    type: int
    status: int
    day: date
    year: int
    period: int
    currency: str
    rate: Decimal
    created: datetime
    due: date | None = None
    your_ref: str | None = None
    payment_reference: str | None = None
    condition: Record | None = None
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Line:
    """One ledger line: the facts that vary. Amounts in cents, debit positive; line 0 is the header row."""

    entry: Entry
    number: int
    gl: Record
    fc: int
    dc: int
    account: Record | None = None
    description: str | None = None
    vat: Record | None = None
    vat_fc: int = 0
    base_fc: int = 0
    vat_rate: Decimal | None = None
    cost_center: Record | None = None
    cost_unit: Record | None = None
    project: Record | None = None
    item: Record | None = None
    quantity: int | None = None
    invoice: int | None = None
    id: str = ""
    version: int = 0
    modified: datetime = datetime.min  # noqa: DTZ901 - Exact's clock is naive
    terms: list[Term] | None = None

    def records(self) -> tuple[Record | None, ...]:
        """Give the master records the line refers to."""
        return self.gl, self.account, self.vat, self.cost_center, self.cost_unit, self.project, self.item


@dataclass(slots=True, eq=False)
class Match:
    """Payment terms that settle each other; their amounts add up to zero."""

    id: str
    terms: list[Term]
    end: date
    year: int
    period: int


@dataclass(slots=True, eq=False)
class Term:
    """A part of a control line and how far it is settled. Amounts are the line's with the sign turned.

    Status 20 open, 30 selected, 40 paid but not matched, 50 matched.
    """

    id: str
    line: Line
    fc: int
    dc: int
    due: date
    set_id: str
    created: datetime
    modified: datetime
    status: int = 20
    match: Match | None = None
    selected: datetime | None = None
    batch: int | None = None
    version: int = 0
