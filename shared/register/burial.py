"""The mark from which there is no way back: the tenant is a tombstone, and nobody works for it any more."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, delete

from shared.errors import Cause
from shared.register.ending import close_run
from shared.register.living import change
from shared.register.rows import Tenant
from shared.register.schema import grants, invitations


def bury(connection: Connection, tenant: Tenant, day: date, now: datetime) -> dict[str, int]:
    """Put up the tombstone; run, grant and invitations end here. What was removed, by table."""
    close_run(connection, tenant.tenant, tenant.run, "failed", Cause.PURGED, now)
    change(connection, tenant.tenant, purged_on=day, next_sync_at=None, purge_at=None)
    return {
        table.name: connection.execute(delete(table).where(table.c.tenant == tenant.tenant)).rowcount
        for table in (grants, invitations)
    }
