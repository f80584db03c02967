"""The proof of each year against ReportingBalance: which reading comes next, and what its outcome means.

A comparison itself costs no call. The steps of a year (`Case.step`), each kept before the next begins, so that a
division's step that ends in the middle is gone on with at the same place:

    ""         a new reading of ReportingBalance is there: compare
    "again"    it differs: read the changes and the delete log, compare
    "doubted"  it still differs: read balance and changes again, compare; what both looks show alike counts
    "period", "year", "stream"   read the piece anew (`repair`), then balance and changes, compare; go up if it differs
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from shared import telemetry
from shared.sync import proof, repair
from shared.sync.agenda import BALANCES, LINES
from shared.sync.attempt import closed
from shared.sync.job import Job
from shared.sync.proof import Comparison
from shared.sync.situation import situation
from shared.sync.year import MEANWHILE, Year
from shared.warehouse.proofs import DIFFERS, DOUBTED, HOLDS, MOVING, Case

AGAIN = "again"


def prove_years(job: Job) -> None:
    """Settle every year whose balance was read since its last comparison. Raises Unread, RetryLater."""
    if closed(job) & {LINES.name, BALANCES.name}:
        return
    known = {case.scope: case for case in job.warehouse.proofs(job.division).cases()}
    now = situation(job)
    for scope in now.years:
        balance = now.checkpoint(BALANCES, scope)
        case = known.get(scope, Case(division=job.division, scope=scope))
        if balance.complete and not balance.mode and (case.step or case.reading != balance.complete):
            _settle(job, case)


def _settle(job: Job, case: Case) -> None:
    while True:
        case = _STEPS[case.step](Year(job, case))
        if not case.step:
            telemetry.event("proof.settled", **job.names(LINES), scope=case.scope, state=case.state)
            return


def _first_look(year: Year) -> Case:
    found = year.compare()
    if found.holds:
        return year.keep(found, HOLDS)
    if _explained(year, found):
        return year.keep(found, DIFFERS)
    return year.go(AGAIN, (), MEANWHILE)


def _explained(year: Year, found: Comparison) -> bool:
    """Whether looking again is vain: records were set aside, or the same was found and could not be healed."""
    aside = any(stream == LINES.name for stream, _ in year.job.warehouse.set_aside(year.job.division))
    known = year.case.state == DIFFERS and set(found.differences) == set(year.found_before())
    return aside or known


def _after_changes(year: Year) -> Case:
    year = year.read()
    found = year.compare()
    if found.holds:
        return year.keep(found, HOLDS, healed_by="changes")
    return year.keep(found, DOUBTED, step=DOUBTED)


def _second_look(year: Year) -> Case:
    year = year.read()
    found = year.compare()
    if found.holds:
        return year.keep(found, HOLDS, healed_by="changes")
    left = proof.surviving(year.found_before(), found.differences)
    if not left:
        return year.keep(found, MOVING)
    telemetry.warning("proof.differs", **year.job.names(LINES), scope=year.scope, count=len(left))
    counted = replace(found, differences=left)
    step, pieces = repair.begin(year, counted)
    return year.keep(counted, DIFFERS, step, pieces)


def _mended(year: Year) -> Case:
    level, year = year.case.step, repair.mend(year)
    if year.case.step != level:
        return year.case
    year = year.read()
    seen = year.compare()
    found = proof.with_opening(seen)
    if found.holds:
        telemetry.event("proof.healed", **year.job.names(LINES), scope=year.scope, type=level)
        return year.keep(found, HOLDS, healed_by=level if seen.holds else "")
    left = replace(found, differences=proof.same_places(year.found_before(), found.differences))
    if left.holds:
        return year.keep(found, MOVING)
    telemetry.alert(
        "proof.unhealed", **year.job.names(LINES), scope=year.scope, type=level, count=len(left.differences)
    )
    if level == repair.STREAM:
        return year.keep(left, DIFFERS)
    step, pieces = repair.begin(year, left, after=level)
    return year.keep(left, DIFFERS, step, pieces)


_STEPS: dict[str, Callable[[Year], Case]] = {
    "": _first_look,
    AGAIN: _after_changes,
    DOUBTED: _second_look,
    **dict.fromkeys(repair.LADDER, _mended),
}
