"""The queue messages: small, frozen, versioned, ids only. One row per queue in `QUEUES`."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from shared.errors import Cause, Refused


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Work for one tenant. `v` is the version of the message's form: readable by the release before and after."""

    queue: ClassVar[str]
    tenant: str
    v: int = 1


class SyncTenant(Message, frozen=True, kw_only=True):
    """Begin (or look again at) one run of one tenant."""

    queue: ClassVar[str] = "tenant-sync"
    run: int


class SyncDivision(Message, frozen=True, kw_only=True):
    """Do one step of one division in one run."""

    queue: ClassVar[str] = "division-sync"
    division: int
    run: int
    step: int


class PurgeTenant(Message, frozen=True, kw_only=True):
    """Do one step of the deletion of a tenant, or of one division of it."""

    queue: ClassVar[str] = "tenant-purge"
    division: int = 0  #: 0: the tenant as a whole
    step: int = 0


class ProvisionTenant(Message, frozen=True, kw_only=True):
    """Have the tenant's database be there, with its reader and the addresses that are let in."""

    queue: ClassVar[str] = "tenant-provision"
    rotate: bool = False  #: give the reader a new password


QUEUES: dict[str, type[Message]] = {
    kind.queue: kind for kind in (SyncTenant, SyncDivision, PurgeTenant, ProvisionTenant)
}


def encode(message: Message) -> str:
    """The message as JSON text, as it stands in the queue (before base64)."""
    return msgspec.json.encode(message).decode()


def decode[M: Message](kind: type[M], body: bytes) -> M:
    """The message in `body`. Raises Refused(BAD_MESSAGE) with the place of the mistake, never with the content."""
    try:
        message = msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(Cause.BAD_MESSAGE, f"queue {kind.queue}: {_mistake(error)}") from None
    if message.v != 1:
        raise Refused(Cause.BAD_MESSAGE, f"queue {kind.queue}: version {message.v} is not known to this release")
    return message


def _mistake(error: Exception) -> str:
    """Say what is wrong and where; a field's name that is not ours is content too, and not shown."""
    text = str(error)
    return "it has a field this release does not know" if "unknown field" in text else text
