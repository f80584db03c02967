"""Sending to the queues of `shared.messages.QUEUES`: the Protocol, Azure Storage, and a twin in memory.

Bodies are base64 in the queue, always: the host's trigger reads nothing else (facts on azure functions, 3.3). Messages
never expire, are delivered at least once and in no order. A queue's poison queue is made with it, because the narrow
role of the deployed app may not make queues.
"""

from __future__ import annotations

import itertools
import math
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError
from azure.storage.queue import BinaryBase64EncodePolicy, QueueClient, QueueServiceClient

from shared.errors import Broken, Cause, RetryLater
from shared.messages import QUEUES, Message, encode

type Clock = Callable[[], datetime]

NAME = re.compile(r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*")
POISON = "-poison"  # the host's own word: it moves a message there after its last try
LONGEST_DELAY = timedelta(
    days=7
)  # Azure hides a message no longer; it comes early then, and its step looks at the time
NEVER = -1  # time to live
AT_ONCE = timedelta(0)


class Queues(Protocol):
    """Where messages are sent. A queue that is not there raises Broken(WRONG_SETTINGS)."""

    def make(self) -> None:
        """Make every queue of the app and its poison queue; those that are there stay as they are."""

    def send(self, message: Message, delay: timedelta = AT_ONCE) -> None:
        """Put the message into its queue, hidden for `delay` (rounded up to seconds, at most 7 days)."""

    def poison(self, queue: str, body: bytes) -> None:
        """Put a body that no worker can take into the poison queue of `queue`, as the host would after its last try."""


def queue_names() -> list[str]:
    """Name every queue of the app, each followed by its poison queue, without the prefix of an installation."""
    return [name for queue in QUEUES for name in (queue, queue + POISON)]


def hidden_seconds(delay: timedelta) -> int:
    """Give the whole seconds a message is hidden for a delay: rounded up, so that it never comes too early."""
    return math.ceil(min(max(delay, AT_ONCE), LONGEST_DELAY).total_seconds())


class AzureQueues:
    """Azure Storage (or Azurite). Raises RetryLater(QUEUE_DOWN) when the account does not answer or refuses."""

    def __init__(self, service: QueueServiceClient, prefix: str = "") -> None:
        """Serve the queues whose names begin with `prefix`. Raises Broken(WRONG_SETTINGS) for a name Azure forbids."""
        self._service = service
        self._prefix = prefix
        for name in queue_names():
            _check(prefix + name)

    def make(self) -> None:
        """See Queues."""
        for name in queue_names():
            with _mapped(name):
                self._make(name)

    def send(self, message: Message, delay: timedelta = AT_ONCE) -> None:
        """See Queues."""
        self._put(message.queue, encode(message).encode(), hidden_seconds(delay))

    def poison(self, queue: str, body: bytes) -> None:
        """See Queues."""
        self._put(queue + POISON, body, 0)

    def _put(self, name: str, body: bytes, hidden: int) -> None:
        with _mapped(name):
            self._client(name).send_message(body, visibility_timeout=hidden, time_to_live=NEVER)

    def _make(self, name: str) -> None:
        try:
            self._client(name).create_queue()
        except ResourceExistsError:  # with metadata somebody gave it; without, Azure answers that all is well
            return

    def _client(self, name: str) -> QueueClient:
        return self._service.get_queue_client(self._prefix + name, message_encode_policy=BinaryBase64EncodePolicy())


def _check(name: str) -> None:
    if not NAME.fullmatch(name):
        raise Broken(Cause.WRONG_SETTINGS, f"queue {name}: 3 to 63 of a-z, 0-9 and single hyphens; change the prefix")


@contextmanager
def _mapped(name: str) -> Iterator[None]:
    try:
        yield
    except ResourceNotFoundError:
        raise _missing(name) from None
    except AzureError as error:
        raise RetryLater(Cause.QUEUE_DOWN, f"queue {name}: {type(error).__name__}") from error


def _missing(name: str) -> Broken:
    return Broken(Cause.WRONG_SETTINGS, f"queue {name} is not there: run `qics setup`, which makes the queues")


@dataclass(frozen=True, slots=True)
class Received:
    """A message as a worker holds it. `dequeue_count` is 1 the first time; only the newest holder's receipt counts."""

    queue: str
    id: int
    body: bytes
    dequeue_count: int


@dataclass(slots=True)
class _Kept:
    body: bytes
    visible_at: datetime
    dequeue_count: int = 0


class MemoryQueues:
    """The twin: the same rules within one process, its time told by `clock`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        self._kept: dict[str, dict[int, _Kept]] = {}

    def make(self) -> None:
        """See Queues."""
        with self._lock:
            for name in queue_names():
                self._kept.setdefault(name, {})

    def send(self, message: Message, delay: timedelta = AT_ONCE) -> None:
        """See Queues."""
        self._put(message.queue, encode(message).encode(), delay)

    def poison(self, queue: str, body: bytes) -> None:
        """See Queues."""
        self._put(queue + POISON, body, AT_ONCE)

    def receive(self, queue: str, hide_seconds: float, limit: int = 32) -> list[Received]:
        """Take up to `limit` visible messages and hide them: they come back unless deleted."""
        with self._lock:
            now = self._clock()
            visible = [(id_, kept) for id_, kept in self._queue(queue).items() if kept.visible_at <= now][:limit]
            for _, kept in visible:
                kept.visible_at = now + timedelta(seconds=hide_seconds)
                kept.dequeue_count += 1
            return [Received(queue, id_, kept.body, kept.dequeue_count) for id_, kept in visible]

    def delete(self, received: Received) -> bool:
        """Delete a message that is done; False when it came back meanwhile and another worker holds it."""
        with self._lock:
            held = self._holds(received)
            return held and bool(self._queue(received.queue).pop(received.id))

    def release(self, received: Received, delay: timedelta = AT_ONCE) -> bool:
        """Let a message be seen again after `delay`; False when another worker holds it."""
        with self._lock:
            held = self._holds(received)
            if held:
                self._queue(received.queue)[received.id].visible_at = self._clock() + delay
            return held

    def count(self, queue: str) -> int:
        """Count the messages of a queue, hidden ones too."""
        with self._lock:
            return len(self._queue(queue))

    def next_visible(self) -> datetime | None:
        """When the next message of any queue may be taken; None when all are empty."""
        with self._lock:
            return min((kept.visible_at for queue in self._kept.values() for kept in queue.values()), default=None)

    def _put(self, name: str, body: bytes, delay: timedelta) -> None:
        with self._lock:
            visible_at = self._clock() + timedelta(seconds=hidden_seconds(delay))
            self._queue(name)[next(self._ids)] = _Kept(body, visible_at)

    def _holds(self, received: Received) -> bool:
        kept = self._queue(received.queue).get(received.id)
        return kept is not None and kept.dequeue_count == received.dequeue_count

    def _queue(self, name: str) -> dict[int, _Kept]:
        if name not in self._kept:
            raise _missing(name)
        return self._kept[name]
