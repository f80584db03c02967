"""Connections of this process by tenant: few, used again for a while, never kept by the thousand."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.errors import Cause, RetryLater
from shared.warehouse.azure_sql.connection import Connection

#: connections one process has to one tenant's database: a few divisions at a time, and rows that are being read
PER_DATABASE = 8
#: seconds a connection waits to be used again
IDLE_SECONDS = 60.0


@dataclass
class Pool:
    """Connections that can be taken and given back, from any thread. `monotonic` gives seconds."""

    monotonic: Callable[[], float]
    cap: int = PER_DATABASE
    idle_seconds: float = IDLE_SECONDS
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _taken: Counter[str] = field(default_factory=Counter, repr=False)
    _idle: list[tuple[float, str, Connection]] = field(default_factory=list, repr=False)

    def take(self, place: str, make: Callable[[], Connection]) -> Connection:
        """Take a connection to `place`, made where none is idle. Raises RetryLater when the cap is reached."""
        self._close(self._outdated())
        with self._lock:
            if self._taken[place] >= self.cap:
                raise RetryLater(Cause.DATABASE_BUSY, f"{place}: all {self.cap} connections of this process are in use")
            self._taken[place] += 1
            idle = self._found(place)
        if idle is not None:
            return idle
        try:
            return make()
        except BaseException:
            self._returned(place)
            raise

    def give(self, place: str, connection: Connection) -> None:
        """Give a connection back; one that is no longer usable is closed."""
        if connection.usable:
            with self._lock:
                self._idle.append((self.monotonic(), place, connection))
        else:
            connection.close()
        self._returned(place)

    def close(self) -> None:
        """Close what is idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        self._close([connection for _, _, connection in idle])

    def _found(self, place: str) -> Connection | None:
        """Take the connection to `place` that was used last."""
        for number in reversed(range(len(self._idle))):
            if self._idle[number][1] == place:
                return self._idle.pop(number)[2]
        return None

    def _returned(self, place: str) -> None:
        with self._lock:
            self._taken[place] -= 1
            if not self._taken[place]:
                del self._taken[place]

    def _outdated(self) -> list[Connection]:
        before = self.monotonic() - self.idle_seconds
        with self._lock:
            old = [connection for since, _, connection in self._idle if since < before]
            self._idle = [entry for entry in self._idle if entry[0] >= before]
        return old

    @staticmethod
    def _close(connections: list[Connection]) -> None:
        for connection in connections:
            connection.close()
