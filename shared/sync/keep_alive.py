"""A refresh token unused for 30 days is dead: grants idle for a week are refreshed while the lifecycle allows it."""

from __future__ import annotations

from shared import telemetry
from shared.errors import PipelineError
from shared.lifecycle import may_refresh
from shared.sync.context import Context
from shared.tokens import IDLE


def keep_alive(context: Context) -> int:
    """Refresh every idle grant; the number refreshed. One that fails is reported and holds up no other."""
    refreshed = 0
    for tenant in context.register.grants.idle_since(context.clock() - IDLE):
        try:
            if not may_refresh(context.register.tenants.get(tenant).dates, context.clock()):
                continue
            refreshed += context.tokens.keep_alive(tenant)
        except PipelineError as error:
            telemetry.alert("grant.keep-alive-failed", tenant=tenant, cause=error.cause.code)
    telemetry.event("keep-alive.done", count=refreshed)
    return refreshed
