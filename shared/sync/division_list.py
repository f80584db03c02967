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
from shared.exact.me import me
from shared.exact.pages import Paging
from shared.register import Listed, Tenant
from shared.sync.agenda import DIVISIONS
from shared.sync.context import Context
from shared.sync.source import Source
from shared.warehouse.protocol import Claim, Row

#: division under which the list itself is written: it belongs to none
NO_DIVISION = 0

_AT = DIVISIONS.index


def refresh(context: Context, tenant: Tenant) -> list[Row]:
    """Read the list, ceil(D/60) calls; store what was chosen of it. The rows of all listed divisions.

    Raises what the client raises, and RetryLater when a budget is used up.
    """
    rows = _by_any_way(context, tenant)
    context.register.divisions.save_listed(tenant.tenant, tenant.host, [_listed(row) for row in rows])
    chosen = {each.division for each in context.register.divisions.chosen(tenant.tenant)}
    _store(context, tenant, [row for row in rows if row[_AT["Code"]] in chosen])
    return rows


def _by_any_way(context: Context, tenant: Tenant) -> list[Row]:
    """Any division the user may open leads to the list; one that is blocked or taken away does not."""
    known = [each.division for each in context.register.divisions.of(tenant.tenant) if each.listed]
    for division in known:
        try:
            return _ask(context, tenant, division)
        except DivisionStopped as stopped:
            telemetry.event("list.other-way", tenant=tenant.tenant, division=division, cause=stopped.cause.code)
    return _ask(context, tenant, NO_DIVISION)


def _ask(context: Context, tenant: Tenant, division: int) -> list[Row]:
    """Read the list by way of one division; by way of the one the user works in when none is known."""
    licence = context.licence(tenant, division)
    with context.source(tenant, tenant.run, tenant.host, division, licence) as source:
        return list(_read(source, tenant.host, division or me(source.get, tenant.host).current_division))


def _read(source: Source, host: str, division: int) -> Iterator[Row]:
    paging = Paging(host)
    url = query.first_url(host, DIVISIONS, division, above=None, scope="", columns=DIVISIONS.names)
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


def _store(context: Context, tenant: Tenant, rows: list[Row]) -> None:
    """Write the rows of the chosen divisions; a row leaves only with its division's purge (design §6)."""
    with context.warehouse(tenant) as warehouse:
        checkpoint = replace(warehouse.checkpoint(NO_DIVISION, DIVISIONS), epoch=1, run=tenant.run)
        claim = Claim(NO_DIVISION, tenant.run, fence=tenant.run)
        with warehouse.transaction(claim) as transaction:
            transaction.upsert(DIVISIONS, rows, checkpoint)
            transaction.save(checkpoint)
