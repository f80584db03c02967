"""No error loop: a stream that fails is tried three times within the hour, then left alone (rule 11)."""

from __future__ import annotations

from datetime import timedelta

from shared import telemetry
from shared.errors import Cause, PipelineError, RetryLater, StreamStopped
from shared.sync import reading
from shared.sync.agenda import Task
from shared.sync.job import Job

#: tries within an hour; Exact blocks the key after ten client errors
TRIES = 3
#: a stream Exact refuses is tried once a day
REFUSED_FOR = timedelta(days=1)
#: a stream whose server fails is tried again in an hour, so that it holds up no other stream
FAILING_FOR = timedelta(hours=1)

#: causes that a second try cannot change
AT_ONCE = {Cause.PAGING_LOOP, Cause.FOREIGN_LINK, Cause.SCOPE_MISSING}


def stop(job: Job, task: Task, error: StreamStopped) -> None:
    """Note that a stream could not be read; park it for a day at the third time, or at once where the cause says so."""
    _give_up_reading(job, task)
    if error.cause is Cause.RIGHT_MISSING:
        telemetry.warning("stream.right-missing", **job.names(task.stream))
        return
    if error.cause in AT_ONCE or _failures(job, task) >= TRIES:
        _park(job, task, error, REFUSED_FOR)


def is_parked_for(job: Job, task: Task, error: RetryLater) -> bool:
    """Whether a failing server has parked this stream; otherwise the step waits and tries it again."""
    if error.cause is not Cause.SERVER_ERROR or _failures(job, task) < TRIES:
        return False
    _give_up_reading(job, task)
    _park(job, task, error, FAILING_FOR)
    return True


def reopen(job: Job, task: Task) -> None:
    """A stream that was parked could be read again."""
    if job.parked.pop(task.stream.name, None):
        job.register.calls.unpark(job.held.host, job.division, task.stream.name)
        telemetry.event("stream.reopened", **job.names(task.stream))


def _failures(job: Job, task: Task) -> int:
    """Failures of this list within the running hour, this one included."""
    return job.register.calls.client_error(job.held.host, job.division, task.stream.name)


def _park(job: Job, task: Task, error: PipelineError, span: timedelta) -> None:
    until = job.clock() + span
    job.register.calls.park(job.held.host, job.division, task.stream.name, error.cause, until)
    job.parked = job.register.calls.parked(job.held.host, job.division)
    telemetry.alert("stream.parked", **job.names(task.stream), cause=error.cause.code, until=until.isoformat())


def _give_up_reading(job: Job, task: Task) -> None:
    """The next try begins at the first page: the link itself may be what Exact refuses."""
    checkpoint = job.warehouse.checkpoint(job.division, task.stream, task.scope)
    if checkpoint.mode:
        job.save(reading.abandoned(checkpoint))
