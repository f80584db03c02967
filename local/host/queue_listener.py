"""The queue trigger: polls one queue and runs a function for each message, under the rules of Azure's QueueListener."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.storage.queue import QueueClient, QueueMessage

from local.host.back_off import BackOff
from local.host.delivery import Delivery, delivery_of
from local.host.held_message import HeldMessage
from local.host.host_json import QueueOptions
from local.host.message_text import UndecodableError, decode

log = logging.getLogger("local.host.queue")

#: how long a message is hidden at a time while its function runs; not configurable in Azure either
HIDDEN = timedelta(minutes=10)


class QueueListener:
    """Listens to one queue for one function. `run` says whether the function succeeded, and never raises.

    `poison` gets messages that failed `maxDequeueCount` times. A poison queue has none of its own: a message that fails
    there stays hidden and comes back for ever.
    """

    def __init__(
        self,
        queue: QueueClient,
        poison: QueueClient | None,
        options: QueueOptions,
        run: Callable[[Delivery], bool],
        hidden: timedelta = HIDDEN,
    ) -> None:
        self._queue, self._poison, self._options, self._run, self._hidden = queue, poison, options, run, hidden
        self._back_off = BackOff(options.max_polling_interval)
        self._stopping = threading.Event()
        self._held: set[HeldMessage] = set()
        self._changed = threading.Condition()
        name = queue.queue_name
        self._pool = ThreadPoolExecutor(options.batch_size + options.threshold, thread_name_prefix=f"queue-{name}")
        self._poller = threading.Thread(target=self._poll, name=f"poll-{name}", daemon=True)
        self._renewer = threading.Thread(target=self._renew, name=f"renew-{name}", daemon=True)
        self._finished = threading.Event()

    def start(self) -> None:
        """Begin to poll."""
        self._poller.start()
        self._renewer.start()

    def cancel(self) -> None:
        """Fetch no more."""
        self._stopping.set()
        with self._changed:
            self._changed.notify_all()

    def join(self) -> None:
        """Wait for the functions that are running."""
        self._poller.join()
        self._pool.shutdown(wait=True)
        self._finished.set()
        self._renewer.join()

    def _poll(self) -> None:
        while self._has_room():
            messages = self._fetch()
            for message in messages:
                held = HeldMessage(self._queue, message)
                with self._changed:
                    self._held.add(held)
                self._pool.submit(self._work, held)
            self._stopping.wait(self._back_off.after(found=bool(messages)))

    def _has_room(self) -> bool:
        """Wait until a new batch may be fetched; false when stopping."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping.is_set() or len(self._held) <= self._options.threshold)
        return not self._stopping.is_set()

    def _fetch(self) -> list[QueueMessage]:
        """One batch at most; a missing queue is an empty one, as the host makes only queues it sends to."""
        try:
            return list(
                self._queue.receive_messages(
                    max_messages=self._options.batch_size, visibility_timeout=int(self._hidden.total_seconds())
                )
            )
        except ResourceNotFoundError:
            return []
        except AzureError as error:
            log.warning("%s cannot be polled: %s", self._queue.queue_name, error)
            return []

    def _work(self, held: HeldMessage) -> None:
        try:
            if self._succeeds(held):
                held.delete()
            else:
                self._fail(held)
        except AzureError as error:
            log.warning("%s: message %s could not be ended: %s", self._queue.queue_name, held.message.id, error)
        finally:
            with self._changed:
                self._held.discard(held)
                self._changed.notify_all()

    def _succeeds(self, held: HeldMessage) -> bool:
        if self._poison is not None and held.dequeue_count > self._options.max_dequeue_count:
            return False  # poisoning was cut off after the last try: end it without another run
        try:
            body = decode(held.message.content, self._options.message_encoding)
        except UndecodableError as error:
            log.warning("%s: message %s never reaches its function: %s", self._queue.queue_name, held.message.id, error)
            return False
        return self._run(delivery_of(held.message, body))

    def _fail(self, held: HeldMessage) -> None:
        if self._poison is None:
            held.keep_hidden()
        elif held.dequeue_count >= self._options.max_dequeue_count:
            log.error("%s: message %s goes to %s", self._queue.queue_name, held.message.id, self._poison.queue_name)
            held.move_to(self._poison)
        else:
            held.release(self._options.visibility_timeout)

    def _renew(self) -> None:
        while not self._finished.wait(self._hidden.total_seconds() / 2):
            with self._changed:
                held_now = list(self._held)
            for held in held_now:
                held.renew(self._hidden)
