"""One step of one division: every reading that is due, then the proof, until all is done or time or budget is up."""

from __future__ import annotations

from shared.errors import Cause, DivisionStopped
from shared.register.rows import Closed
from shared.sync import epoch, refusals, rights
from shared.sync.agenda import next_task
from shared.sync.attempt import attempt, closed
from shared.sync.job import Job
from shared.sync.proving import prove
from shared.sync.situation import situation


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
    _read(job)
    while not prove(job):
        _read(job)
    return "parked" if closed(job) else "done"


def _read(job: Job) -> None:
    """Every reading that is due."""
    while task := next_task(situation(job)):
        attempt(job, task)


def _renew_consent(job: Job) -> None:
    """A new consenting user or licence sees other rows: everything is read in full again (rule 8)."""
    grant = job.register.grants.get(job.tenant.tenant)
    consent = grant.user if grant else ""
    if (consent, job.source.licence) != (job.state.consent, job.state.licence):
        job.save_state(consent=consent, licence=job.source.licence, rights=(), rights_at=None, asked=(), granted=())
