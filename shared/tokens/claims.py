"""The claim on a grant: who holds it is the only one to refresh, store or declare anything about that grant's pair."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.errors import Cause, RetryLater
from shared.register.leases import Leases
from shared.tokens.asking import Wait

type Clock = Callable[[], datetime]

#: longer than all a holder may do: three tries, each up to two token calls of 5 + 60 s, and their pauses (393 s); a
#: vault's answer in two tries of 3 + 10 s (27 s); two statements; and what MARGIN is for
LEASE_SECONDS = 540
#: how long before its end a holder begins nothing more that the next holder could be doing too, which is bringing the
#: pair to the vault: two answers and a write (67 s)
MARGIN = timedelta(seconds=90)
PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Claim:
    """A lease in hand."""

    fence: int
    ends: datetime

    def is_safe(self, now: datetime) -> bool:
        """Whether there is still time to finish something before another worker may begin it."""
        return now < self.ends - MARGIN


class Claims:
    """Takes leases for one worker. `wait` sleeps for seconds; `holder` tells in the register who it is."""

    def __init__(self, leases: Leases, clock: Clock, wait: Wait, holder: str) -> None:
        self._leases = leases
        self._clock = clock
        self._wait = wait
        self._holder = holder

    @contextmanager
    def hold(self, name: str, patience: int) -> Iterator[Claim]:
        """Hold a lease for the block. Raises RetryLater(LEASE_HELD) when it is not free after `patience` pauses."""
        claim = self._take(name, patience)
        try:
            yield claim
        finally:
            self._leases.release(name, claim.fence)

    def _take(self, name: str, patience: int) -> Claim:
        for pauses in range(patience + 1):
            if pauses:
                self._wait(PAUSE_SECONDS)
            ends = self._clock() + timedelta(seconds=LEASE_SECONDS)
            fence = self._leases.take(name, self._holder, LEASE_SECONDS)
            if fence is not None:
                return Claim(fence, ends)
        raise RetryLater(Cause.LEASE_HELD, f"lease {name}", self._leases.until(name))
