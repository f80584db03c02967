"""`qics proof`: how each division's copy stands against the books, with the figures of both sides."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from qics.app import app_of, database_of
from qics.arguments import TenantName
from qics.causes import cure_of
from qics.exits import Exit
from qics.output import AsJson, print_json, say, show, watched
from shared.warehouse.proofs import DIFFERS, DOUBTED, PROVEN, Difference, Proof, Proofs, Standing
from shared.warehouse.protocol import Warehouse

CHECKS = {
    "subject": "Compared",
    "year": "Year",
    "state": "Outcome",
    "copied": "Copied",
    "reported": "Books",
    "difference": "Difference",
    "copied_lines": "Lines copied",
    "reported_lines": "Lines in the books",
    "opening": "Opening not in lines",
    "in_transit": "In transit",
    "healed_by": "Healed by",
    "differences": "Differences",
    "at": "At",
}
DIFFERENCES = {
    "year": "Year",
    "kind": "What",
    "period": "Period",
    "account": "G/L account",
    "cost_center": "Cost centre",
    "cost_unit": "Cost unit",
    "type": "Type",
    "status": "Status",
    "record": "Record",
    "copied": "Copied",
    "reported": "Books",
    "difference": "Difference",
    "copied_lines": "Lines copied",
    "reported_lines": "Lines in the books",
}


def proof(
    context: typer.Context,
    tenant: TenantName,
    division: Annotated[int | None, typer.Option(metavar="CODE", help="Only this division.")] = None,
    differences: Annotated[
        bool, typer.Option("--differences", help="Name each difference, opening and fault, with both sides.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show whether each division is proven, as of when, when the next comparison is due, and what was compared.

    Debit is positive in both columns. Exits 7 when a division is not proven.

    Examples: `qics proof acme`, `qics proof acme --division 123456 --differences --json`.
    """
    app = app_of(context)
    row = app.register.tenants.get(tenant)
    chosen = [each.division for each in app.register.divisions.chosen(tenant) if division in {None, each.division}]
    with database_of(app, row) as warehouse:
        found = [_division(warehouse, code, differences=differences) for code in watched(chosen, "Divisions")]
    if as_json:
        print_json({"tenant": tenant, "divisions": found})
    else:
        _print(tenant, found)
    if not all(each["state"] == PROVEN for each in found):
        raise typer.Exit(Exit.STOPPED)


def _division(warehouse: Warehouse, division: int, *, differences: bool) -> dict[str, Any]:
    proofs = warehouse.proofs(division)
    kept = proofs.latest()
    told = {**_standing(proofs.standing()), "checks": [_check(each) for each in kept]}
    return told | ({"differences": [row for each in kept for row in _found(proofs, each)]} if differences else {})


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "division": standing.division,
        "state": standing.state,
        "cause": standing.cause,
        "about": standing.about,
        "cure": cure_of(standing.cause),
        "as_of": standing.as_of,
        "run": standing.as_of_run,
        "cursor": standing.cursor,
        "due_at": standing.due_at,
        "changed_since": list(standing.pending),
    }


def _check(kept: Proof) -> dict[str, Any]:
    return {
        "subject": kept.subject,
        "year": kept.scope,
        "state": kept.state,
        "run": kept.run,
        "at": kept.at,
        "cursor": kept.cursor,
        **_sides(kept),
        "opening": kept.opening,
        "in_transit": kept.in_transit,
        "healed_by": kept.healed_by,
        "differences": kept.differences,
    }


def _found(proofs: Proofs, kept: Proof) -> list[dict[str, Any]]:
    if kept.state not in {DIFFERS, DOUBTED} and not kept.opening:
        return []
    return [_difference(kept.scope, each) for each in proofs.differences(kept.number)]


def _difference(year: str, each: Difference) -> dict[str, Any]:
    return {
        "year": year,
        "kind": each.kind,
        "period": each.period,
        "account": each.account,
        "cost_center": each.cost_center,
        "cost_unit": each.cost_unit,
        "type": each.type,
        "status": each.status,
        "record": each.record,
        **_sides(each),
    }


def _sides(each: Proof | Difference) -> dict[str, Any]:
    return {
        "copied": each.copied_amount,
        "copied_debit": each.copied_debit,
        "copied_credit": each.copied_credit,
        "copied_lines": each.copied_lines,
        "reported": each.reported_amount,
        "reported_debit": each.reported_debit,
        "reported_credit": each.reported_credit,
        "reported_lines": each.reported_lines,
        "difference": each.copied_amount - each.reported_amount,
    }


def _print(tenant: str, found: list[dict[str, Any]]) -> None:
    if not found:
        say(f"Tenant {tenant}: no division is read. `qics tenant divisions {tenant}` lists and chooses them.")
    for each in found:
        show(each["checks"], CHECKS, as_json=False, title=_title(each), empty=_title(each))
        if each.get("differences"):
            show(each["differences"], DIFFERENCES, as_json=False, title="Differences")
        if each["cause"]:
            say(f"{each['cause']} ({each['about']}): {each['cure']}")


def _title(each: dict[str, Any]) -> str:
    words = [f"Division {each['division']}", each["state"]]
    words.append(f"proven as of {each['as_of']:%Y-%m-%d %H:%M} UTC" if each["as_of"] else "never proven")
    words.append(f"changed since: {', '.join(each['changed_since'])}" if each["changed_since"] else "")
    words.append(f"next comparison due {each['due_at']:%Y-%m-%d %H:%M} UTC" if each["due_at"] else "")
    return " · ".join(word for word in words if word)
