"""After a restore: the tombstones are put up again, and every place is walked once more.

What the restore brought back (rows, a grant, an invitation) is deleted like the first time, with a certificate of its
own; the audit log goes on behind its anchored head and names the entries that are lost.
"""

from __future__ import annotations

import json
from typing import cast

from shared import telemetry
from shared.audit import BEGINNING, Head
from shared.canonical import canonical
from shared.evidence import Evidence
from shared.lifecycle import local_day
from shared.messages import PurgeTenant
from shared.register import Purge, Register, Tenant
from shared.retention.context import Retention
from shared.retention.guard import TOMBSTONES, newest_head, risen_tenants


def put_up(evidence: Evidence, tenant: Tenant, purge: Purge) -> None:
    """Write the tombstone where no restore reaches; the first one of a tenant stays."""
    told = {
        "tenant": tenant.tenant,
        "host": tenant.host,
        "database": tenant.database,
        "begun_at": purge.begun_at.isoformat(),
    }
    evidence.create(_name(tenant.tenant), canonical(told))


def reconcile(retention: Retention, actor: str) -> list[str]:
    """Bring the register up to the evidence: the tenants that were back. Repeatable."""
    risen = sorted(risen_tenants(retention.register, retention.evidence))
    for tenant in risen:
        _bury_again(retention, tenant)
    anchored = newest_head(retention.evidence) or Head(0, BEGINNING)
    if risen or not retention.register.audit.has(anchored):
        retention.register.audit.resume(actor, anchored, {"tenants": risen})
    telemetry.warning("register.reconciled", count=len(risen), number=anchored.number)
    return risen


def _bury_again(retention: Retention, tenant: str) -> None:
    told = json.loads(cast("bytes", retention.evidence.get(_name(tenant))))
    register, day = retention.register, local_day(retention.clock())
    if _known(register, tenant):
        register.tenants.tombstone(tenant, day)
    else:
        register.tenants.lost(tenant, told["host"], told["database"], day)
    purge = register.purges.repeat(tenant)
    retention.queues.send(PurgeTenant(tenant=tenant, step=purge.step))


def _known(register: Register, tenant: str) -> bool:
    return any(row.tenant == tenant for row in register.tenants.list())


def _name(tenant: str) -> str:
    return f"{TOMBSTONES}{tenant}.json"
