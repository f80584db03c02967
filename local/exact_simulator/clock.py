"""The simulator's own clock: real time plus an offset that only moves forward."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

DUTCH = ZoneInfo("Europe/Amsterdam")


class Clock:
    """What the simulator calls now. `real` gives aware UTC."""

    def __init__(self, real: Callable[[], datetime]) -> None:
        self._real = real
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """Give aware UTC."""
        return self._real() + self._ahead

    def local(self) -> datetime:
        """Give the naive Dutch clock, in which Exact writes Created, Modified and ServerTime."""
        return self().astimezone(DUTCH).replace(tzinfo=None)

    def advance(self, seconds: float) -> None:
        """Move on. Limits, tokens and the delete log go by this clock."""
        if seconds < 0:
            raise ValueError("the clock only moves forward: tokens and row versions would run backwards")
        self._ahead += timedelta(seconds=seconds)
