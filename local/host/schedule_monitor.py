"""The status of a timer's schedule, kept over restarts, and the lock that lets one host run the timer."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from local.host.ncrontab import Schedule

#: how .NET writes a time that never was
NEVER = datetime(1, 1, 1, tzinfo=UTC)


class Status(msgspec.Struct, frozen=True, rename="pascal"):
    """When the timer last ran by its schedule, when it runs next, and when this was written."""

    last: datetime
    next: datetime
    last_updated: datetime


class ScheduleMonitor:
    """One file per timer, where Azure keeps a blob."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / f"{name}.json"
        self._lock = folder / f"{name}.lock"

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Say whether this host is the one to run the timer; it is until the end of the block."""
        handle = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            yield _locked(handle)
        finally:
            os.close(handle)

    def read(self) -> Status | None:
        """None before the first start."""
        return msgspec.json.decode(self._file.read_bytes(), type=Status) if self._file.exists() else None

    def write(self, status: Status) -> None:
        """Replace the status in one step."""
        fresh = self._file.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(status))
        fresh.replace(self._file)

    def past_due(self, schedule: Schedule, now: datetime) -> bool:
        """Say whether an occurrence was missed since the last run; begins the status where there is none."""
        status = self.read()
        if status is None:
            self.write(Status(last=NEVER, next=schedule.after(now), last_updated=now))
            return False
        expected = schedule.after(status.last_updated if status.last == NEVER else status.last)
        if expected != status.next:  # the schedule was changed meanwhile
            self.write(Status(last=status.last, next=expected, last_updated=now))
        return expected < now


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
