"""A tenant's row inside another subject's transaction: refused when purged, rescheduled when its dates move."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, false, select, update

from shared import lifecycle
from shared.errors import Cause, Refused
from shared.register.rows import Tenant
from shared.register.schema import tenants


def living(connection: Connection, tenant: str) -> Tenant:
    """The tenant's row. Raises Refused(UNKNOWN_TENANT | PURGED)."""
    return unpurged(_row(connection, tenant))


def any_tenant(connection: Connection, tenant: str) -> Tenant:
    """The tenant's row, a tombstone too. Raises Refused(UNKNOWN_TENANT)."""
    return Tenant(**_row(connection, tenant))


def unpurged(row: RowMapping) -> Tenant:
    """The row as a value. Raises Refused(PURGED) for a tombstone."""
    if row["purged_on"] is not None:
        raise Refused(Cause.PURGED, f"tenant {row['tenant']}")
    return Tenant(**row)


def _row(connection: Connection, tenant: str) -> RowMapping:
    row = connection.execute(select(tenants).where(tenants.c.tenant == tenant)).mappings().one_or_none()
    if row is None:
        raise Refused(Cause.UNKNOWN_TENANT, f"tenant {tenant}")
    return row


def change(connection: Connection, tenant: str, **values: Any) -> None:
    """Set columns of the tenant's row."""
    connection.execute(update(tenants).where(tenants.c.tenant == tenant).values(**values))


def reschedule(connection: Connection, tenant: str, now: datetime) -> None:
    """Store what the lifecycle says of the dates. While a run is open its net keeps `next_sync_at`."""
    stored = living(connection, tenant)
    change(connection, tenant, purge_at=lifecycle.purge_at(stored.dates))
    due = lifecycle.next_sync_at(stored.dates, tenant, now, max(stored.interval_minutes, stored.stretched_minutes))
    closed = (tenants.c.tenant == tenant, tenants.c.run_open == false())
    connection.execute(update(tenants).where(*closed).values(next_sync_at=due))
