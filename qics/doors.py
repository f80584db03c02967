"""`qics tenant allow-ip|rotate-reader`: who may open a tenant's database from outside, and from where."""

from __future__ import annotations

from typing import Annotated

import typer

from qics.app import app_of
from qics.arguments import TenantName
from qics.output import AsJson, print_json, say
from qics.recorded import recorded
from shared.bootstrap import App
from shared.errors import Cause, Refused
from shared.messages import ProvisionTenant
from shared.provisioning.firewall import Range


@recorded("tenant.allow-ip")
def allow_ip(
    context: typer.Context,
    tenant: TenantName,
    addresses: Annotated[str, typer.Argument(help="A public IPv4 address or range up to /28; none: show them.")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Let these in no longer.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let a gateway's or office's address into a customer's database, or show which are let in.

    Example: `qics tenant allow-ip acme 203.0.113.16/28`. Power BI's cloud needs none: it reads the published extract.
    """
    app = _with_doors(context, tenant)
    if addresses:
        _change(app, tenant, addresses, remove=remove)
    there = app.register.admissions.of(tenant)
    if as_json:
        print_json({"tenant": tenant, "addresses": there})
    else:
        say(f"Tenant {tenant}: {', '.join(there) or 'no address'} may open its database" + _soon(addresses))


@recorded("tenant.rotate-reader")
def rotate_reader(context: typer.Context, tenant: TenantName) -> None:
    """Give the reader of a customer's database a new password; the old one ends within a minute."""
    app = _with_doors(context, tenant)
    app.queues.send(ProvisionTenant(tenant=tenant, rotate=True))
    say(f"Tenant {tenant}: its reader gets a new password within a minute.")


def _change(app: App, tenant: str, addresses: str, *, remove: bool) -> None:
    Range.of(addresses)
    if remove:
        app.register.admissions.forbid(tenant, addresses)
    else:
        app.register.admissions.allow(tenant, addresses)
    app.queues.send(ProvisionTenant(tenant=tenant))


def _with_doors(context: typer.Context, tenant: str) -> App:
    """The app, of a tenant whose database others can open. Raises Refused(NO_READERS)."""
    app = app_of(context)
    app.register.tenants.get(tenant)
    if app.estate.access(app.vaults) is None:
        raise Refused(Cause.NO_READERS, f"tenant {tenant}")
    return app


def _soon(addresses: str) -> str:
    return ", within a minute." if addresses else "."
