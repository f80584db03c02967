"""The daily retention function: what is due, what was left lying, what to look at again. Missed days are made up.

It runs hourly, so that a day begins on time and the head of the audit chain is anchored every hour.
"""

from __future__ import annotations

from datetime import timedelta

from shared import telemetry
from shared.errors import PipelineError
from shared.messages import PurgeTenant
from shared.register import Purge
from shared.register.heartbeats import PURGE
from shared.retention.closing import look_again
from shared.retention.context import Retention
from shared.retention.guard import anchor

#: a purge has a day's time from the moment it is due
IN_TIME = timedelta(hours=24)


def plan_purges(retention: Retention) -> int:
    """Send one message for each purge that is due or unfinished; their number. Raises Broken(REGISTER_LAGS)."""
    retention.guard.check()
    retention.register.heartbeats.beat(PURGE)
    unfinished = retention.register.purges.unfinished()
    for purge in unfinished:
        retention.queues.send(PurgeTenant(tenant=purge.tenant, division=purge.division, step=purge.step))
        _warn_late(retention, purge)
    begun = {(purge.tenant, purge.division) for purge in unfinished}
    due = [each for each in retention.register.purges.due(retention.clock()) if each not in begun]
    for tenant, division in due:
        retention.queues.send(PurgeTenant(tenant=tenant, division=division))
    _look_again(retention)
    anchor(retention.register, retention.evidence)
    telemetry.event("purges.planned", count=len(due) + len(unfinished))
    return len(due) + len(unfinished)


def _warn_late(retention: Retention, purge: Purge) -> None:
    if retention.clock() >= purge.due_at + IN_TIME:
        until, state = purge.due_at.isoformat(), purge.waits_for or "going on"
        telemetry.alert("purge.overdue", tenant=purge.tenant, division=purge.division, until=until, state=state)


def _look_again(retention: Retention) -> None:
    """Second looks; one that fails is reported and holds up no other."""
    for purge in retention.register.purges.to_look_at(retention.clock()):
        try:
            look_again(retention, purge)
        except PipelineError as error:
            telemetry.alert("purge.not-closed", tenant=purge.tenant, division=purge.division, cause=error.cause.code)
