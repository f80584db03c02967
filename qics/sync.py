"""`qics sync`: begin a run, follow it, and see how everything stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from qics import status
from qics.app import app_of, desk_of
from qics.arguments import TenantName
from qics.causes import cause_of, cure_of
from qics.exits import Exit
from qics.following import Followed, follow
from qics.output import AsJson, note, print_json, say, show
from qics.recorded import recorded
from shared.bootstrap import App
from shared.errors import Cause, ConsentNeeded, Refused
from shared.lifecycle import refusal
from shared.register.rows import Tenant

group = typer.Typer(help="Runs: begin one, follow it, see how every stream stands.", no_args_is_help=True)
group.command("status")(status.status)

OUTCOME = {
    "division": "Division",
    "state": "Outcome",
    "calls": "Calls",
    "rows": "Rows",
    "cause": "Cause",
    "cure": "What to do",
}


@group.command()
@recorded("sync.now")
def now(
    context: typer.Context,
    tenant: TenantName,
    wait: Annotated[
        bool, typer.Option("--wait", help="Follow the run to its end; exits 7 if a division did not end well.")
    ] = False,
    minutes: Annotated[int, typer.Option(help="How long --wait waits at most.", min=1)] = 120,
    as_json: AsJson = False,
) -> None:
    """Make a tenant due at once; the planner takes it up within a minute. A run that is going on already goes on.

    Examples: `qics sync now acme`, `qics sync now acme --wait`.
    """
    app = app_of(context)
    row = app.register.tenants.get(tenant)
    _refuse_hopeless(app, row)
    app.register.tenants.wake(tenant, app.clock())
    if not wait:
        _promise(row, as_json=as_json)
        return
    end = follow(app, row, desk_of(context).pause, timedelta(minutes=minutes))
    _report(end, as_json=as_json)
    raise typer.Exit(_exit(app, end))


def _refuse_hopeless(app: App, tenant: Tenant) -> None:
    """Say at once why no run would do anything."""
    place = f"tenant {tenant.tenant}"
    grant = app.register.grants.get(tenant.tenant)
    if grant is None:
        raise ConsentNeeded(Cause.NEVER_CONSENTED, place)
    if grant.state != "connected":
        raise ConsentNeeded(cause_of(grant.cause) or Cause.CONSENT_WITHDRAWN, place)
    if cause := refusal(tenant.dates, app.clock()):
        raise Refused(cause, place)
    if app.register.divisions.of(tenant.tenant) and not app.register.divisions.chosen(tenant.tenant):
        raise Refused(Cause.NONE_CHOSEN, place)


def _promise(tenant: Tenant, *, as_json: bool) -> None:
    if as_json:
        print_json({"tenant": tenant.tenant, "run": tenant.run, "run_open": tenant.run_open})
    elif tenant.run_open:
        say(f"Tenant {tenant.tenant}: run {tenant.run} is going on; `--wait` follows it.")
    else:
        say(f"Tenant {tenant.tenant} is due now; the planner begins run {tenant.run + 1} within a minute.")


def _report(end: Followed, *, as_json: bool) -> None:
    if as_json:
        facts = {"tenant": end.tenant, "run": end.run, "ended": end.ended, "cause": end.cause}
        print_json({**facts, "divisions": end.rows})
        return
    if end.begun:
        show(end.rows, OUTCOME, as_json=False, title=f"Run {end.run}", empty=f"Run {end.run} read no division.")
    if end.cause:
        say(f"The run ended early: {end.cause}. {cure_of(end.cause)}")
    if not end.ended:
        note(end.excuse)


def _exit(app: App, end: Followed) -> Exit:
    grant = app.register.grants.get(end.tenant)
    if grant is None or grant.state != "connected":
        return Exit.CONSENT
    if not end.ended:
        return Exit.LATER
    clean = not end.cause and all(row["state"] == "done" for row in end.rows)
    return Exit.DONE if clean else Exit.STOPPED
