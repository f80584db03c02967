"""`qics tenant divisions|release`: which administrations are read, and the word that lets a stopped one go on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from qics.app import app_of, database_of
from qics.arguments import TenantName
from qics.output import AsJson, Row, note, show, waiting
from qics.recorded import recorded
from qics.standing import suspects
from shared.bootstrap import App
from shared.errors import Cause, Refused
from shared.register.rows import Division, Tenant
from shared.streams import stream as stream_of
from shared.streams.rows import Row as StoredRow
from shared.sync.division_list import NO_DIVISION, refresh

HEADINGS = {"division": "Division", "name": "Name", "chosen": "Read", "status": "Status", "blocking": "Blocked for"}
RELEASED = {"division": "Division", "stream": "Stream"}

#: Status and BlockingStatus of `system/Divisions`
STATUS = {0: "inactive", 1: "active", 2: "archived"}
BLOCKING = {
    0: "",
    1: "backup or restore",
    2: "conversion",
    3: "conversion",
    4: "conversion",
    5: "copying",
    6: "copying",
    100: "deletion",
    101: "deletion",
    102: "deletion",
}


@recorded("tenant.divisions", when=("choose", "drop"))
def divisions(
    context: typer.Context,
    tenant: TenantName,
    choose: Annotated[
        list[int] | None, typer.Option(metavar="CODE", help="Read this division too. Repeat it for more.")
    ] = None,
    drop: Annotated[
        list[int] | None, typer.Option(metavar="CODE", help="Read this division no longer. Repeat it for more.")
    ] = None,
    look: Annotated[bool, typer.Option("--look", help="Ask Exact now, for the names of all of them (a call).")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the divisions the customer granted, and choose which are read. Nothing is read unless it is chosen.

    Names come from the tenant's own database: those of divisions not read yet are not kept, so `--look` asks Exact.

    Example: `qics tenant divisions acme --choose 123456 --choose 123457 --drop 99999`.
    """
    app = app_of(context)
    row = app.register.tenants.get(tenant)
    if choose or drop:
        _choose(app, tenant, set(choose or ()), set(drop or ()))
    names = _asked_names(app, row) if look else _names(app, row)
    rows = [_row(division, names) for division in app.register.divisions.of(tenant)]
    show(rows, HEADINGS, as_json=as_json, empty="None known: they are listed by the first run after the consent.")
    if choose:
        app.register.tenants.wake(tenant, app.clock())
        note("The next run begins within a minute; `qics sync now --wait` follows it.")


@recorded("tenant.release")
def release(
    context: typer.Context,
    tenant: TenantName,
    division: Annotated[int | None, typer.Option(metavar="CODE", help="Only this division.")] = None,
    stream: Annotated[str, typer.Option(metavar="NAME", help="Only this stream; none: all that are stopped.")] = "",
    as_json: AsJson = False,
) -> None:
    """Let parked streams be tried again at once, and take suspect lists as true when the next reading repeats them.

    Look first: `qics sync status` says why each one stopped. Example: `qics tenant release acme --stream Accounts`.
    """
    app = app_of(context)
    row = app.register.tenants.get(tenant)
    wanted = stream_of(stream).name if stream else ""
    rows: list[Row] = []
    for each in _those(app, tenant, division):
        names = sorted(name for name in _stopped(app, row, each) if wanted in {"", name})
        for name in names:
            app.register.calls.release(each.host, each.division, name)
        rows += [{"division": each.division, "stream": name} for name in names]
    show(rows, RELEASED, as_json=as_json, title="Released", empty="Nothing is parked or suspect: nothing was released.")
    if rows and app.register.tenants.wake(tenant, app.clock()):
        note("The next run begins within a minute and reads them.")


def _choose(app: App, tenant: str, choose: set[int], drop: set[int]) -> None:
    known = {row.division for row in app.register.divisions.of(tenant)}
    if both := sorted(choose & drop):
        raise Refused(Cause.BAD_REQUEST, f"tenant {tenant}: division {both} is both chosen and dropped")
    if unknown := sorted(drop - known):
        raise Refused(Cause.BAD_REQUEST, f"tenant {tenant}: has no division {unknown} to drop")
    chosen = {row.division for row in app.register.divisions.chosen(tenant)}
    app.register.divisions.choose(tenant, (chosen | choose) - drop)


def _those(app: App, tenant: str, division: int | None) -> list[Division]:
    chosen = app.register.divisions.chosen(tenant)
    if division is None:
        return chosen
    if found := [row for row in chosen if row.division == division]:
        return found
    raise Refused(Cause.BAD_REQUEST, f"tenant {tenant}: division {division} is not among those read")


def _stopped(app: App, tenant: Tenant, division: Division) -> set[str]:
    with database_of(app, tenant) as warehouse:
        suspect = suspects(warehouse.checkpoints(division.division))
    return suspect | set(app.register.calls.parked(division.host, division.division))


def _row(division: Division, names: dict[int, str]) -> Row:
    return {
        "division": division.division,
        "name": names.get(division.division, ""),
        "chosen": division.chosen,
        "status": STATUS.get(division.status, str(division.status)) if division.listed else "no longer granted",
        "blocking": BLOCKING.get(division.blocking, str(division.blocking)),
    }


def _asked_names(app: App, tenant: Tenant) -> dict[int, str]:
    """Division codes and names as Exact lists them now; shown, not stored, but for those that are read."""
    with waiting("Asking Exact for the list of divisions ..."):
        return _named(refresh(app.sync, tenant))


def _names(app: App, tenant: Tenant) -> dict[int, str]:
    """Division codes and names, of the divisions whose rows the tenant's database holds."""
    kind = stream_of("Divisions")
    with database_of(app, tenant) as warehouse:
        return _named(warehouse.read_rows(kind, NO_DIVISION))


def _named(rows: Iterable[StoredRow]) -> dict[int, str]:
    kind = stream_of("Divisions")
    code, name = kind.index["Code"], kind.index["Description"]
    return {int(str(row[code])): str(row[name] or "") for row in rows}
