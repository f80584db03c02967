"""What the copy can be held against itself for, without a call: entries, control accounts, references.

Looked at when anything changed. A fault counts only when it is still there after the lists it is about were read again;
then these are compared in full, once for the same faults. What stays after that is reported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from shared import telemetry
from shared.streams import stream
from shared.streams.model import Kind, Stream
from shared.sync import proof
from shared.sync.agenda import LINES, Task
from shared.sync.attempt import closed
from shared.sync.job import Job
from shared.sync.readings import ask_in_full, read, read_changes
from shared.sync.year import openings
from shared.warehouse.proofs import (
    DIFFERS,
    ENTRIES,
    HOLDS,
    MOST_KEPT,
    PAYABLES,
    RECEIVABLES,
    REFERENCES,
    Difference,
    Proof,
    Standing,
)

TERMS, GL_ACCOUNTS, RELATIONS, JOURNALS = map(stream, ("PaymentTerms", "GLAccounts", "Accounts", "Journals"))
_CONTROL = (LINES, TERMS, GL_ACCOUNTS)

#: the lists each check rests on
RESTS_ON = {
    ENTRIES: (LINES,),
    RECEIVABLES: _CONTROL,
    PAYABLES: _CONTROL,
    REFERENCES: (LINES, GL_ACCOUNTS, RELATIONS, JOURNALS),
}
#: the list that mends a fault, by its kind
MENDED_BY = {
    "entry": LINES,
    "control": TERMS,
    "GLAccount": GL_ACCOUNTS,
    "JournalCode": JOURNALS,
    "Account": RELATIONS,
    "Division": LINES,
    "FinancialYear": LINES,
}


@dataclass(frozen=True, slots=True)
class Found:
    """One check, as it came out."""

    proof: Proof
    differences: tuple[Difference, ...]


def check(job: Job, before: Standing, *, ledger_holds: bool) -> Standing:
    """Look, where the copy changed since `before`, and keep what is found. Raises Unread, RetryLater.

    `ledger_holds`: only then are lines and open items compared in full; else the repair of the years goes first.
    """
    seen = evidence_mark(job)
    if seen == before.looked_at:
        return before
    found = _look(job)
    faults = _faults(found)
    if faults and _digest(faults, ledger_holds) != before.asked:
        _read_again(job, faults)
        found = _still(found, _look(job))
        faults = _faults(found)
    return _kept(job, before, found, ledger_holds=ledger_holds)


def evidence_mark(job: Job) -> str:
    """Changes with anything the checks rest on: readings, proofs of years, what may be read."""
    checkpoints = (
        (each.stream, each.scope, each.epoch, each.fingerprint, each.cursor, each.complete, each.suspect)
        for each in job.warehouse.checkpoints(job.division)
    )
    cases = ((case.scope, case.proof) for case in job.warehouse.proofs(job.division).cases())
    text = "\n".join(map(str, (*checkpoints, *cases, *sorted(closed(job)))))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _look(job: Job) -> list[Found]:
    shut = closed(job)
    subjects = {name for name, lists in RESTS_ON.items() if not shut.intersection(each.name for each in lists)}
    return [found for look in _LOOKS for found in look(job) if found.proof.subject in subjects]


def _entries(job: Job) -> list[Found]:
    evidence = job.warehouse.evidence(job.division)
    return [_found(job, ENTRIES, proof.entry_differences(evidence.unbalanced(MOST_KEPT)))]


def _sides(job: Job) -> list[Found]:
    evidence = job.warehouse.evidence(job.division)
    sides = proof.sides(evidence.control_accounts(), evidence.open_items(), openings(job))
    return [
        _found(
            job,
            side.subject,
            side.differences,
            copied_amount=side.ledger,
            reported_amount=side.items,
            in_transit=side.in_transit,
        )
        for side in sides
    ]


def _references(job: Job) -> list[Found]:
    evidence = job.warehouse.evidence(job.division)
    return [_found(job, REFERENCES, proof.reference_differences(evidence.unresolved()))]


_LOOKS: tuple[Callable[[Job], list[Found]], ...] = (_entries, _sides, _references)


def _found(job: Job, subject: str, differences: tuple[Difference, ...], **figures: object) -> Found:
    kept = Proof(
        division=job.division,
        subject=subject,
        run=job.run,
        at=job.clock(),
        cursor=job.warehouse.checkpoint(job.division, LINES).cursor,
        state=DIFFERS if differences else HOLDS,
        differences=len(differences),
        **figures,  # type: ignore[arg-type]
    )
    return Found(kept, differences)


def _read_again(job: Job, faults: Iterable[Difference]) -> None:
    """What was booked since the lists were read, each list once; complete lists whole."""
    lists = dict.fromkeys((LINES, *(MENDED_BY[each.kind] for each in faults)))
    read(job, *(Task(each, "", "full") for each in lists if each.kind is Kind.SNAPSHOT))
    read_changes(job, *(each for each in lists if each.kind is Kind.CHANGES))


def _still(before: list[Found], now: list[Found]) -> list[Found]:
    """The later look, with only the faults that the earlier one shows as well."""
    earlier = {proof.gap(each) for each in _faults(before)}
    return [_only(found, tuple(each for each in found.differences if proof.gap(each) in earlier)) for found in now]


def _only(found: Found, differences: tuple[Difference, ...]) -> Found:
    state = DIFFERS if differences else HOLDS
    return Found(replace(found.proof, state=state, differences=len(differences)), differences)


def _kept(job: Job, before: Standing, found: list[Found], *, ledger_holds: bool) -> Standing:
    faults = _faults(found)
    healed, asked = bool(before.asked and not faults), _digest(faults, ledger_holds) if faults else ""
    after = replace(before, asked=asked, looked_at=evidence_mark(job))
    with job.warehouse.transaction(job.claim) as transaction:
        for each in found:
            kept = replace(each.proof, healed_by="stream") if healed else each.proof
            transaction.keep_proof(kept, each.differences)
        transaction.save_standing(after)  # what was asked for is asked for once, whatever comes between
    if faults and asked != before.asked:
        telemetry.alert("proof.faults", **job.names(), count=len(faults), type=faults[0].kind)
        ask_in_full(job, *_to_mend(faults, ledger_holds=ledger_holds))
    if healed:
        telemetry.event("proof.healed", **job.names(), type="stream")
    return after


def _to_mend(faults: Iterable[Difference], *, ledger_holds: bool) -> list[Stream]:
    lists = dict.fromkeys(MENDED_BY[each.kind] for each in faults)
    return [each for each in lists if each not in (LINES, TERMS) or ledger_holds]


def _faults(found: Iterable[Found]) -> list[Difference]:
    return [difference for each in found for difference in each.differences]


def _digest(faults: Iterable[Difference], *circumstances: object) -> str:
    text = "\n".join(sorted(str(proof.gap(each)) for each in faults))
    return hashlib.sha256(f"{text}{circumstances}".encode()).hexdigest()[:32]
