"""The epoch of a division: the span in which its row versions can be compared (rule 6).

It rises when Exact says that the division moved or was blocked for a restore, conversion or copy, and when versions
themselves tell: a full reading that returns a lower one, an overlap that twice running lacks what it must hold.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from shared import telemetry
from shared.errors import Cause, DivisionStopped
from shared.streams import CHANGES
from shared.sync.agenda import DIVISIONS
from shared.sync.job import Job
from shared.warehouse.protocol import Value

#: BlockingStatus of a restore, a conversion or a copy at Exact
BLOCKING = range(1, 7)
#: overlaps running that may lack stored rows before the versions are no longer believed
PATIENCE = 2


class EpochOver(Exception):
    """The row versions just read cannot be compared with the stored ones."""


def raise_epoch(job: Job, reason: str, **changes: object) -> None:
    """Begin a new epoch: every cursor is void, and every stream is read in full."""
    job.save_state(epoch=job.state.epoch + 1, **changes)
    telemetry.warning("epoch.raised", **job.names(), epoch=job.state.epoch, cause=reason)


def look(job: Job) -> None:
    """Compare the division's stamps with the last ones seen, before anything is read.

    Raises DivisionStopped(DIVISION_BLOCKED) while Exact restores, converts or copies the division.
    """
    row = _listed(job)
    if row["BlockingStatus"] in BLOCKING:
        raise DivisionStopped(Cause.DIVISION_BLOCKED, f"division {job.division}")
    stamps = {"move_date": _stamp(row["DivisionMoveDate"]), "hr_date": _stamp(row["DivisionHRLinkUnlinkDate"])}
    moved = any(getattr(job.state, name) != stamp for name, stamp in stamps.items())
    if job.state.known and (moved or job.state.blocked):
        raise_epoch(job, "blocked" if job.state.blocked else "moved", blocked=False, **stamps)
    elif moved or not job.state.known:
        job.save_state(known=True, **stamps)


def weigh_missing(job: Job) -> None:
    """The delete log is at its end: count the overlaps running whose lacking rows no deletion explains."""
    over = False
    for stream in CHANGES:
        checkpoint = job.warehouse.checkpoint(job.division, stream)
        if not checkpoint.missing and not checkpoint.unexplained:
            continue
        still = bool(job.warehouse.stored(stream, checkpoint, checkpoint.missing))
        weighed = replace(checkpoint, missing=(), unexplained=checkpoint.unexplained + 1 if still else 0)
        job.save(weighed)
        over = over or weighed.unexplained >= PATIENCE
    if over:
        raise EpochOver("overlap")


def _listed(job: Job) -> dict[str, Value]:
    for row in job.warehouse.read_rows(DIVISIONS, job.division):
        return dict(zip(DIVISIONS.names, row, strict=True))
    raise DivisionStopped(Cause.DIVISION_GONE, f"division {job.division}")


def _stamp(value: Value) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value or "")
