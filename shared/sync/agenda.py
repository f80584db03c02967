"""What one division still has to do in this run: a pure choice of the next reading.

Order: the delete log first, so that it is at its end before any full reading starts (rule 5); then the facts before the
master data they refer to, so that no line refers to a record read earlier than itself; then what is read completely.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.streams import CHANGES, DELETED, SNAPSHOTS, TOTALS, stream
from shared.streams.model import Stream
from shared.sync.reading import fingerprint
from shared.warehouse.protocol import Checkpoint, DivisionState

#: the log at Exact lives two months; a cursor older than this no longer counts on it (rule 5)
DEAD_LOG = timedelta(days=50)
#: every changes stream is compared in full this often
FULL_COMPARE = timedelta(days=30)
#: a list that stays suspect, and the totals of a changed year, are asked again this often
DAILY = timedelta(days=1)

#: read with the division list itself, not by the division's worker
DIVISIONS = stream("Divisions")
LINES = stream("TransactionLines")
BALANCES = stream("ReportingBalance")


@dataclass(frozen=True, slots=True)
class Task:
    """One reading: of which stream and scope, changes only or in full."""

    stream: Stream
    scope: str
    mode: str


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the choice depends on."""

    now: datetime
    run: int
    state: DivisionState
    checkpoints: Mapping[tuple[str, str], Checkpoint]
    closed: frozenset[str] = frozenset()  #: streams parked, or without the right to read
    years: Sequence[str] = ()
    changed_years: frozenset[str] = frozenset()  #: with lines that changed since they were proven, or not proven

    def checkpoint(self, of: Stream, scope: str = "") -> Checkpoint:
        """Its checkpoint, void when it speaks of another epoch or fingerprint."""
        known = self.checkpoints.get((of.name, scope))
        if known and (known.epoch, known.fingerprint) == (self.state.epoch, fingerprint(of, self.state)):
            return known
        return Checkpoint(division=self.state.division, stream=of.name, scope=scope)


def next_task(situation: Situation) -> Task | None:
    """The next reading of this run; None when there is nothing left to do."""
    for candidates in (_log, _changes, _snapshots, _totals):
        for task in candidates(situation):
            if task.stream.name not in situation.closed:
                return task
    return None


def _log(situation: Situation) -> list[Task]:
    log = situation.checkpoint(DELETED)
    if log.run == situation.run and not log.mode:
        return []
    return [Task(DELETED, "", "changes" if log.complete and not dead(log, situation.now) else "full")]


def dead(log: Checkpoint, now: datetime) -> bool:
    """Whether deletions may have left the log unread."""
    return log.completed_at is None or now - log.completed_at > DEAD_LOG


def _changes(situation: Situation) -> list[Task]:
    tasks = []
    for each in CHANGES:
        checkpoint = situation.checkpoint(each)
        if checkpoint.run == situation.run and not checkpoint.mode:
            continue
        tasks.append(Task(each, "", "full" if _full_is_due(checkpoint, situation) else "changes"))
    return tasks


def _full_is_due(checkpoint: Checkpoint, situation: Situation) -> bool:
    """Never read, a second reading owed, a doubt to settle, the log dead since, or a month gone by."""
    if checkpoint.full_at is None or checkpoint.again or checkpoint.mode in ("full", "judge"):
        return True
    if checkpoint.suspect:
        return _asked_again(checkpoint, situation)
    log = situation.checkpoint(DELETED)
    read_anew = log.full_at is not None and log.full_at > checkpoint.full_at
    return read_anew or situation.now - checkpoint.full_at >= FULL_COMPARE


def _asked_again(checkpoint: Checkpoint, situation: Situation) -> bool:
    """A doubt is asked about once in the next run, then daily."""
    first_time = checkpoint.suspect == checkpoint.number
    return first_time or situation.now - (checkpoint.full_at or situation.now) >= DAILY


def _snapshots(situation: Situation) -> list[Task]:
    return [
        Task(each, "", "full")
        for each in SNAPSHOTS
        if each is not DIVISIONS and _snapshot_is_due(each, situation.checkpoint(each), situation)
    ]


def _snapshot_is_due(each: Stream, checkpoint: Checkpoint, situation: Situation) -> bool:
    if checkpoint.mode:
        return True
    if checkpoint.run == situation.run:
        return False
    if checkpoint.full_at is None or checkpoint.again:
        return True
    if checkpoint.suspect:
        return _asked_again(checkpoint, situation)
    return situation.now - checkpoint.full_at >= timedelta(days=each.every_days)


def _totals(situation: Situation) -> list[Task]:
    return [
        Task(each, scope, "full")
        for each in TOTALS
        for scope in (situation.years if each.scope_column else each.scopes)
        if _total_is_due(each, scope, situation)
    ]


def _total_is_due(each: Stream, scope: str, situation: Situation) -> bool:
    checkpoint = situation.checkpoint(each, scope)
    if checkpoint.mode:
        return True
    if checkpoint.run == situation.run:
        return False
    if checkpoint.full_at is None:
        return True
    return situation.now - checkpoint.full_at >= _pause(each, scope, situation)


def _pause(each: Stream, scope: str, situation: Situation) -> timedelta:
    return DAILY if scope in situation.changed_years else timedelta(days=each.every_days)


def comparison_due(situation: Situation) -> datetime | None:
    """When the totals of some year are read next; None when no year can be compared."""
    if BALANCES.name in situation.closed or not situation.years:
        return None
    read = {year: situation.checkpoint(BALANCES, year).full_at for year in situation.years}
    return min((at + _pause(BALANCES, year, situation) if at else situation.now) for year, at in read.items())
