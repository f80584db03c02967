"""What a check is, what it saw, and how a promise stands by what its checks saw. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

#: what was seen longer ago says nothing any more
STALE = timedelta(days=2)
#: ids that are kept of what breaks a promise; the count is of all
MOST_CASES = 10


class State(StrEnum):
    """How a promise stands."""

    KEPT = "kept"
    BROKEN = "broken"
    UNKNOWN = "unknown"


#: the first of these that any check says is what the promise is
WORST_FIRST = (State.BROKEN, State.UNKNOWN, State.KEPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one look saw."""

    state: State
    looked: int = 0  #: things looked at
    count: int = 0  #: of these, the ones that break the promise, or that nobody could look at
    cases: Sequence[str] = ()  #: ids of some of them, never content
    why: str = ""  #: why it is unknown


@dataclass(frozen=True, slots=True)
class Check[Place]:
    """One way to look at one promise."""

    promise: str
    name: str
    looks_at: str
    look: Callable[[Place], Seen]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check saw when it looked last; of one tenant's database where `tenant` says so."""

    promise: str
    name: str
    tenant: str
    at: datetime | None  #: None: nobody looked yet
    seen: Seen

    def by(self, now: datetime) -> Finding:
        """What it is worth at `now`: an old look says nothing."""
        if self.at is None or self.at >= now - STALE:
            return self
        return replace(self, seen=replace(self.seen, state=State.UNKNOWN, why="older than two days"))


@dataclass(frozen=True, slots=True)
class Standing:
    """How one promise stands, by which findings."""

    promise: str
    findings: Sequence[Finding]

    @property
    def state(self) -> State:
        """The worst that any check says; unknown when none does."""
        states = {finding.seen.state for finding in self.findings}
        return next((state for state in WORST_FIRST if state in states), State.UNKNOWN)

    @property
    def decisive(self) -> Sequence[Finding]:
        """The findings that say what the state is."""
        return [finding for finding in self.findings if finding.seen.state is self.state]

    @property
    def count(self) -> int:
        """Cases that break it; of an unknown one, those that nobody could look at."""
        return sum(finding.seen.count for finding in self.decisive)

    @property
    def at(self) -> datetime | None:
        """When the oldest of its looks was taken; None when one never was."""
        moments = [finding.at for finding in self.findings]
        return None if None in moments else min((each for each in moments if each), default=None)


def judged(looked: int, broken: Collection[str]) -> Seen:
    """What a look at so many things is worth, of which those with these ids break the promise."""
    state = State.BROKEN if broken else State.KEPT
    return Seen(state=state, looked=looked, count=len(broken), cases=tuple(sorted(broken)[:MOST_CASES]))


def unknown(why: str) -> Seen:
    """Nobody could look."""
    return Seen(state=State.UNKNOWN, count=1, why=why)
