"""`qics calls`: what was asked of Exact, per run, division and licence."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer

from qics.app import app_of
from qics.output import AsJson, show

HEADINGS = {
    "started_at": "Run began",
    "tenant": "Tenant",
    "run": "Run",
    "division": "Division",
    "licence": "Licence",
    "calls": "Calls",
    "rows": "Rows",
    "errors": "Errors",
}


def calls(
    context: typer.Context,
    tenant: Annotated[str, typer.Option(metavar="TENANT", help="Only this tenant.")] = "",
    days: Annotated[int, typer.Option(help="Runs begun within so many days.", min=1)] = 1,
    as_json: AsJson = False,
) -> None:
    """Show the calls made to Exact, the newest run first. Errors count: more than 10 an hour block an endpoint.

    Examples: `qics calls`, `qics calls --tenant acme --days 7`.
    """
    app = app_of(context)
    if tenant:
        app.register.tenants.get(tenant)
    counts = app.register.calls.report(app.clock() - timedelta(days=days))
    rows = [asdict(count) for count in counts if tenant in {"", count.tenant}]
    show(rows, HEADINGS, as_json=as_json, empty="No calls.")
