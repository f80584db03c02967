"""A complete reading is judged before anything is removed: an empty answer never deletes (rule 4)."""

from __future__ import annotations

from dataclasses import replace

from shared import telemetry
from shared.errors import Cause, StreamStopped
from shared.streams import DELETED
from shared.streams.model import Kind, Stream
from shared.sync import deletions, parts, reading, rights
from shared.sync.job import Job
from shared.warehouse.protocol import Checkpoint


def judge(job: Job, stream: Stream, checkpoint: Checkpoint) -> None:
    """Take a complete reading as true and sweep, or doubt it and sweep nothing.

    Raises StreamStopped(RIGHT_MISSING) when a list turned empty because the right to read it is gone.
    """
    if stream is DELETED:
        deletions.log_read(job, checkpoint)
    elif stream.kind is Kind.TOTALS:
        _replace(job, stream, checkpoint)
    elif stream.kind is Kind.PART:
        parts.judge(job, stream, checkpoint)
    else:
        _sweep(job, stream, checkpoint)


def _replace(job: Job, stream: Stream, checkpoint: Checkpoint) -> None:
    done = replace(reading.completed(checkpoint, 0, job.run, job.clock()), cursor=0)
    with job.warehouse.transaction(job.claim) as transaction:
        if checkpoint.rows:
            transaction.replace_scope(stream, checkpoint)
        transaction.save(done)


def _sweep(job: Job, stream: Stream, checkpoint: Checkpoint) -> None:
    with job.warehouse.transaction(job.claim) as transaction:
        stored, unseen = transaction.unseen(stream, checkpoint)
    if reading.suspicious(stored, unseen) and not _believed(job, stream, checkpoint):
        job.save(reading.doubted(checkpoint, job.run, job.clock()))
        telemetry.alert("list.suspect", **job.names(stream), stored=stored, missing=unseen)
        if not checkpoint.rows and not rights.confirm(job, stream):
            raise StreamStopped(Cause.RIGHT_MISSING, f"{stream.name} of division {job.division}")
        return
    with job.warehouse.transaction(job.claim) as transaction:
        since = reading.previous(checkpoint)
        removed = transaction.sweep(stream, checkpoint, since=since) if since else 0
        transaction.save(reading.completed(checkpoint, unseen - removed, job.run, job.clock()))
    telemetry.event("list.complete", **job.names(stream), stored=stored, missing=unseen, removed=removed)


def _believed(job: Job, stream: Stream, checkpoint: Checkpoint) -> bool:
    """A doubted answer that repeats is true when the right is confirmed or the operator released it."""
    if not checkpoint.suspect:
        return False
    return job.register.calls.take_release(job.held.host, job.division, stream.name) or rights.confirm(job, stream)
