"""The queue function of one step of a purge: mark, then place after place count, erase, look afresh; certificate last.

One small step a message. What a step found is written together with the number of the next (`register.purges`), so a
crash anywhere repeats at most one step, and every step may be repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from shared import telemetry
from shared.canonical import Json
from shared.errors import ClaimLost, PipelineError, Refused, RetryLater
from shared.messages import PurgeTenant
from shared.register import Purge
from shared.retention.certificate import issue, look_again_at, remainders
from shared.retention.context import SERVICE, Retention
from shared.retention.place import Place, Subject, day
from shared.retention.reconcile import put_up

#: how long one step's claim lasts: the longest is counting a large database
LEASE_SECONDS = 900.0
#: how long a message waits while another worker does the step, or a place is down
PAUSE = timedelta(minutes=5)
AT_ONCE = timedelta(0)
#: what is done in each place, in this order
PHASES = 3

type Record = Callable[[], None]


def purge_tenant(retention: Retention, message: PurgeTenant) -> None:
    """Do one step. Returns normally for everything that has been dealt with; raises what poison should see."""
    try:
        purge = _begun(retention, message)
    except Refused as refused:
        telemetry.event("purge.refused", **_names(message), cause=refused.cause.code)
        return
    if message.step < purge.step:
        telemetry.event("purge.stale", **_names(message))
        return
    lease = f"purge:{purge.number}"
    fence = retention.register.leases.take(lease, retention.holder, LEASE_SECONDS)
    if fence is None:
        retention.queues.send(message, PAUSE)
        return
    try:
        _do(retention, message)
    finally:
        retention.register.leases.release(lease, fence)


def _begun(retention: Retention, message: PurgeTenant) -> Purge:
    """The purge, marked now if it is due: the dates are asked when the work is done (rule 2)."""
    retention.guard.check()
    return retention.register.purges.begin(message.tenant, message.division)


def _do(retention: Retention, message: PurgeTenant) -> None:
    """One step under the claim: its work, the next message, its record, in this order."""
    purge = retention.register.purges.running(message.tenant, message.division)
    if purge is None or message.step < purge.step:
        return
    try:
        _step(retention, retention.subject(purge))
    except ClaimLost:
        telemetry.warning("purge.claim-lost", **_names(message))
    except RetryLater as wait:
        retention.register.purges.waits(purge, wait.cause)
        retention.queues.send(message, wait.pause(retention.clock(), PAUSE))
        telemetry.warning("purge.waits", **_names(message), cause=wait.cause.code)
    except PipelineError as error:
        retention.register.purges.waits(purge, error.cause)
        telemetry.alert("purge.failed", **_names(message), cause=error.cause.code)
        raise


def _step(retention: Retention, subject: Subject) -> None:
    purge, places = subject.purge, retention.places_of(subject.purge)
    if purge.step == 0:
        _mark(retention, subject)
    elif purge.step <= PHASES * len(places):
        at, phase = divmod(purge.step - 1, PHASES)
        (_count, _erase, _look)[phase](retention, subject, places[at])
    else:
        _certify(retention, subject)


def _mark(retention: Retention, subject: Subject) -> None:
    """From here on a restore cannot bring the tenant back."""
    purge = subject.purge
    if not subject.division:
        put_up(retention.evidence, subject.tenant, purge)
    _record(retention, purge, "purge.begin", reason=purge.reason, due_at=day(purge.due_at))
    _send(retention, purge)
    retention.register.purges.marked(purge)
    telemetry.event("purge.begun", tenant=purge.tenant, division=purge.division, cause=purge.reason)


def _count(retention: Retention, subject: Subject, place: Place) -> None:
    found = place.count(subject)
    _send(retention, subject.purge)
    retention.register.purges.counted(subject.purge, place.name, found)


def _erase(retention: Retention, subject: Subject, place: Place) -> None:
    did = place.erase(subject)
    _send(retention, subject.purge)
    retention.register.purges.erased(subject.purge, place.name, did)


def _look(retention: Retention, subject: Subject, place: Place) -> None:
    """Nothing left: go on. Something left: say so, and erase it again."""
    look, purge = place.verify(subject), subject.purge
    if look.total:
        _send(retention, purge, PAUSE)
        retention.register.purges.again(purge, place.name, look.total)
        telemetry.alert("purge.left", tenant=purge.tenant, division=purge.division, left=look.total)
        return
    _send(retention, purge)
    told = [{"what": each.what, "until": each.until.isoformat() if each.until else ""} for each in look.remains]
    retention.register.purges.looked(purge, place.name, told)


def _certify(retention: Retention, subject: Subject) -> None:
    purge = subject.purge
    places = retention.register.purges.places(purge.number)
    kept = issue(retention, subject, places)
    _record(retention, purge, "purge.end", certificate=kept.hash)
    retention.register.purges.ended(purge, kept.hash, look_again_at(remainders(places)))
    removed = sum(sum(place.found.values()) for place in places)
    telemetry.event("purge.done", tenant=purge.tenant, division=purge.division, removed=removed, left=0)


def _record(retention: Retention, purge: Purge, action: str, **details: str) -> None:
    """Write it into the audit log, once also when the step is repeated."""
    told: dict[str, Json] = {"purge": purge.number, "division": purge.division, **details}
    known = retention.register.audit.entries(purge.tenant)
    if not any(entry.action == action and entry.details == told for entry in known):
        retention.register.audit.add(SERVICE, action, purge.tenant, told)


def _send(retention: Retention, purge: Purge, delay: timedelta = AT_ONCE) -> None:
    """The next step's message goes out before this step is recorded: a crash in between sends it twice."""
    following = PurgeTenant(tenant=purge.tenant, division=purge.division, step=purge.step + 1)
    retention.queues.send(following, delay)


def _names(message: PurgeTenant) -> dict[str, str | int]:
    return {"tenant": message.tenant, "division": message.division, "step": message.step}
