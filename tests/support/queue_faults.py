"""Queues that deliver as Azure may: twice, late, early, never, out of order, again while a worker holds a message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from shared.messages import Message
from shared.queues import AT_ONCE, Clock, MemoryQueues, Received
from tests.support.pipeline import Pipeline

#: by kind, the delays of what is really sent, from the delay asked for and that of the fault
KINDS: dict[str, Callable[[timedelta, timedelta], list[timedelta]]] = {
    "twice": lambda asked, more: [asked, asked + more],
    "late": lambda asked, more: [asked + more],
    "early": lambda _asked, _more: [AT_ONCE],
    "lost": lambda _asked, _more: [],
}


@dataclass(frozen=True, slots=True)
class QueueFault:
    """What befalls the `nth` message sent from now on, and so many after it."""

    kind: str
    nth: int = 1
    times: int = 1
    seconds: float = 0.0


class FaultyQueues(MemoryQueues):
    """In-memory queues with faults. `backwards`: the newest message first; `forgetful`: no message stays hidden."""

    def __init__(self, clock: Clock, *faults: QueueFault) -> None:
        super().__init__(clock)
        self.make()
        self.backwards = False
        self.forgetful = False
        self.met = 0
        self._faults = faults
        self._sent = 0

    def send(self, message: Message, delay: timedelta = AT_ONCE) -> None:
        """See Queues; or as a fault wants it."""
        self._sent += 1
        delays = [delay]
        for fault in self._faults:
            if fault.nth <= self._sent < fault.nth + fault.times:
                self.met += 1
                delays = KINDS[fault.kind](delay, timedelta(seconds=fault.seconds))
        for each in delays:
            super().send(message, each)

    def receive(self, queue: str, hide_seconds: float, limit: int = 32) -> list[Received]:
        """See MemoryQueues."""
        found = super().receive(queue, 0 if self.forgetful else hide_seconds, limit)
        return found[::-1] if self.backwards else found


def disturb(pipeline: Pipeline, *faults: QueueFault) -> FaultyQueues:
    """Give a pipeline whose queues are empty faulty ones instead."""
    queues = FaultyQueues(pipeline.clock, *faults)
    pipeline.queues = queues
    pipeline.context = replace(pipeline.context, queues=queues)
    return queues
