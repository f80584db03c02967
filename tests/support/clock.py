"""A clock that tests set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest


class FakeClock:
    """Gives the time it was set to (aware UTC); stands still until moved."""

    def __init__(self, now: datetime = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **duration: float) -> datetime:
        """Move on by a timedelta's arguments; the new time."""
        self.now += timedelta(**duration)
        return self.now


@pytest.fixture
def clock() -> FakeClock:
    """The clock of one test."""
    return FakeClock()
