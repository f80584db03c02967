"""Whether the register is the one the evidence was written from, or an older one brought back from a backup.

A restored register knows tenants again that were deleted, and would have them planned, connected and provisioned. So
what plans or changes asks here first; `qics register reconcile` mends it (`retention.reconcile`).
"""

from __future__ import annotations

import json

from shared.audit import Head
from shared.canonical import canonical
from shared.errors import Broken, Cause
from shared.evidence import Evidence, keep
from shared.register import Register

TOMBSTONES, HEADS = "tombstones/", "heads/"


class Guard:
    """Asks the evidence when the process starts and whenever the audit log no longer holds what it held then."""

    def __init__(self, register: Register, evidence: Evidence) -> None:
        self._register = register
        self._evidence = evidence
        self._seen: Head | None = None

    def check(self) -> None:
        """Raise Broken(REGISTER_LAGS) for a register that is behind the evidence; RetryLater when nobody can say."""
        if self._seen is not None and self._register.audit.has(self._seen):
            return
        self._seen = None
        risen = sorted(risen_tenants(self._register, self._evidence))
        newest = newest_head(self._evidence)
        if risen or (newest and not self._register.audit.has(newest)):
            lost = f"audit entry {newest.number} is anchored" if newest else "no audit entry is anchored"
            raise Broken(Cause.REGISTER_LAGS, f"{len(risen)} purged tenants are back; {lost}")
        head = self._register.audit.head()
        self._seen = head if head.number else None


def risen_tenants(register: Register, evidence: Evidence) -> set[str]:
    """Tenants with a tombstone in the evidence and none in the register."""
    buried = {row.tenant for row in register.tenants.list() if row.purged_on is not None}
    names = evidence.names(TOMBSTONES)
    return {name.removeprefix(TOMBSTONES).removesuffix(".json") for name in names} - buried


def anchor(register: Register, evidence: Evidence) -> Head:
    """Bring the head of the audit chain to the evidence; one that is there already stays.

    Raises Broken(EVIDENCE_TAKEN) when another entry was anchored under this number.
    """
    head = register.audit.head()
    if head.number:
        keep(evidence, f"{HEADS}{head.number:012}.json", canonical({"number": head.number, "hash": head.hash}))
    return head


def newest_head(evidence: Evidence) -> Head | None:
    """The head anchored last; None: none yet."""
    names = evidence.names(HEADS)
    return _head(evidence, names[-1]) if names else None


def anchored_heads(evidence: Evidence) -> list[Head]:
    """All heads anchored so far, in their order."""
    return [_head(evidence, name) for name in evidence.names(HEADS)]


def _head(evidence: Evidence, name: str) -> Head:
    content = evidence.get(name)
    if content is None:
        raise Broken(Cause.EVIDENCE_TAKEN, f"evidence {name}: it was listed, and is gone")
    told = json.loads(content)
    return Head(told["number"], told["hash"])
