"""What the choice of the next reading depends on, gathered from the tenant's database."""

from __future__ import annotations

from shared.streams import stream
from shared.sync.agenda import BALANCES, LINES, Situation
from shared.sync.attempt import closed
from shared.sync.job import Job
from shared.warehouse.proofs import HOLDS

#: says which years there are
PERIODS = stream("FinancialPeriods")


def situation(job: Job) -> Situation:
    """As it is now."""
    checkpoints = {(each.stream, each.scope): each for each in job.warehouse.checkpoints(job.division)}
    changed = set(job.warehouse.changed_scopes(LINES, job.division))
    listed = {str(year) for year in job.warehouse.values(PERIODS, job.division, "FinYear")}
    compared = {scope for name, scope in checkpoints if name == BALANCES.name}
    return Situation(
        now=job.clock(),
        run=job.run,
        state=job.state,
        checkpoints=checkpoints,
        closed=closed(job),
        years=sorted(listed | changed | compared),
        changed_years=frozenset(changed | _unproven(job)),
    )


def _unproven(job: Job) -> set[str]:
    """Years whose last comparison did not hold."""
    return {case.scope for case in job.warehouse.proofs(job.division).cases() if case.state not in (HOLDS, "")}
