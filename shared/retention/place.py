"""What a place is: somewhere things of a tenant lie, that can be counted, emptied, and looked at again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from shared.register import Purge, Tenant


@dataclass(frozen=True, slots=True)
class Subject:
    """What is deleted: a tenant as a whole, or one division of it. `tenant` is the register's row, a tombstone too."""

    tenant: Tenant
    purge: Purge

    @property
    def division(self) -> int:
        """The division; 0: all there is."""
        return self.purge.division


@dataclass(frozen=True, slots=True)
class Remainder:
    """What cannot be erased sooner: a word of `words.REMAINDERS`, and the last day it is there (None: not by us)."""

    what: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What a fresh look found."""

    left: Mapping[str, int]  #: things still there that should not be, by kind; empty: none
    remains: Sequence[Remainder] = field(default=())

    @property
    def total(self) -> int:
        """How many things."""
        return sum(self.left.values())


class Place(Protocol):
    """Every method may be called again after a crash; all raise RetryLater while the place is down."""

    @property
    def name(self) -> str:
        """A word of `words.PLACES`, at most 24 characters."""

    def count(self, subject: Subject) -> Mapping[str, int]:
        """Count what is there, by kind: counts only, never what is counted."""

    def erase(self, subject: Subject) -> str:
        """Erase it for good; what was done, a word of `words.DEEDS`."""

    def verify(self, subject: Subject) -> Look:
        """Look afresh, not at what `erase` said."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """A place this installation does not have: it is counted and looked at like any other, and is empty."""

    name: str

    def count(self, subject: Subject) -> Mapping[str, int]:
        """See Place."""
        return {}

    def erase(self, subject: Subject) -> str:
        """See Place."""
        return "none-here"

    def verify(self, subject: Subject) -> Look:
        """See Place."""
        return Look({})


def counts(**found: int) -> dict[str, int]:
    """The kinds there are any of."""
    return {kind: count for kind, count in found.items() if count}


def day(moment: datetime | None) -> str:
    """A moment as text; "" for none."""
    return moment.isoformat() if moment else ""
