"""A piece of the lines listed anew (one period, one year) to mend what a proof found wrong.

The list has no row versions. It is asked between two readings of the changes: what the second brings is newer and
stands; every other record takes the list's values at the version it has here. A stored record goes only when two such
lists running lack it. Nothing is emptied first.
"""

from __future__ import annotations

from dataclasses import replace

from shared import telemetry
from shared.errors import Cause, StreamStopped
from shared.exact.records import Read
from shared.streams.model import Stream
from shared.sync import reading, rights
from shared.sync.job import Job
from shared.warehouse.protocol import Checkpoint, Transaction


def begins_at(job: Job, part: Stream) -> int:
    """The version up to which stored rows are the list's to judge: what is read later than this is newer."""
    return _owner(job, part).cursor


def store(job: Job, transaction: Transaction, part: Stream, read: Read, checkpoint: Checkpoint) -> None:
    """Take one page of the list."""
    written = transaction.take(part, read.rows, read.refusals, checkpoint, _owner(job, part))
    telemetry.event(
        "part.stored",
        **job.names(part),
        scope=checkpoint.scope,
        inserted=written.inserted,
        updated=written.updated,
        unchanged=written.unchanged,
        refused=len(read.refusals),
    )


def judge(job: Job, part: Stream, checkpoint: Checkpoint) -> None:
    """Rows missing in a first list are asked for again (`again`); those a second one lacks too are removed.

    Raises StreamStopped(RIGHT_MISSING) when so much is missing that the right must be asked for, and it is gone.
    """
    with job.warehouse.transaction(job.claim) as transaction:
        stored, missing = transaction.unseen(part, checkpoint)
    doubtful = reading.suspicious(stored, missing) if checkpoint.again else stored > 0 and not checkpoint.rows
    if doubtful and not rights.confirm(job, part):
        raise StreamStopped(Cause.RIGHT_MISSING, f"{part.name} of division {job.division}")
    with job.warehouse.transaction(job.claim) as transaction:
        removed = transaction.sweep(part, checkpoint, since=checkpoint.complete) if checkpoint.again else 0
        transaction.save(_ended(job, checkpoint, second_owed=missing > 0 and not checkpoint.again))
    telemetry.event("part.complete", **job.names(part), scope=checkpoint.scope, missing=missing, removed=removed)


def _ended(job: Job, checkpoint: Checkpoint, *, second_owed: bool) -> Checkpoint:
    ended = reading.ended(checkpoint, job.run, job.clock())
    return replace(ended, complete=checkpoint.number, again=second_owed, full_at=job.clock(), cursor=0)


def _owner(job: Job, part: Stream) -> Checkpoint:
    assert part.part_of is not None  # noqa: S101 - by the kind of the stream
    return job.warehouse.checkpoint(job.division, part.part_of)
