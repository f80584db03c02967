"""A queue message this host has taken: hidden from others until it is deleted, released or poisoned."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from azure.core.exceptions import AzureError
from azure.storage.queue import QueueClient, QueueMessage

from local.host.storage import send_text

log = logging.getLogger("local.host.queue")


class HeldMessage:
    """Each change of its visibility brings a new receipt, so renewing and ending exclude each other."""

    def __init__(self, queue: QueueClient, message: QueueMessage) -> None:
        self.queue = queue
        self.message = message
        self._receipt = message.pop_receipt
        self._lock = threading.Lock()
        self._ended = False

    @property
    def dequeue_count(self) -> int:
        """How often it was handed out, this time included."""
        return self.message.dequeue_count or 1

    def renew(self, hidden: timedelta) -> None:
        """Stay hidden for that long from now; a storage that does not answer is asked again at the next renewal."""
        with self._lock:
            if self._ended:
                return
            try:
                self._hide(hidden)
            except AzureError as error:
                log.warning("%s: message %s was not renewed: %s", self.queue.queue_name, self.message.id, error)

    def delete(self) -> None:
        """Take it out of its queue: it was done."""
        with self._lock:
            self._ended = True
            self.queue.delete_message(self.message, self._receipt)

    def release(self, delay: timedelta) -> None:
        """Let it be seen again after `delay`."""
        with self._lock:
            self._ended = True
            self._hide(delay)

    def keep_hidden(self) -> None:
        """Leave it as it is: it comes back when its time hidden is over."""
        with self._lock:
            self._ended = True

    def move_to(self, poison: QueueClient) -> None:
        """Copy its text as it stands, making the queue if need be, then delete it: two steps, as in Azure."""
        send_text(poison, self.message.content)
        self.delete()

    def _hide(self, time: timedelta) -> None:
        updated = self.queue.update_message(self.message, self._receipt, visibility_timeout=int(time.total_seconds()))
        self._receipt = updated.pop_receipt
