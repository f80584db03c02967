"""Leases: exclusive, expiring, fenced claims, each taken by one UPDATE whose row count decides."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from shared.register.database import Database, insert_missing
from shared.register.schema import leases


def division_lease(host: str, division: int) -> str:
    """Name of the lease on one division's calls, whichever tenant reads it."""
    return f"division:{host}:{division}"


def grant_lease(tenant: str) -> str:
    """Name of the lease on refreshing one tenant's grant."""
    return f"grant:{tenant}"


class Leases:
    """Leases by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, holder: str, seconds: float) -> int | None:
        """Take a lease that is free or expired, for `seconds`; its new fence, higher than every one before, or None."""
        with self._database.write() as connection:
            make(connection, name)
            return claim(connection, name, holder, self._database.clock(), seconds)

    def release(self, name: str, fence: int) -> bool:
        """Give it back; False when the fence is not the holder's any more."""
        with self._database.write() as connection:
            return give_back(connection, name, fence)

    def until(self, name: str) -> datetime | None:
        """When it expires; None while it is free."""
        with self._database.read() as connection:
            query = select(leases.c.expires_at).where(leases.c.name == name)
            return connection.scalar(query.where(leases.c.expires_at > self._database.clock()))


def make(connection: Connection, name: str) -> None:
    """Have a row for the lease, free at first."""
    insert_missing(connection, leases, {"name": name}, {"fence": 0})


def free(now: datetime) -> ColumnElement[bool]:
    """That a lease is free or expired at `now`."""
    return or_(leases.c.expires_at.is_(None), leases.c.expires_at <= now)


def held(name: str, fence: int) -> ColumnElement[bool]:
    """That nobody has taken the lease since `fence`, nor was it given back. Being late alone loses nothing."""
    return and_(leases.c.name == name, leases.c.fence == fence, leases.c.expires_at.is_not(None))


def claim(
    connection: Connection, name: str, holder: str, now: datetime, seconds: float, *where: ColumnElement[bool]
) -> int | None:
    """Take an existing lease, only where `where` holds too; the new fence or None."""
    taken = {"fence": leases.c.fence + 1, "holder": holder, "expires_at": now + timedelta(seconds=seconds)}
    claimed = update(leases).where(leases.c.name == name, free(now), *where).values(**taken).returning(leases.c.fence)
    return connection.execute(claimed).scalar_one_or_none()


def give_back(connection: Connection, name: str, fence: int) -> bool:
    """Free the lease, only while `fence` holds it."""
    freed = update(leases).where(held(name, fence)).values(holder=None, expires_at=None)
    return connection.execute(freed).rowcount == 1
