"""The planner: who is due, and the net under lost messages. It makes no call to Exact.

A due tenant without an open run gets one; a due tenant with an open run is one whose messages may be lost: the current
step of each open division that nobody works on is sent again. Sending comes before moving the due time, so that a crash
in between sends twice rather than never.
"""

from __future__ import annotations

from datetime import timedelta

from shared import telemetry
from shared.messages import SyncDivision, SyncTenant
from shared.register import Due
from shared.register.heartbeats import PLAN
from shared.sync.context import Context

#: a planned tenant is looked at again after this long, if its run has not ended by then
NET = timedelta(minutes=15)
#: tenants planned between two moves of due times
BATCH = 500


def plan_syncs(context: Context) -> int:
    """Send what is due now; the number of tenants planned."""
    context.register.heartbeats.beat(PLAN)
    planned = 0
    while due := context.register.tenants.due(context.clock(), limit=BATCH):
        for tenant in due:
            _send(context, tenant)
        context.register.tenants.postpone([each.tenant for each in due], context.clock() + NET)
        planned += len(due)
        if len(due) < BATCH:
            break
    telemetry.event("plan.done", count=planned)
    return planned


def _send(context: Context, due: Due) -> None:
    if not due.run_open:
        run = context.register.runs.open(due.tenant)
        context.queues.send(SyncTenant(tenant=due.tenant, run=run))
        return
    if not context.register.runs.rows(due.tenant, due.run):
        context.queues.send(SyncTenant(tenant=due.tenant, run=due.run))
        return
    for step in context.register.runs.stuck(due.tenant, context.clock()):
        context.queues.send(SyncDivision(tenant=step.tenant, division=step.division, run=step.run, step=step.step))
        telemetry.warning("net.sent", tenant=step.tenant, division=step.division, run=step.run, step=step.step)
