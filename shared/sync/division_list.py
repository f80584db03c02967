"""The list of a tenant's divisions at Exact: which there are, moved, blocked, archived, gone.

The register keeps codes and states of all listed divisions; the tenant's database keeps the rows of the chosen ones
only, since an accountant's consent shows other companies too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from shared import telemetry
from shared.errors import DivisionStopped
from shared.exact import query, records
from shared.exact.faults import UnknownColumn
from shared.exact.me import me
from shared.exact.pages import Paging
from shared.register import Listed, Tenant
from shared.sync import reading
from shared.sync.agenda import DIVISIONS
from shared.sync.context import Context
from shared.sync.source import Source
from shared.warehouse.protocol import Checkpoint, Claim, Row, Warehouse

#: division under which the list itself is written: it belongs to none
NO_DIVISION = 0

#: columns without which the list says nothing of what it is read for: moves, blocks and whose budget counts
DECISIVE = ("Code", "Status", "BlockingStatus", "Customer", "DivisionMoveDate", "DivisionHRLinkUnlinkDate")

_AT = DIVISIONS.index


def refresh(context: Context, tenant: Tenant) -> list[Row]:
    """Read the list, ceil(D/60) calls; store what was chosen of it. The rows of all listed divisions.

    Raises what the client raises, and RetryLater when a budget is used up.
    """
    with context.warehouse(tenant) as warehouse:
        stored = replace(warehouse.checkpoint(NO_DIVISION, DIVISIONS), epoch=1, run=tenant.run)
        rows, checkpoint = _by_any_way(context, tenant, reading.begun(stored, "", 0, context.release))
        context.register.divisions.save_listed(tenant.tenant, tenant.host, [_listed(row) for row in rows])
        chosen = {each.division for each in context.register.divisions.chosen(tenant.tenant)}
        _store(warehouse, tenant, [row for row in rows if row[_AT["Code"]] in chosen], checkpoint)
    return rows


def _by_any_way(context: Context, tenant: Tenant, checkpoint: Checkpoint) -> tuple[list[Row], Checkpoint]:
    """Any division the user may open leads to the list; one that is blocked or taken away does not."""
    known = [each.division for each in context.register.divisions.of(tenant.tenant) if each.listed]
    for division in known:
        try:
            return _ask(context, tenant, division, checkpoint)
        except DivisionStopped as stopped:
            telemetry.event("list.other-way", tenant=tenant.tenant, division=division, cause=stopped.cause.code)
    return _ask(context, tenant, NO_DIVISION, checkpoint)


def _ask(context: Context, tenant: Tenant, division: int, checkpoint: Checkpoint) -> tuple[list[Row], Checkpoint]:
    """Read the list by way of one division; by way of the one the user works in when none is known.

    A column Exact no longer knows is dropped, as of every stream (rule 8).
    """
    licence = context.licence(tenant, division)
    with context.source(tenant, tenant.run, tenant.host, division, licence) as source:
        via = division or me(source.get, tenant.host).current_division
        while True:
            try:
                return list(_read(source, tenant.host, via, checkpoint)), checkpoint
            except UnknownColumn as error:
                checkpoint = _without(context, tenant, checkpoint, error)


def _without(context: Context, tenant: Tenant, checkpoint: Checkpoint, error: UnknownColumn) -> Checkpoint:
    if error.column in DECISIVE:
        raise error
    names: dict[str, str | int] = {"tenant": tenant.tenant, "run": tenant.run, "stream": DIVISIONS.name}
    telemetry.alert("column.dropped", **names, column=error.column, release=context.release)
    return reading.without(checkpoint, error.column, context.release)


def _read(source: Source, host: str, division: int, checkpoint: Checkpoint) -> Iterator[Row]:
    paging = Paging(host)
    columns = reading.asked_columns(DIVISIONS, checkpoint)
    url = query.first_url(host, DIVISIONS, division, above=None, scope="", columns=columns)
    reader = records.reader(DIVISIONS)
    while url:
        raw = source.page(url)
        yield from reader.read(raw.rows, division).rows
        url = paging.check(raw.next_link, url)


def _listed(row: Row) -> Listed:
    return Listed(
        division=int(str(row[_AT["Code"]])),
        status=int(str(row[_AT["Status"]] or 0)),
        blocking=int(str(row[_AT["BlockingStatus"]] or 0)),
        licence=str(row[_AT["Customer"]] or ""),
    )


def _store(warehouse: Warehouse, tenant: Tenant, rows: list[Row], checkpoint: Checkpoint) -> None:
    """Write the rows of the chosen divisions; a row leaves only with its division's purge (design §6)."""
    with warehouse.transaction(Claim(NO_DIVISION, tenant.run, fence=tenant.run)) as transaction:
        transaction.upsert(DIVISIONS, rows, checkpoint)
        transaction.save(checkpoint)
