"""Queues that deliver as Azure may: twice, late, out of order, and again while a worker still holds the message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from shared.messages import Message
from shared.queues import AT_ONCE, MemoryQueues, Received
from tests.support.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class QueueFault:
    """What befalls the `nth` message sent from now on, and so many after it."""

    kind: str
    nth: int = 1
    times: int = 1
    seconds: float = 0.0


def _twice(queues: MemoryQueues, message: Message, delay: timedelta, fault: QueueFault) -> None:
    queues.send(message, delay)
    queues.send(message, delay + timedelta(seconds=fault.seconds))


def _late(queues: MemoryQueues, message: Message, delay: timedelta, fault: QueueFault) -> None:
    queues.send(message, delay + timedelta(seconds=fault.seconds))


def _early(queues: MemoryQueues, message: Message, _delay: timedelta, _fault: QueueFault) -> None:
    queues.send(message)


def _lost(_queues: MemoryQueues, _message: Message, _delay: timedelta, _fault: QueueFault) -> None:
    """Say nothing to anybody: as a sender that crashed before the send."""


KINDS: dict[str, Callable[[MemoryQueues, Message, timedelta, QueueFault], None]] = {
    "twice": _twice,
    "late": _late,
    "early": _early,
    "lost": _lost,
}


class FaultyQueues(MemoryQueues):
    """In-memory queues with faults. `backwards`: the newest message first; `forgetful`: no message stays hidden."""

    def __init__(self, clock: Callable[[], object], *faults: QueueFault) -> None:
        super().__init__(clock)  # type: ignore[arg-type]
        self.make()
        self.backwards = False
        self.forgetful = False
        self.met = 0
        self._faults = faults
        self._sent = 0
        self._plain = _Plain(self)

    def send(self, message: Message, delay: timedelta = AT_ONCE) -> None:
        self._sent += 1
        for fault in self._faults:
            if fault.nth <= self._sent < fault.nth + fault.times:
                self.met += 1
                KINDS[fault.kind](self._plain, message, delay, fault)  # type: ignore[arg-type]
                return
        super().send(message, delay)

    def receive(self, queue: str, hide_seconds: float, limit: int = 32) -> list[Received]:
        found = super().receive(queue, 0 if self.forgetful else hide_seconds, limit)
        return found[::-1] if self.backwards else found


@dataclass(frozen=True, slots=True)
class _Plain:
    """The undisturbed way of sending."""

    queues: FaultyQueues

    def send(self, message: Message, delay: timedelta = AT_ONCE) -> None:
        MemoryQueues.send(self.queues, message, delay)


def disturb(pipeline: Pipeline, *faults: QueueFault) -> FaultyQueues:
    """Give a pipeline whose queues are empty faulty ones instead."""
    queues = FaultyQueues(pipeline.clock, *faults)
    pipeline.queues = queues
    pipeline.context = replace(pipeline.context, queues=queues)
    return queues
