"""`qics tenant end|erase`: the last day, and the day on which everything goes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from qics.app import app_of
from qics.arguments import TenantName
from qics.output import AsJson, note, print_json, say
from qics.recorded import recorded
from shared.bootstrap import App
from shared.errors import Cause, Refused
from shared.lifecycle import local_day, midnight
from shared.messages import PurgeTenant
from shared.register import Tenant

Day = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], metavar="DATE", help="Local day.")]
Now = Annotated[bool, typer.Option("--now", help="At once.")]


@recorded("tenant.end")
def end(context: typer.Context, tenant: TenantName, on: Day = None, as_json: AsJson = False) -> None:
    """Have the running trial or contract end; its last day is DATE, or today. The purge follows 30 full days later.

    Example: `qics tenant end acme --on 2026-12-31`.
    """
    app = app_of(context)
    _report(app.register.tenants.end(tenant, _day(app, on)), as_json=as_json)


@recorded("tenant.erase")
def erase(
    context: typer.Context,
    tenant: TenantName,
    on: Day = None,
    now: Now = False,
    division: Annotated[
        int, typer.Option(metavar="CODE", help="Only this division, which was dropped before.", min=0)
    ] = 0,
    take_back: Annotated[bool, typer.Option("--take-back", help="Take a request back, before its day.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete all of a tenant on a day, or at once; nothing new is read from now on. After it there is no way back.

    Examples: `qics tenant erase acme --on 2026-12-15`, `… --now`, `… --division 123456 --now`, `… --take-back`.
    """
    app = app_of(context)
    if sum((on is not None, now, take_back)) != 1:
        raise Refused(Cause.BAD_REQUEST, f"tenant {tenant}: give one of --on DATE, --now and --take-back")
    if division:
        _erase_division(app, tenant, division, _day(app, on), take_back=take_back)
        _report(app.register.tenants.get(tenant), as_json=as_json)
        return
    changed = (
        app.register.tenants.take_back(tenant, "operator")
        if take_back
        else app.register.tenants.erase(tenant, _day(app, on), "operator")
    )
    _send(app, tenant, 0, changed.purge_at)
    _report(changed, as_json=as_json)


def _erase_division(app: App, tenant: str, division: int, day: date, *, take_back: bool) -> None:
    if take_back:
        raise Refused(Cause.BAD_REQUEST, f"tenant {tenant}: choose division {division} again to keep it")
    if day < local_day(app.clock()):
        raise Refused(Cause.BAD_REQUEST, f"tenant {tenant}: {day} is over; erase today or later")
    app.register.divisions.erase(tenant, division, midnight(day))
    _send(app, tenant, division, midnight(day))


def _send(app: App, tenant: str, division: int, at: datetime | None) -> None:
    """What is due already need not wait for the hour."""
    if at is not None and at <= app.clock():
        app.queues.send(PurgeTenant(tenant=tenant, division=division))


def _day(app: App, on: datetime | None) -> date:
    return on.date() if on else local_day(app.clock())


def _report(tenant: Tenant, *, as_json: bool) -> None:
    facts = {"tenant": tenant.tenant, "contract_to": tenant.contract_to, "erase_on": tenant.erase_on}
    if as_json:
        print_json({**facts, "purge_at": tenant.purge_at})
    elif tenant.purge_at:
        say(f"Tenant {tenant.tenant}: everything is deleted on {local_day(tenant.purge_at)}, within 24 hours.")
        note(f"`qics certificate show {tenant.tenant}` shows the certificate, and how far the deletion is before it.")
    else:
        say(f"Tenant {tenant.tenant}: no end is known, nothing is deleted.")
