"""What becomes of a message that failed again and again: its run is marked, an alert goes out, nothing else is harmed.

Never raises for a message it can name: a poison queue has no poison queue of its own.
"""

from __future__ import annotations

from shared import telemetry
from shared.errors import Cause, Refused
from shared.messages import QUEUES, Message, SyncDivision, SyncTenant, decode
from shared.sync.context import Context


def poison(context: Context, queue: str, body: bytes) -> None:
    """Record a poisoned message of `queue` on its run and alert."""
    try:
        message = decode(QUEUES[queue], body)
    except Refused as refused:
        telemetry.alert("message.poisoned", queue=queue, cause=refused.cause.code)
        return
    run_ended = _mark(context, message)
    telemetry.alert("message.poisoned", queue=queue, tenant=message.tenant, state="ended" if run_ended else "unchanged")


def _mark(context: Context, message: Message) -> bool:
    """End what the message was to do, when it is still what is expected."""
    runs = context.register.runs
    if isinstance(message, SyncTenant):
        return runs.end(message.tenant, message.run, Cause.POISONED)
    if isinstance(message, SyncDivision):
        return runs.fail(message.tenant, message.run, message.division, message.step, Cause.POISONED)
    return False
