"""A message as its function gets to know it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from azure.storage.queue import QueueMessage


class Delivery(NamedTuple):
    """Body and what Azure tells of a message; times are aware, None where a message is made by hand."""

    body: str | bytes
    id: str
    dequeue_count: int
    pop_receipt: str
    insertion_time: datetime | None
    expiration_time: datetime | None
    next_visible_time: datetime | None


def delivery_of(message: QueueMessage, body: str | bytes) -> Delivery:
    """Describe a received message whose text was decoded to `body`."""
    return Delivery(
        body,
        message.id,
        message.dequeue_count or 1,
        message.pop_receipt or "",
        message.inserted_on,
        message.expires_on,
        message.next_visible_on,
    )
