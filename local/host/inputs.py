"""What the engine gets as a trigger's value and metadata, in the form the real host sends it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import msgspec

from local.host.delivery import Delivery
from local.host.messages import TypedData
from local.host.schedule_monitor import Status


def timer_input(status: Status | None, *, past_due: bool) -> TypedData:
    """Give the value of a timer trigger."""
    info = {"Schedule": {"AdjustForDST": True}, "ScheduleStatus": msgspec.to_builtins(status), "IsPastDue": past_due}
    return TypedData(json=json.dumps(info))


def queue_input(delivery: Delivery) -> tuple[TypedData, dict[str, TypedData]]:
    """Give value and metadata of a queue trigger: text where the message is UTF-8, else bytes."""
    metadata = {
        "Id": TypedData(string=delivery.id),
        "DequeueCount": TypedData(json=str(delivery.dequeue_count)),
        "PopReceipt": TypedData(string=delivery.pop_receipt),
        "InsertionTime": _time(delivery.insertion_time),
        "ExpirationTime": _time(delivery.expiration_time),
        "NextVisibleTime": _time(delivery.next_visible_time),
    }
    return _body(delivery.body), metadata


def _body(body: str | bytes) -> TypedData:
    return TypedData(string=body) if isinstance(body, str) else TypedData(bytes=body)


def _time(moment: datetime | None) -> TypedData:
    return TypedData() if moment is None else TypedData(string=moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
