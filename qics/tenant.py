"""`qics tenant`: the customers and their lives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from qics import consent, divisions, doors, erasure, export
from qics.app import app_of
from qics.arguments import TenantName, parse_host
from qics.causes import cure_of
from qics.output import AsJson, Row, say, show, show_one, watched
from qics.recorded import recorded
from shared.bootstrap import App
from shared.errors import Cause, Refused
from shared.exact.hosts import HOSTS
from shared.lifecycle import last_day, local_day, state
from shared.messages import ProvisionTenant
from shared.register.rows import Tenant

group = typer.Typer(
    help="Customers: add them, have them consent, choose divisions, set contracts.", no_args_is_help=True
)
group.command("invite")(consent.invite)
group.command("link")(consent.link)
group.command("divisions")(divisions.divisions)
group.command("release")(divisions.release)
group.command("end")(erasure.end)
group.command("erase")(erasure.erase)
group.command("export")(export.export)
group.command("allow-ip")(doors.allow_ip)
group.command("rotate-reader")(doors.rotate_reader)

LIST = {
    "tenant": "Tenant",
    "host": "Host",
    "state": "State",
    "consent": "Consent",
    "divisions": "Divisions",
    "last_run_ended_at": "Last run",
    "next_sync_at": "Next run",
    "purge_at": "Purge",
}
DETAILS = {
    "tenant": "Tenant",
    "host": "Host",
    "database": "Database",
    "state": "State",
    "trial_from": "Trial from",
    "contract_from": "Contract from",
    "contract_to": "Contract to (inclusive)",
    "last_day": "Last day of reading",
    "erase_on": "Erasure asked for",
    "purge_at": "Purge",
    "consent": "Consent",
    "consent_cure": "What to do about it",
    "consented_at": "Consented",
    "tokens_issued_at": "Tokens refreshed",
    "divisions": "Divisions read",
    "interval_minutes": "Minutes between runs",
    "run": "Last run",
    "run_open": "Run going on",
    "last_run_ended_at": "Last run ended",
    "next_sync_at": "Next run",
}


@group.command()
@recorded("tenant.add")
def add(
    context: typer.Context,
    tenant: Annotated[str, typer.Argument(help="A new id: a-z, 0-9 and -; never a name. It is never used again.")],
    host: Annotated[str, typer.Option(help=f"Country of the customer's Exact Online: {', '.join(HOSTS)}.")],
    interval: Annotated[int, typer.Option(help="Minutes between runs.", min=5)] = 60,
    as_json: AsJson = False,
) -> None:
    """Register a customer and make its database. Repeat it when it was interrupted.

    Example: `qics tenant add acme --host nl`, then `qics tenant link acme`.
    """
    app = app_of(context)
    added = _register(app, tenant, parse_host(host), interval)
    made = _provision(app, added)
    if as_json:
        show_one(_details(app, added), DETAILS, as_json=True)
    else:
        say(f"Tenant {tenant} is registered, and its database is {made}. Next: `qics tenant link {tenant}`.")


def _provision(app: App, tenant: Tenant) -> str:
    """Have the database be made; how far that is."""
    if app.estate.provisions_at_once:
        app.provisioner.provision(tenant)
        return "made"
    app.queues.send(ProvisionTenant(tenant=tenant.tenant))
    return "being made (some minutes)"


def _register(app: App, tenant: str, host: str, interval: int) -> Tenant:
    """Add the row, or find the one an interrupted `add` left without its database."""
    try:
        tenants = app.register.tenants
        return tenants.add(tenant, host, tenant, interval, app.estate.place(tenants.places()))
    except Refused as error:
        if error.cause is not Cause.BAD_REQUEST:
            raise
        left = next((row for row in app.register.tenants.list() if row.tenant == tenant), None)
        if left is None or left.host != host or (app.estate.provisions_at_once and app.provisioner.exists(left)):
            raise
        return left


@group.command("list")
def list_tenants(context: typer.Context, as_json: AsJson = False) -> None:
    """Show every tenant: its state, consent, divisions, last and next run. Purged ones stay listed as tombstones."""
    app = app_of(context)
    rows = [_summary(app, tenant) for tenant in watched(app.register.tenants.list(), "Tenants")]
    show(rows, LIST, as_json=as_json, empty="No tenants yet. `qics tenant add` makes one.")


@group.command("show")
def show_tenant(context: typer.Context, tenant: TenantName, as_json: AsJson = False) -> None:
    """Show all the register knows of one tenant; it knows no names and no figures."""
    app = app_of(context)
    show_one(_details(app, app.register.tenants.get(tenant)), DETAILS, as_json=as_json)


@group.command()
@recorded("tenant.contract")
def contract(
    context: typer.Context,
    tenant: TenantName,
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], metavar="DATE", help="First day.")],
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], metavar="DATE", help="Last day, inclusive; none: no end agreed."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Set the contract's days (Amsterdam). The purge follows 30 full days after the last one.

    Examples: `qics tenant contract acme --from 2026-12-01`, `… --from 2026-12-01 --to 2027-11-30`.
    """
    app = app_of(context)
    changed = app.register.tenants.set_contract(tenant, first.date(), last.date() if last else None)
    if as_json:
        show_one(_details(app, changed), DETAILS, as_json=True)
    else:
        until = f"to {changed.contract_to} inclusive" if changed.contract_to else "without an agreed end"
        purge = f"; purge on {local_day(changed.purge_at)}" if changed.purge_at else ""
        say(f"Tenant {tenant}: contract from {changed.contract_from} {until}{purge}.")


def _summary(app: App, tenant: Tenant) -> Row:
    grant = app.register.grants.get(tenant.tenant)
    known = app.register.divisions.of(tenant.tenant)
    last = next(iter(app.register.runs.last(tenant.tenant, 1)), None)
    return {
        "tenant": tenant.tenant,
        "host": tenant.host,
        "state": _state(app, tenant),
        "consent": _consent(grant.state, grant.cause) if grant else "never given",
        "divisions": f"{sum(row.chosen for row in known)} of {sum(row.listed for row in known)}",
        "last_run_ended_at": last.ended_at if last else None,
        "next_sync_at": tenant.next_sync_at,
        "purge_at": tenant.purge_at,
    }


def _details(app: App, tenant: Tenant) -> Row:
    grant = app.register.grants.get(tenant.tenant)
    return _summary(app, tenant) | {
        "database": tenant.database,
        "trial_from": tenant.trial_from,
        "contract_from": tenant.contract_from,
        "contract_to": tenant.contract_to,
        "last_day": last_day(tenant.dates),
        "erase_on": tenant.erase_on,
        "consent_cure": cure_of(grant.cause) if grant else Cause.NEVER_CONSENTED.cure,
        "consented_at": grant.consented_at if grant else None,
        "tokens_issued_at": grant.issued_at if grant else None,
        "interval_minutes": tenant.interval_minutes,
        "run": tenant.run or None,
        "run_open": tenant.run_open,
    }


def _consent(stands: str, cause: str) -> str:
    return f"{stands}: {cause}" if cause else stands


def _state(app: App, tenant: Tenant) -> str:
    return state(tenant.dates, local_day(app.clock())).value
