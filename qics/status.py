"""`qics sync status`: how every stream of every division stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from qics.app import app_of, database_of
from qics.arguments import TenantName
from qics.causes import cure_of
from qics.output import AsJson, print_json, say, show, watched
from qics.standing import Facts, standings
from shared.bootstrap import App
from shared.exact.limits import Limits
from shared.register.rows import Division, RunDivision, Tenant
from shared.warehouse.protocol import Warehouse

STREAMS = {"stream": "Stream", "state": "State", "age": "Age", "rows": "Rows", "cause": "Cause", "until": "Again at"}
ASIDE = {"stream": "Stream", "key": "Record", "version": "Version", "reason": "Reason"}


def status(
    context: typer.Context,
    tenant: TenantName,
    division: Annotated[int | None, typer.Option(metavar="CODE", help="Only this division.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show how each stream stands: state, age, rows, causes with their cures, records set aside, calls left today.

    Example: `qics sync status acme --division 123456 --json`.
    """
    app = app_of(context)
    row = app.register.tenants.get(tenant)
    parts = {part.division: part for part in app.register.runs.rows(tenant, row.run)}
    chosen = [each for each in app.register.divisions.chosen(tenant) if division in {None, each.division}]
    found = [_division(app, row, each, parts.get(each.division)) for each in watched(chosen, "Divisions")]
    if as_json:
        print_json({"tenant": tenant, "run": row.run, "run_open": row.run_open, "divisions": found})
    else:
        _print(tenant, found)


def _division(app: App, tenant: Tenant, division: Division, part: RunDivision | None) -> dict[str, Any]:
    with database_of(app, tenant) as warehouse:
        facts = Facts(
            app.clock(),
            warehouse.division(division.division),
            warehouse.checkpoints(division.division),
            app.register.calls.parked(division.host, division.division),
        )
        streams, aside = standings(facts, warehouse), _set_aside(warehouse, division.division)
        proven = warehouse.proofs(division.division).standing()
    return {
        "division": division.division,
        "run_state": part.state if part else "",
        "run_cause": part.cause if part else "",
        "proof": proven.state,
        "proof_cause": proven.cause,
        "proven_as_of": proven.as_of,
        "comparison_due": proven.due_at,
        "calls_left_today": _calls_left(app, division),
        "licence_blocked_until": app.register.calls.licence_blocked(division.host, division.licence),
        "streams": streams,
        "set_aside": aside,
    }


def _set_aside(warehouse: Warehouse, division: int) -> list[dict[str, Any]]:
    """Where and why, never the record: what it holds is the customer's."""
    return [
        {"stream": stream, "key": record.key, "version": record.version, "reason": record.reason}
        for stream, record in warehouse.set_aside(division)
    ]


def _calls_left(app: App, division: Division) -> int | None:
    """Calls Exact's last reply left for its day; None when it said nothing of the day we have now."""
    kept = app.register.calls.limits(division.host, division.division)
    limits = Limits.from_json(kept) if kept else Limits()
    is_today = limits.day_ends is not None and app.clock() < limits.day_ends
    return limits.day_remaining if is_today else None


def _print(tenant: str, found: list[dict[str, Any]]) -> None:
    if not found:
        say(f"Tenant {tenant}: no division is read. `qics tenant divisions {tenant}` lists and chooses them.")
    for each in found:
        show(each["streams"], STREAMS, as_json=False, title=_title(each))
        if each["set_aside"]:
            show(each["set_aside"], ASIDE, as_json=False, title="Records set aside (tried again by each release)")
        for cause in _causes(each):
            say(f"{cause}: {cure_of(cause)}")


def _title(division: dict[str, Any]) -> str:
    left = division["calls_left_today"]
    words = [f"Division {division['division']}", division["run_state"] or "not read yet", division["run_cause"]]
    words.append(f"{division['proof']}{_as_of(division)}")
    words.append(f"{left:,} calls left today" if left is not None else "")
    if until := division["licence_blocked_until"]:
        words.append(f"licence waits until {until:%Y-%m-%d %H:%M} UTC")
    return " · ".join(word for word in words if word)


def _as_of(division: dict[str, Any]) -> str:
    """When it was last proven; `qics proof` says more."""
    at = division["proven_as_of"]
    return f" as of {at:%Y-%m-%d %H:%M} UTC" if at else ""


def _causes(division: dict[str, Any]) -> Iterable[str]:
    """Each cause once, in the order it is first seen."""
    seen = [division["run_cause"], division["proof_cause"], *(stream["cause"] for stream in division["streams"])]
    return dict.fromkeys(cause for cause in seen if cause)
