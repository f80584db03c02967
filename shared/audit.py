"""The chain of the audit log: each entry holds the hash of the one before, so that nothing can change unseen.

Pure: the entries lie in the register (`register.audit`), and hourly the newest hash, the chain's *head*, goes where no
restore and no database owner reaches (`retention.anchors`). A register restored from a backup has lost entries for
good: the entry `RESUMED`, written by `qics register reconcile`, continues from the anchored head and says which are
missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.canonical import Json, canonical, digest

#: what the first entry holds as the hash before it
BEGINNING = "0" * 64
#: the one action that may leave numbers out: those a restored backup lost
RESUMED = "register.reconcile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What somebody did, when, to what, and why: ids, codes, dates and references, never a customer's data."""

    number: int
    at: datetime
    actor: str
    action: str
    tenant: str  #: "" where it concerns none
    details: Mapping[str, Json]
    previous: str  #: hash of the entry before
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of the chain at some moment."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """Where the log is not what was written."""

    number: int
    what: str  #: one of the constants below


CHANGED = "changed"  # its content does not give its hash
GAP = "gap"  # numbers before it are missing
UNCHAINED = "unchained"  # it does not follow the entry before it: reordered, or put in between
CUT = "cut"  # it was anchored, and the log ends before it
REWRITTEN = "rewritten"  # it was anchored with another hash


def hash_of(entry: Entry) -> str:
    """The hash an entry must have."""
    return digest(
        canonical(
            {
                "number": entry.number,
                "at": entry.at.isoformat(),
                "actor": entry.actor,
                "action": entry.action,
                "tenant": entry.tenant,
                "details": entry.details,
                "previous": entry.previous,
            }
        )
    )


def flaws(entries: Sequence[Entry], heads: Iterable[Head]) -> list[Flaw]:
    """Every place where the log (in its order) is not what was written, by number; `heads` are the anchored ones."""
    found = [flaw for before, entry in _pairs(entries) for flaw in _judge(before, entry)]
    known = {entry.number: entry.hash for entry in entries}
    lost = {
        number for before, entry in _pairs(entries) if _resumes(before, entry) for number in _between(before, entry)
    }
    last = entries[-1].number if entries else 0
    continued = {(entry.number - 1, entry.previous) for entry in entries if entry.action == RESUMED}
    for head in heads:
        if head.number > last:
            found.append(Flaw(head.number, CUT))
        elif head.number in known and known[head.number] != head.hash:
            found.append(Flaw(head.number, REWRITTEN))
        elif head.number not in known and head.number not in lost and (head.number, head.hash) not in continued:
            found.append(Flaw(head.number, CUT))
    return sorted(set(found), key=lambda flaw: (flaw.number, flaw.what))


def _pairs(entries: Sequence[Entry]) -> Iterable[tuple[Head, Entry]]:
    before = Head(0, BEGINNING)
    for entry in entries:
        yield before, entry
        before = Head(entry.number, entry.hash)


def _judge(before: Head, entry: Entry) -> Iterable[Flaw]:
    if entry.hash != hash_of(entry):
        yield Flaw(entry.number, CHANGED)
    if _resumes(before, entry):
        return
    if entry.number != before.number + 1:
        yield Flaw(entry.number, GAP if entry.number > before.number else UNCHAINED)
    elif entry.previous != before.hash:
        yield Flaw(entry.number, UNCHAINED)


def _resumes(before: Head, entry: Entry) -> bool:
    """Whether it continues an anchored head over numbers that a restore lost, and says so itself."""
    told = (entry.details.get("lost_from"), entry.details.get("lost_to"))
    return (
        entry.action == RESUMED and told == (before.number + 1, entry.number - 1) and entry.number > before.number + 1
    )


def _between(before: Head, entry: Entry) -> range:
    return range(before.number + 1, entry.number)
