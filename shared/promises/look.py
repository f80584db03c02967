"""Looking, keeping what was seen, and saying how each promise stands.

A check that cannot look (its place is down, its means are not there) says *unknown*, with why, and holds up no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing

from shared import telemetry
from shared.errors import PipelineError
from shared.lifecycle import State as Life
from shared.lifecycle import local_day, may_sync, state
from shared.promises.board import CHECKS, TENANT_CHECKS
from shared.promises.kept import Kept
from shared.promises.model import Check, Finding, Seen, Standing, State, unknown
from shared.promises.premises import Premises, Visit
from shared.promises.words import PROMISES
from shared.register import Tenant
from shared.register.database import Clock
from shared.warehouse.protocol import Warehouse

NEVER = unknown("nobody has looked yet")


def check_promises(premises: Premises) -> list[Standing]:
    """Look at the service as a whole and at tenants that do not sync; what was seen is kept, what is broken alerts."""
    found = [_look(check, premises, "", premises) for check in CHECKS]
    for tenant in premises.register.tenants.list():
        if _stored(tenant, premises.clock) and not may_sync(tenant.dates, premises.clock()):
            found += _visited(premises, tenant)
    _kept(premises).save(found)
    stand = standings(premises)
    for standing in stand:
        _report(standing)
    return stand


def check_tenant(premises: Premises, tenant: Tenant, warehouse: Warehouse) -> list[Finding]:
    """Look at one tenant's open, migrated database, and keep what was seen."""
    visit = Visit(premises, tenant, warehouse)
    found = [_look(check, visit, tenant.tenant, premises) for check in TENANT_CHECKS]
    _kept(premises).save(found)
    return found


def standings(premises: Premises) -> list[Standing]:
    """How each promise stands by the evidence that is kept: nothing is looked at. One of two days ago is unknown."""
    kept = {(each.promise, each.name, each.tenant): each for each in _kept(premises).all()}
    stored = [each.tenant for each in premises.register.tenants.list() if _stored(each, premises.clock)]
    wanted = [(check.promise, check.name, "") for check in CHECKS]
    wanted += [(check.promise, check.name, tenant) for check in TENANT_CHECKS for tenant in stored]
    now = premises.clock()
    found = [kept.get(key, _missing(key)).by(now) for key in wanted]
    return [Standing(promise, _of(promise, found)) for promise in PROMISES]


def _of(promise: str, found: Iterable[Finding]) -> Sequence[Finding]:
    own = [finding for finding in found if finding.promise == promise]
    return own or [_no_tenant(check) for check in TENANT_CHECKS if check.promise == promise]


def _no_tenant(check: Check[Visit]) -> Finding:
    """Where only tenants' databases are looked at and there is no tenant, there is nothing to say."""
    seen = Seen(state=State.UNKNOWN, why="there is no tenant with data")
    return Finding(promise=check.promise, name=check.name, tenant="", at=None, seen=seen)


def _missing(key: tuple[str, str, str]) -> Finding:
    promise, name, tenant = key
    return Finding(promise=promise, name=name, tenant=tenant, at=None, seen=NEVER)


def _stored(tenant: Tenant, clock: Clock) -> bool:
    """Whether there is data of the tenant's that promises are about."""
    return state(tenant.dates, local_day(clock())) not in {Life.INVITED, Life.PURGED}


def _visited(premises: Premises, tenant: Tenant) -> list[Finding]:
    """Open the database of a tenant whose sync does not; one that cannot be opened leaves its checks unknown."""
    try:
        with closing(premises.open_warehouse(tenant)) as warehouse:
            warehouse.migrate()
            visit = Visit(premises, tenant, warehouse)
            return [_look(check, visit, tenant.tenant, premises) for check in TENANT_CHECKS]
    except PipelineError as error:
        seen = unknown(error.cause.code)
        now = premises.clock()
        return [
            Finding(promise=check.promise, name=check.name, tenant=tenant.tenant, at=now, seen=seen)
            for check in TENANT_CHECKS
        ]


def _look[Place](check: Check[Place], place: Place, tenant: str, premises: Premises) -> Finding:
    try:
        seen = check.look(place)
    except PipelineError as error:
        seen = unknown(error.cause.code)
    return Finding(promise=check.promise, name=check.name, tenant=tenant, at=premises.clock(), seen=seen)


def _report(standing: Standing) -> None:
    telemetry.event("promise.checked", type=standing.promise, state=standing.state.value, count=standing.count)
    if standing.state is State.BROKEN:
        cause = standing.decisive[0].name
        telemetry.alert("promise.broken", type=standing.promise, count=standing.count, cause=cause)


def _kept(premises: Premises) -> Kept:
    return Kept(premises.register.database)
