"""`qics audit`, `qics register`: what was done here, and whether the record of it is whole."""

from __future__ import annotations

from typing import Annotated

import typer

from qics.app import app_of
from qics.output import AsJson, print_json, say, show
from qics.recorded import operator
from shared.audit import flaws
from shared.errors import Broken, Cause
from shared.retention.guard import anchor, anchored_heads
from shared.retention.reconcile import reconcile as reconcile_register

group = typer.Typer(help="The audit log: list it, verify it.", no_args_is_help=True)
register_group = typer.Typer(help="The register as a whole.", no_args_is_help=True)

LIST = {"number": "No.", "at": "When", "actor": "Who", "action": "What", "tenant": "Tenant", "details": "Details"}
FLAWS = {"number": "No.", "what": "What is wrong"}


@group.command("list")
def list_entries(
    context: typer.Context,
    tenant: Annotated[str, typer.Option(metavar="TENANT", help="Only this tenant.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show what was done: every operator's command that changed something, every deletion, every disclosure.

    Example: `qics audit list --tenant acme`.
    """
    entries = app_of(context).register.audit.entries(tenant)
    names = (*LIST, "previous", "hash") if as_json else tuple(LIST)
    show([{name: getattr(entry, name) for name in names} for entry in entries], LIST, as_json=as_json)


@group.command()
def verify(context: typer.Context, as_json: AsJson = False) -> None:
    """Prove that the log is whole: no entry changed, missing, reordered or cut off, against the anchored heads.

    Exits 6 when it is not. Example: `qics audit verify`.
    """
    app = app_of(context)
    entries, heads = app.register.audit.entries(), anchored_heads(app.evidence)
    found = [{"number": flaw.number, "what": flaw.what} for flaw in flaws(entries, heads)]
    if as_json:
        print_json({"entries": len(entries), "heads": len(heads), "flaws": found})
    elif found:
        show(found, FLAWS, as_json=False)
    else:
        say(f"The log is whole: {len(entries)} entries, {len(heads)} anchored heads.")
    if found:
        raise Broken(Cause.AUDIT_BROKEN, f"{len(found)} places, the first at entry {found[0]['number']}")


@register_group.command()
def reconcile(context: typer.Context, as_json: AsJson = False) -> None:
    """After a restore: bury again whoever was deleted since the backup, delete what came back, go on with the log.

    Example: `qics register reconcile`.
    """
    app = app_of(context)
    risen = reconcile_register(app.retention, operator())
    anchor(app.register, app.evidence)
    if as_json:
        print_json({"tenants": risen})
    else:
        say(f"Reconciled: {len(risen)} tenants are deleted again ({', '.join(risen) or 'none'}).")
