"""What the consenting user may read: a missing right looks like an empty list, so it is asked (rules 4 and 8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from shared import telemetry
from shared.errors import RetryLater
from shared.exact.rights import has_right
from shared.streams import CATALOGUE, DELETED
from shared.streams.model import Stream
from shared.sync.agenda import DIVISIONS
from shared.sync.job import Job

#: rights are asked again this often
WEEKLY = timedelta(days=7)

#: every list the worker of a division reads
READ = (DELETED, *(each for each in CATALOGUE.values() if each is not DIVISIONS))


def renew(job: Job) -> None:
    """Ask for every right at onboarding, after a new consent, and weekly.

    A round that must wait for the budget goes on where it was.
    """
    asked_at = job.state.rights_at
    if asked_at is not None and job.clock() - asked_at < WEEKLY:
        return
    granted = _round(job)
    _void([each for each in READ if each.name in granted and each.name not in job.state.rights], job)
    job.save_state(rights=granted, rights_at=job.clock(), asked=(), granted=())
    telemetry.event("rights.asked", **job.names(), count=len(granted), missing=len(READ) - len(granted))


def _round(job: Job) -> tuple[str, ...]:
    """The streams the user may read. Raises RetryLater with what was learned so far stored."""
    asked, granted = list(job.state.asked), list(job.state.granted)
    try:
        for each in READ:
            if each.name not in asked:
                granted += [each.name] if _ask(job, each) else []
                asked.append(each.name)
    except RetryLater:
        job.save_state(asked=tuple(asked), granted=tuple(granted))
        raise
    return tuple(granted)


def confirm(job: Job, stream: Stream) -> bool:
    """Ask for one right anew; a lost one closes the stream until it is asked again."""
    if _ask(job, stream):
        return True
    job.save_state(rights=tuple(name for name in job.state.rights if name != stream.name))
    return False


def missing(job: Job) -> set[str]:
    """Streams the user may not read."""
    return {each.name for each in READ} - set(job.state.rights)


def _ask(job: Job, stream: Stream) -> bool:
    return has_right(job.source.get, job.held.host, job.division, stream.rights)


def _void(gained: list[Stream], job: Job) -> None:
    """A list that could not be read before is read in full: its hidden rows have old versions (rule 8)."""
    names = {each.name for each in gained}
    for checkpoint in job.warehouse.checkpoints(job.division):
        if checkpoint.stream in names and checkpoint.fingerprint:
            job.save(replace(checkpoint, fingerprint=""))
