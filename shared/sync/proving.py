"""The end of a division's part of a run: its years compared, its books checked, and how it stands after that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from shared import telemetry
from shared.errors import Cause
from shared.streams import DELETED
from shared.sync import rights
from shared.sync.agenda import BALANCES, LINES, comparison_due, next_task
from shared.sync.checks import GL_ACCOUNTS, JOURNALS, RELATIONS, TERMS, check
from shared.sync.comparing import prove_years
from shared.sync.job import Job
from shared.sync.readings import Unread
from shared.sync.situation import PERIODS, situation
from shared.warehouse.proofs import (
    DIFFERS,
    ENTRIES,
    HOLDS,
    LEDGER,
    PAYABLES,
    PROVEN,
    RECEIVABLES,
    REFERENCES,
    UNKNOWN,
    UNPROVEN,
    Case,
    Standing,
)

#: lists without which something cannot be compared
NEEDED = (LINES, BALANCES, PERIODS, TERMS, GL_ACCOUNTS, RELATIONS, JOURNALS)
#: what a fault that stays is called
FAULTS = {
    LEDGER: Cause.LEDGER_DIFFERS,
    ENTRIES: Cause.ENTRY_UNBALANCED,
    RECEIVABLES: Cause.OPEN_ITEMS_DIFFER,
    PAYABLES: Cause.OPEN_ITEMS_DIFFER,
    REFERENCES: Cause.REFERENCE_MISSING,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a division is not proven."""

    state: str
    cause: str
    about: str


def prove(job: Job) -> bool:
    """Compare what can be compared now and write down how the division stands; False: first there is more to read.

    Raises RetryLater when a reading of the proof has to wait; what is done by then stays done.
    """
    try:
        prove_years(job)
        check(job, job.warehouse.proofs(job.division).standing(), ledger_holds=not _differing(job))
    except Unread:
        telemetry.event("proof.unread", **job.names())
    if next_task(situation(job)) is not None:
        return False
    _stand(job, job.warehouse.proofs(job.division).standing())
    return True


def _stand(job: Job, before: Standing) -> None:
    standing = _dated(job, before, _judged(job, before))
    if standing != before:
        with job.warehouse.transaction(job.claim) as transaction:
            transaction.save_standing(standing)
        _tell_register(job, standing)
    if (standing.state, standing.cause) != (before.state, before.cause):
        tell = telemetry.event if standing.state == PROVEN else telemetry.warning
        tell("division.standing", **job.names(), state=standing.state, cause=standing.cause)


def _tell_register(job: Job, now: Standing) -> None:
    """The word and the times; what they rest on stays in the tenant's database."""
    job.register.proofs.save(
        job.tenant.tenant, job.division, now.run, now.state, now.cause, as_of=now.as_of, due_at=now.due_at
    )


def _judged(job: Job, before: Standing) -> Standing:
    now = situation(job)
    cases = job.warehouse.proofs(job.division).cases()
    changed = set(job.warehouse.changed_scopes(LINES, job.division)) | {case.scope for case in cases if case.step}
    reason = next(_reasons(job, cases, now.years), Reason(PROVEN, "", ""))
    return replace(
        before,
        state=reason.state,
        cause=reason.cause,
        about=reason.about,
        pending=tuple(sorted(changed)),
        due_at=comparison_due(now),
    )


def _dated(job: Job, before: Standing, now: Standing) -> Standing:
    """With the run that made it so; what was looked at anew and is proven is proven as of now."""
    if now.current and now.looked_at != now.proven_at:
        cursor = job.warehouse.checkpoint(job.division, LINES).cursor
        now = replace(now, as_of=job.clock(), as_of_run=job.run, proven_at=now.looked_at, cursor=cursor)
    return now if now == before else replace(now, run=job.run)


def _reasons(job: Job, cases: Iterable[Case], years: Iterable[str]) -> Iterator[Reason]:
    """Why it is not proven: what is known to be wrong before what is not known."""
    yield from _unsound(job)
    yield from _wrong(job)
    yield from _incomparable(job, {case.scope: case for case in cases}, years)


def _unsound(job: Job) -> Iterator[Reason]:
    """The copy itself is known not to be whole."""
    for stream, _ in job.warehouse.set_aside(job.division):
        yield Reason(UNPROVEN, Cause.RECORD_REFUSED.code, stream)
    for name in sorted(job.closed()):
        yield Reason(UNPROVEN, job.parked[name].cause, name)
    if DELETED.name in rights.missing(job):
        yield Reason(UNPROVEN, Cause.DELETIONS_UNCONFIRMED.code, DELETED.name)
    for checkpoint in job.warehouse.checkpoints(job.division):
        if checkpoint.suspect:
            yield Reason(UNPROVEN, Cause.LIST_SUSPECT.code, checkpoint.stream)


def _wrong(job: Job) -> Iterator[Reason]:
    """A comparison came out wrong, and nothing healed it."""
    for scope in _differing(job):
        yield Reason(UNPROVEN, FAULTS[LEDGER].code, scope)
    for kept in job.warehouse.proofs(job.division).latest():
        if kept.state == DIFFERS and kept.subject != LEDGER:
            yield Reason(UNPROVEN, FAULTS[kept.subject].code, kept.subject)


def _incomparable(job: Job, cases: dict[str, Case], years: Iterable[str]) -> Iterator[Reason]:
    """Something could not be compared, or never was."""
    missing = rights.missing(job)
    for stream in NEEDED:
        if stream.name in missing:
            yield Reason(UNKNOWN, Cause.RIGHT_MISSING.code, stream.name)
    for year in years:
        if year not in cases or cases[year].state != HOLDS:
            yield Reason(UNKNOWN, Cause.NOT_COMPARED.code, year)
    if not cases:
        yield Reason(UNKNOWN, Cause.NOT_COMPARED.code, "")


def _differing(job: Job) -> list[str]:
    return [case.scope for case in job.warehouse.proofs(job.division).cases() if case.state == DIFFERS]
