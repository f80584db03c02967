"""`qics promises`: how each promise of the service stands, by the evidence."""

from __future__ import annotations

from typing import Annotated

import typer

from qics.app import app_of
from qics.output import AsJson, Row, show
from shared.bootstrap import App
from shared.errors import Broken, Cause
from shared.promises import PROMISES, Premises, Standing, State, check_promises, standings
from shared.promises.one_machine import on_one_machine

TABLE = {"promise": "Promise", "state": "State", "at": "Looked at", "why": "Seen", "text": "We promise"}


def promises(
    context: typer.Context,
    look: Annotated[bool, typer.Option("--look", help="Look now, instead of reading what was seen last.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show how the twelve promises stand: kept, broken, or unknown where nobody could look in the last two days.

    Exits 6 when one is broken. Examples: `qics promises`, `qics promises --look --json`.
    """
    premises = premises_of(app_of(context))
    found = check_promises(premises) if look else standings(premises)
    rows = [_row(standing, with_evidence=as_json) for standing in found]
    show(rows, TABLE, as_json=as_json)
    broken = [standing.promise for standing in found if standing.state is State.BROKEN]
    if broken:
        raise Broken(Cause.PROMISE_BROKEN, ", ".join(broken))


def premises_of(app: App) -> Premises:
    """What the checks look at in this app."""
    return on_one_machine(
        register=app.register,
        vaults=app.vaults,
        open_warehouse=app.warehouse,
        evidence=app.evidence,
        signer=app.signer,
        environment=app.environment,
        folder=app.settings.data / "tenants",
        clock=app.clock,
    )


def _row(standing: Standing, *, with_evidence: bool) -> Row:
    row: Row = {
        "promise": standing.promise,
        "state": standing.state.value,
        "count": standing.count,
        "at": standing.at,
        "why": _why(standing),
        "text": PROMISES[standing.promise].en,
    }
    if with_evidence:
        row["evidence"] = [
            {
                "check": finding.name,
                "tenant": finding.tenant,
                "state": finding.seen.state.value,
                "at": finding.at,
                "looked": finding.seen.looked,
                "count": finding.seen.count,
                "cases": list(finding.seen.cases),
                "why": finding.seen.why,
            }
            for finding in standing.findings
        ]
    return row


def _why(standing: Standing) -> str:
    """What decides, in a few words; of a promise that is kept, how much was looked at."""
    if standing.state is State.KEPT:
        return f"{sum(finding.seen.looked for finding in standing.findings)} things looked at"
    first = standing.decisive[0]
    return f"{first.name}: {first.seen.why or ', '.join(first.seen.cases)}"
