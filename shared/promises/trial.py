"""TRIAL: nothing arrives after the last day of trial or contract."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from shared.lifecycle import last_day, midnight
from shared.promises.model import Seen, judged
from shared.promises.premises import Premises
from shared.register import Tenant
from shared.register.schema import runs


def runs_in_time(premises: Premises) -> Seen:
    """TRIAL: no run began to read after a tenant's last day."""
    newest = select(runs.c.tenant, func.max(runs.c.begun_at)).where(runs.c.begun_at.is_not(None))
    with premises.register.database.read() as connection:
        begun: dict[str, datetime] = {row[0]: row[1] for row in connection.execute(newest.group_by(runs.c.tenant))}
    tenants = [tenant for tenant in premises.register.tenants.list() if tenant.tenant in begun]
    return judged(len(tenants), {each.tenant for each in tenants if _over(each, begun[each.tenant])})


def plans_in_time(premises: Premises) -> Seen:
    """TRIAL: no run is planned for a moment after a tenant's last day, nor for one that was deleted."""
    planned = [each for each in premises.register.tenants.list() if each.next_sync_at and not each.run_open]
    late = {each.tenant for each in planned if each.purged_on or _over(each, each.next_sync_at)}
    return judged(len(planned), late)


def _over(tenant: Tenant, at: datetime | None) -> bool:
    """Whether the moment lies after the last day; of a deleted tenant nobody knows its days any more."""
    last = last_day(tenant.dates)
    return last is not None and at is not None and at >= midnight(last + timedelta(days=1))
