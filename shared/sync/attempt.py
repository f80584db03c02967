"""One reading, tried: what stops only its stream is noted, so that the others go on."""

from __future__ import annotations

from shared import telemetry
from shared.errors import RetryLater, StreamStopped
from shared.exact.faults import UnknownColumn
from shared.streams import DELETED
from shared.sync import epoch, reading, rights
from shared.sync.agenda import Task
from shared.sync.job import Job
from shared.sync.parking import is_parked_for, reopen, stop
from shared.sync.stream import copy


def attempt(job: Job, task: Task) -> bool:
    """Bring one reading to its end; False when it could not be, which is noted. Raises RetryLater to wait."""
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
    else:
        return True
    return False


def closed(job: Job) -> frozenset[str]:
    """Streams that are not to be read now: parked, or without the right."""
    return job.closed() | rights.missing(job)


def _drop(job: Job, task: Task, error: UnknownColumn) -> None:
    """Exact withdrew a column: go on without it, or stop the stream when it is one that matters (rule 8)."""
    if not reading.droppable(task.stream, error.column):
        stop(job, task, error)
        return
    checkpoint = job.warehouse.checkpoint(job.division, task.stream, task.scope)
    current = reading.addressed(checkpoint, job.state.epoch, reading.fingerprint(task.stream, job.state))
    job.save(reading.without(current, error.column, job.release))
    telemetry.alert("column.dropped", **job.names(task.stream), column=error.column, release=job.release)
