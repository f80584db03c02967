"""What a proof consists of: what was compared, the figures on both sides, how it came out, and how a division stands.

All of it lies in the tenant's own database: figures never leave it by a log, a message or the register.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Protocol

ZERO = Decimal(0)
#: differences kept in full of one proof; their number is always known
MOST_KEPT = 10_000

#: what is compared
LEDGER = "ledger"  # a year's lines with ReportingBalance
ENTRIES = "entries"  # debit with credit of each entry
RECEIVABLES, PAYABLES = "receivables", "payables"  # the control accounts of a side with its open items
REFERENCES = "references"  # lines with the records they name

#: how a comparison came out
HOLDS, DIFFERS = "holds", "differs"
DOUBTED = "doubted"  # it differs at the first look
MOVING = "moving"  # it differed at both looks, each time elsewhere: the books are being worked on

#: how a division stands
PROVEN, UNPROVEN, UNKNOWN = "proven", "unproven", "unknown"


class Group(NamedTuple):  # tuples: a division has tens of thousands of them
    """What the lines of one sum have in common; a cost centre or unit that is not there is ""."""

    year: int
    period: int
    account: str
    cost_center: str
    cost_unit: str
    type: int
    status: int


class Figures(NamedTuple):
    """What one side says of a group: `amount` is debit less credit."""

    amount: Decimal = ZERO
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    lines: int = 0

    def plus(self, other: Figures) -> Figures:
        """Both together."""
        return Figures(
            self.amount + other.amount, self.debit + other.debit, self.credit + other.credit, self.lines + other.lines
        )

    def less(self, other: Figures) -> Figures:
        """What this one has more."""
        return self.plus(Figures(-other.amount, -other.debit, -other.credit, -other.lines))


class Control(NamedTuple):
    """One control account, or all open items of one side (account ""), of G/L account type 20 or 22."""

    type: int
    account: str
    amount: Decimal
    in_transit: Decimal = ZERO  #: the part of `amount` that was paid or collected and is not matched yet


class Unbalanced(NamedTuple):
    """An entry whose lines do not add up to zero."""

    entry: str
    amount: Decimal
    lines: int


class Unresolved(NamedTuple):
    """Lines that name in `column` a record which is not there."""

    column: str
    reference: str
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing the two sides do not agree on, or an opening balance that is not among the lines."""

    kind: str  #: "ledger", "opening", "entry", "control", or the column of an unresolved reference
    period: int = 0
    account: str = ""
    cost_center: str = ""
    cost_unit: str = ""
    type: int = 0
    status: int = 0
    record: str = ""  #: id of the entry, or the reference that leads nowhere
    copied_amount: Decimal = ZERO
    copied_debit: Decimal = ZERO
    copied_credit: Decimal = ZERO
    copied_lines: int = 0
    reported_amount: Decimal = ZERO
    reported_debit: Decimal = ZERO
    reported_credit: Decimal = ZERO
    reported_lines: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One comparison: which run made it, when, at which cursor of the lines, what both sides said."""

    division: int
    number: int = 0  #: rises with each proof of the division; given when it is kept
    subject: str
    scope: str = ""  #: the year of a ledger proof
    run: int
    at: datetime | None
    cursor: int = 0
    state: str
    healed_by: str = ""  #: the smallest reading that made it hold: "changes", "period", "year", "stream"
    copied_amount: Decimal = ZERO
    copied_debit: Decimal = ZERO
    copied_credit: Decimal = ZERO
    copied_lines: int = 0
    reported_amount: Decimal = ZERO
    reported_debit: Decimal = ZERO
    reported_credit: Decimal = ZERO
    reported_lines: int = 0
    opening: Decimal = ZERO  #: debit of opening balances that are not among the lines, taken into account
    in_transit: Decimal = ZERO
    differences: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """How far the proof of one year has come; `step` is "" while nothing of it is under way."""

    division: int
    scope: str  #: the year
    state: str = ""  #: of the last comparison that was settled: "holds", "differs"; "" for none yet
    step: str = ""
    reading: int = 0  #: number of the reading of ReportingBalance it last compared with
    pieces: tuple[str, ...] = ()  #: scopes still to be listed anew in this step
    readings: tuple[str, ...] = ()  #: streams still to be read after that, before this step compares
    proof: int = 0  #: number of the proof whose differences are looked at again, or stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one division stands after a run."""

    division: int
    state: str = UNKNOWN
    cause: str = ""  #: code of the cause, "" while proven
    about: str = ""  #: the stream, year or subject the cause is about
    run: int = 0  #: in which it came to stand so
    as_of: datetime | None = None  #: the last moment at which all was compared and held
    as_of_run: int = 0
    cursor: int = 0  #: of the lines at that moment
    due_at: datetime | None = None  #: when the next comparison with the source is due
    pending: tuple[str, ...] = ()  #: years that changed since they were last compared
    looked_at: str = ""  #: mark of what the checks without calls have seen of the copy
    proven_at: str = ""  #: that mark at `as_of`
    asked: str = ""  #: faults for which a full comparison of their lists was asked

    @property
    def current(self) -> bool:
        """Whether what is stored now is proven, not only what was stored at `as_of`."""
        return self.state == PROVEN and not self.pending


class Evidence(Protocol):
    """What the stored books of one division say; each answer is one set-based query. Amounts in division currency."""

    def copied(self, year: int) -> dict[Group, Figures]:
        """Sums of the year's ledger lines."""

    def reported(self, year: int) -> dict[Group, Figures]:
        """The rows of ReportingBalance of the year."""

    def unbalanced(self, most: int) -> list[Unbalanced]:
        """The first `most` entries whose lines do not add up to zero."""

    def control_accounts(self) -> list[Control]:
        """Balance of each G/L account of type 20 or 22 over all years, debit positive."""

    def open_items(self) -> list[Control]:
        """Open items of each side that has any, as stored: a receivable is negative."""

    def unresolved(self) -> list[Unresolved]:
        """Accounts, journals and relations that lines name and that are not there; lines of no year or elsewhere."""


class Proofs(Protocol):
    """The proofs kept of one division."""

    def latest(self) -> list[Proof]:
        """The last one of each subject and scope."""

    def differences(self, number: int) -> list[Difference]:
        """What the proof with this number found."""

    def cases(self) -> list[Case]:
        """How far the proof of each year has come."""

    def standing(self) -> Standing:
        """How the division stands; unknown when nothing was ever compared."""


class Keeping(Protocol):
    """The part of a transaction that keeps proofs."""

    def keep_proof(self, proof: Proof, differences: Sequence[Difference] = ()) -> int:
        """Add a proof with the first of its differences (`MOST_KEPT`); the number it got."""

    def save_case(self, case: Case) -> None:
        """Write how far a year's proof has come."""

    def save_standing(self, standing: Standing) -> None:
        """Write how the division stands."""
