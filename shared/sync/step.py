"""The queue function of one step of one division: claim, work, hand on (design §4, Continuing)."""

from __future__ import annotations

from shared import telemetry
from shared.errors import (
    Cause,
    ClaimLost,
    ConsentNeeded,
    DivisionStopped,
    Refused,
    RetryLater,
)
from shared.lifecycle import refusal
from shared.messages import SyncDivision
from shared.register import Held
from shared.register.rows import Closed
from shared.sync.context import Context
from shared.sync.division import work


def sync_division(context: Context, message: SyncDivision) -> None:
    """Do one step. Returns normally for everything that has been dealt with; raises only what poison should see."""
    try:
        held = context.register.runs.claim(
            message.tenant, message.run, message.division, message.step, context.holder, context.settings.lease_seconds
        )
    except Refused as stale:
        telemetry.event("step.stale", **_names(message), cause=stale.cause.code)
        return
    except RetryLater as busy:
        context.queues.send(message, context.delay(busy.until))
        telemetry.event("step.lease-held", **_names(message))
        return
    try:
        _do(context, message, held)
    except ClaimLost:
        telemetry.warning("step.claim-lost", **_names(message), fence=held.fence)
    except BaseException:
        context.register.runs.release(held)
        raise


def _do(context: Context, message: SyncDivision, held: Held) -> None:
    """The work, and what follows from how it ended."""
    state: Closed
    cause: Cause | None
    try:
        state, cause = _work(context, message, held), None
    except RetryLater as wait:
        _hand_on(context, message, held, wait)
        return
    except (ConsentNeeded, DivisionStopped, Refused) as stopped:
        state, cause = "failed", stopped.cause
    if context.register.runs.finish(held, message.run, state, cause):
        telemetry.event("run.ended", tenant=message.tenant, run=message.run)
    level = telemetry.event if state == "done" else telemetry.warning
    level("division.ended", **_names(message), state=state, cause=cause.code if cause else None)


def _work(context: Context, message: SyncDivision, held: Held) -> Closed:
    tenant = context.register.tenants.get(message.tenant)
    if cause := refusal(tenant.dates, context.clock()):
        raise Refused(cause, f"tenant {message.tenant}")
    with context.job(tenant, message.run, held) as job:
        return work(job)


def _hand_on(context: Context, message: SyncDivision, held: Held, wait: RetryLater) -> None:
    """Send the next step, then raise the expected one: a crash in between only sends it twice."""
    delay = context.delay(wait.until)
    context.queues.send(following_step(message), delay)
    context.register.runs.advance(held, message.run, message.step, context.clock() + delay)
    telemetry.event("step.ended", **_names(message), cause=wait.cause.code, seconds=round(delay.total_seconds()))


def following_step(message: SyncDivision) -> SyncDivision:
    """The message of the next step."""
    return SyncDivision(tenant=message.tenant, division=message.division, run=message.run, step=message.step + 1)


def _names(message: SyncDivision) -> dict[str, str | int]:
    return {"tenant": message.tenant, "division": message.division, "run": message.run, "step": message.step}
