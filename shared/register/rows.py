"""What the register hands out: frozen values, times aware UTC, causes as their codes ("" for none)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from shared.lifecycle import Dates

type Closed = Literal["done", "parked", "failed"]
type DivisionRunState = Literal["open", "done", "parked", "failed"]
type Asker = Literal["", "operator", "customer"]
type Reason = Literal["trial-ended", "contract-ended", "erasure-operator", "erasure-customer", "division", "reconciled"]
type GrantState = Literal["connected", "needed", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One customer; all names of what belongs to it come from here (rule 15)."""

    tenant: str
    host: str
    database: str
    interval_minutes: int  #: as the operator wants it
    stretched_minutes: int  #: the least that fits the licence's budget, as last forecast
    trial_from: date | None
    contract_from: date | None
    contract_to: date | None
    erase_on: date | None
    erase_asked_by: Asker
    withdrawn_on: date | None
    purged_on: date | None
    next_sync_at: datetime | None  #: None: never, as far as is known
    purge_at: datetime | None  #: likewise
    run: int  #: number of the last run; 0: none yet
    run_open: bool
    place: str = ""  #: where its database is, of several places; "": there is one

    @property
    def dates(self) -> Dates:
        """What the lifecycle decides by."""
        return Dates(
            trial_from=self.trial_from,
            contract_from=self.contract_from,
            contract_to=self.contract_to,
            erase_on=self.erase_on,
            withdrawn_on=self.withdrawn_on,
            purged_on=self.purged_on,
        )


@dataclass(frozen=True, slots=True)
class Due:
    """A tenant whose time has come; with an open run this is the net's look at it."""

    tenant: str
    run: int
    run_open: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A division as `system/Divisions` lists it: Code, Status, BlockingStatus, CustomerCode."""

    division: int
    status: int
    blocking: int
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A division of a tenant's grant, as last listed."""

    tenant: str
    host: str
    division: int
    chosen: bool  #: the tenant wants it read
    listed: bool  #: it was in the last list
    blocking: int
    status: int
    licence: str
    purge_at: datetime | None  #: it was taken out, and its rows go then


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The consent of one Exact user on one host; `sealed` is its encrypted token pair while the vault lacks it."""

    tenant: str
    host: str
    user: str  #: keyed hash of the user id
    state: GrantState
    cause: str
    number: int  #: of the newest pair; rises by one with each
    sealed: bytes | None
    issued_at: datetime | None  #: when the newest pair was issued
    consented_at: datetime

    def __repr__(self) -> str:
        """Without the pair, though it is encrypted."""
        return f"Grant({self.tenant!r}, state={self.state!r}, cause={self.cause!r}, number={self.number})"


@dataclass(frozen=True, slots=True)
class Held:
    """A worker's claim on one division of a tenant's open run, valid until its fence is passed or it is given back."""

    fence: int
    host: str
    division: int
    tenant: str


@dataclass(frozen=True, slots=True)
class Step:
    """The step of a division that is to be done next."""

    tenant: str
    run: int
    division: int
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One pass over a tenant's divisions."""

    tenant: str
    run: int
    started_at: datetime
    begun_at: datetime | None  #: when its divisions were written
    ended_at: datetime | None
    cause: str  #: why it ended as a whole, where no division says so
    open_divisions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDivision:
    """One division's part of a run."""

    tenant: str
    run: int
    division: int
    host: str
    state: DivisionRunState
    cause: str
    expected_step: int
    resume_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """How a division's copy stands against the books: a word and times, never a figure."""

    tenant: str
    division: int
    run: int  #: in which it came to stand so
    state: str  #: "proven", "unproven", "unknown"
    cause: str
    as_of: datetime | None  #: last moment at which all was compared and held
    due_at: datetime | None  #: when the next comparison is due


@dataclass(frozen=True, slots=True)
class Parked:
    """A stream that is not read until `until`, and why."""

    cause: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """One deletion for good, of a tenant or of one division of it."""

    number: int  #: rises by one with every purge of the register
    tenant: str
    division: int  #: 0: the tenant as a whole
    reason: Reason
    due_at: datetime
    begun_at: datetime
    taken: Mapping[str, int]  #: what its mark itself removed
    step: int  #: steps done
    waits_for: str  #: cause of the step that failed last
    ended_at: datetime | None  #: when its certificate was kept
    certificate: str  #: SHA-256 of the certificate
    look_at: datetime | None  #: when to look a second time


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgedPlace:
    """What a purge met and did in one place."""

    place: str
    counted_at: datetime
    found: Mapping[str, int]
    erased_at: datetime | None
    did: str
    looked_at: datetime | None
    left: int | None  #: what the fresh look found; None: not looked yet
    remains: Sequence[Mapping[str, str]]  #: what cannot be erased sooner: {"what", "until": ISO date or ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCount:
    """What one division of one run asked of Exact."""

    tenant: str
    run: int
    started_at: datetime
    division: int
    licence: str
    calls: int
    rows: int
    errors: int
