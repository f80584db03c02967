"""Readings the proof asks for beside those that are due."""

from __future__ import annotations

from dataclasses import replace

from shared.streams import DELETED
from shared.streams.model import Stream
from shared.sync.agenda import Task
from shared.sync.attempt import attempt, closed
from shared.sync.job import Job


class Unread(Exception):
    """A reading could not be done now, or the agenda has to do it first; why is noted where readings are tried."""


def read(job: Job, *tasks: Task) -> None:
    """Do these readings, in order. Raises Unread when one cannot be done now, RetryLater when it has to wait."""
    for task in tasks:
        if task.stream.name in closed(job) or not attempt(job, task):
            raise Unread


def read_changes(job: Job, *streams: Stream) -> None:
    """The changes of these streams, then the delete log: what was booked since they were read."""
    read(job, *(Task(each, "", "changes") for each in (*streams, DELETED)))


def ask_in_full(job: Job, *streams: Stream) -> None:
    """Have the agenda of this run compare these streams in full."""
    for each in streams:
        checkpoint = job.warehouse.checkpoint(job.division, each)
        job.save(replace(checkpoint, full_at=None, run=0))
