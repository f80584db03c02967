"""How long a queue listener waits before it looks again."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

SHORTEST_POLL = timedelta(milliseconds=100)


class BackOff:
    """The wait between polls: short after a message, randomly doubling up to a longest while the queue is empty."""

    def __init__(self, longest: timedelta, chance: Callable[[], float] = random.random) -> None:
        self.longest = max(longest, SHORTEST_POLL).total_seconds()
        self._chance = chance
        self._empty = 0

    def after(self, *, found: bool) -> float:
        """Seconds to wait after a poll that found messages, or none."""
        if found:
            self._empty = 0
            return 0.0
        self._empty = min(self._empty + 1, 20)
        spread = 0.8 + 0.4 * self._chance()
        return min(SHORTEST_POLL.total_seconds() * 2.0 ** (self._empty - 1) * spread, self.longest)
