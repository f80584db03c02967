"""The delete log: kept, applied to the streams it names, counted where it names others (rule 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from shared import telemetry
from shared.streams import DELETED, DELETED_TYPES
from shared.streams.model import Stream
from shared.sync import reading
from shared.sync.agenda import DEAD_LOG
from shared.sync.job import Job
from shared.warehouse.protocol import Checkpoint, Deletion, Row, Transaction

#: the clock Exact writes its naive times by
EXACT_CLOCK = ZoneInfo("Europe/Amsterdam")

_KEY, _TYPE, _VERSION, _DATE = (DELETED.index[name] for name in ("EntityKey", "EntityType", "Timestamp", "DeletedDate"))


def key_of(stream: Stream) -> str:
    """The column by which a record of a versioned list is known again: of the log, the record it names."""
    return "EntityKey" if stream is DELETED else stream.key[0]


def expected_since(now: datetime) -> datetime:
    """Entries deleted after this (Exact's naive clock) are still in the log; older ones may have left it.

    In whole seconds: the destinations keep Exact's clock to the millisecond and refuse anything finer.
    """
    return (now - DEAD_LOG).astimezone(EXACT_CLOCK).replace(tzinfo=None, microsecond=0)


def store(job: Job, transaction: Transaction, rows: Sequence[Row], checkpoint: Checkpoint) -> None:
    """Keep and apply one page of the log. The first reading of an epoch only counts: its entries are older than it."""
    entries = [Deletion(row[_TYPE], row[_KEY], row[_VERSION], row[_DATE]) for row in rows]  # type: ignore[arg-type]
    unknown = Counter(entry.entity_type for entry in entries if entry.entity_type not in DELETED_TYPES)
    for kind, count in unknown.items():
        telemetry.event("deletion.unknown-type", **job.names(DELETED), type=kind, count=count)
    if not checkpoint.complete:
        telemetry.event("deletion.counted", **job.names(DELETED), count=len(entries), epoch=job.state.epoch)
        return
    removed = transaction.delete(entries, DELETED_TYPES, job.state.epoch)
    for kind, count in removed.items():
        telemetry.event("deletion.applied", **job.names(DELETED), type=kind, removed=count)


def log_read(job: Job, checkpoint: Checkpoint) -> None:
    """The log was read from its beginning: its end is where the next reading begins."""
    done = reading.completed(checkpoint, 0, job.run, job.clock())
    job.save(replace(done, floor=done.cursor if not checkpoint.complete else checkpoint.floor))
