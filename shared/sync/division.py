"""One step of one division: every reading that is due, until all are done or the time or budget is up."""

from __future__ import annotations

from shared import telemetry
from shared.errors import Cause, DivisionStopped, RetryLater, StreamStopped
from shared.exact.faults import UnknownColumn
from shared.register.rows import Closed
from shared.streams import DELETED
from shared.streams import stream as stream_named
from shared.sync import epoch, reading, refusals, rights
from shared.sync.agenda import LINES, Situation, Task, next_task
from shared.sync.job import Job
from shared.sync.parking import is_parked_for, reopen, stop
from shared.sync.stream import copy

PERIODS = stream_named("FinancialPeriods")


def work(job: Job) -> Closed:
    """Do what is left of this division in this run: "done", or "parked" when a stream could not be read.

    Raises RetryLater when the rest must wait for the next step, DivisionStopped, ConsentNeeded, ClaimLost, Broken.
    """
    try:
        return _work(job)
    except DivisionStopped as stopped:
        if stopped.cause is Cause.DIVISION_BLOCKED and not job.state.blocked:
            job.save_state(blocked=True)
        raise


def _work(job: Job) -> Closed:
    epoch.look(job)
    _renew_consent(job)
    rights.renew(job)
    refusals.retry(job)
    while task := next_task(_situation(job)):
        _attempt(job, task)
    return "parked" if _closed(job) else "done"


def _attempt(job: Job, task: Task) -> None:
    """One reading; what stops only this stream is noted, so that the others go on."""
    try:
        copy(job, task)
        reopen(job, task)
        if task.stream is DELETED:
            epoch.weigh_missing(job)
    except epoch.EpochOver as over:
        epoch.raise_epoch(job, str(over))
    except UnknownColumn as error:
        _drop(job, task, error)
    except StreamStopped as error:
        stop(job, task, error)
    except RetryLater as error:
        if not is_parked_for(job, task, error):
            raise


def _drop(job: Job, task: Task, error: UnknownColumn) -> None:
    """Exact withdrew a column: go on without it, or stop the stream when it is one that matters (rule 8)."""
    if not reading.droppable(task.stream, error.column):
        stop(job, task, error)
        return
    checkpoint = job.warehouse.checkpoint(job.division, task.stream, task.scope)
    current = reading.addressed(checkpoint, job.state.epoch, reading.fingerprint(task.stream, job.state))
    job.save(reading.without(current, error.column, job.release))
    telemetry.alert("column.dropped", **job.names(task.stream), column=error.column, release=job.release)


def _renew_consent(job: Job) -> None:
    """A new consenting user or licence sees other rows: everything is read in full again (rule 8)."""
    grant = job.register.grants.get(job.tenant.tenant)
    consent = grant.user if grant else ""
    if (consent, job.source.licence) != (job.state.consent, job.state.licence):
        job.save_state(consent=consent, licence=job.source.licence, rights=(), rights_at=None, asked=(), granted=())


def _situation(job: Job) -> Situation:
    checkpoints = {(each.stream, each.scope): each for each in job.warehouse.checkpoints(job.division)}
    return Situation(
        now=job.clock(),
        run=job.run,
        state=job.state,
        checkpoints=checkpoints,
        closed=_closed(job),
        years=[str(year) for year in job.warehouse.values(PERIODS, job.division, "FinYear")],
        changed_years=frozenset(job.warehouse.changed_scopes(LINES, job.division)),
    )


def _closed(job: Job) -> frozenset[str]:
    return job.closed() | rights.missing(job)
