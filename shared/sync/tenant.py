"""The queue function that begins a run: lifecycle, division list, one message per chosen division."""

from __future__ import annotations

from shared import telemetry
from shared.errors import Cause, ConsentNeeded, DivisionStopped, Refused, RetryLater, StreamStopped
from shared.lifecycle import refusal
from shared.messages import SyncDivision, SyncTenant
from shared.register import Tenant
from shared.sync import division_list
from shared.sync.context import Context
from shared.sync.forecast import least_interval
from shared.sync.plan import NET


def sync_tenant(context: Context, message: SyncTenant) -> None:
    """Begin the run the message names, or look at it again. Repeating it changes nothing."""
    try:
        tenant = context.register.tenants.get(message.tenant)
    except Refused as refused:
        telemetry.warning("run.refused", tenant=message.tenant, run=message.run, cause=refused.cause.code)
        return
    if not tenant.run_open or tenant.run != message.run:
        telemetry.event("run.stale", tenant=message.tenant, run=message.run)
        return
    try:
        _begin(context, tenant)
    except (ConsentNeeded, Refused, StreamStopped) as stopped:
        _end(context, tenant, stopped.cause)
    except RetryLater as wait:
        _wait(context, message, wait)


def _wait(context: Context, message: SyncTenant, wait: RetryLater) -> None:
    """Send the message back. The net looks when the wait is over: before, it would only add to the messages waiting."""
    delay = context.delay(wait.until)
    context.queues.send(message, delay)
    context.register.tenants.postpone([message.tenant], context.clock() + delay + NET)
    telemetry.event("run.waits", tenant=message.tenant, run=message.run, cause=wait.cause.code)


def _begin(context: Context, tenant: Tenant) -> None:
    if cause := refusal(tenant.dates, context.clock()):
        raise Refused(cause, f"tenant {tenant.tenant}")
    _refresh_list(context, tenant)
    chosen = [(each.host, each.division) for each in context.register.divisions.chosen(tenant.tenant)]
    _stretch(context, tenant)
    if not chosen:
        raise Refused(Cause.NONE_CHOSEN, f"tenant {tenant.tenant}")
    for row in context.register.runs.begin(tenant.tenant, tenant.run, chosen):
        if row.state == "open":
            step = SyncDivision(tenant=tenant.tenant, division=row.division, run=tenant.run, step=row.expected_step)
            context.queues.send(step)
    telemetry.event("run.begun", tenant=tenant.tenant, run=tenant.run, count=len(chosen))


def _stretch(context: Context, tenant: Tenant) -> None:
    """Runs of many divisions on one licence move apart, so that a day of them fits the budget."""
    listed = context.register.divisions.of(tenant.tenant)
    licences = [each.licence for each in listed if each.chosen]
    minutes = least_interval(licences, len(listed), context.settings.licence_budget)
    if minutes != tenant.stretched_minutes:
        context.register.tenants.stretch(tenant.tenant, minutes)


def _refresh_list(context: Context, tenant: Tenant) -> None:
    """Read the list of divisions. When no division lets us in, each one's own step finds out why."""
    try:
        division_list.refresh(context, tenant)
    except DivisionStopped as stopped:
        telemetry.warning("list.unread", tenant=tenant.tenant, run=tenant.run, cause=stopped.cause.code)


def _end(context: Context, tenant: Tenant, cause: Cause) -> None:
    context.register.runs.end(tenant.tenant, tenant.run, cause, closing="failed")
    telemetry.warning("run.ended", tenant=tenant.tenant, run=tenant.run, cause=cause.code)
