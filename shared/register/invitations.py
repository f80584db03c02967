"""Invitations: each may be used once, by one UPDATE, before it expires."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update

from shared.register.database import Database
from shared.register.living import living
from shared.register.schema import invitations


class Invitations:
    """The ids of invitations handed out; what signs them is not here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, invitation: str, tenant: str, expires_at: datetime) -> None:
        """Remember an invitation. Raises Refused(UNKNOWN_TENANT | PURGED)."""
        with self._database.write() as connection:
            living(connection, tenant)
            row = {"id": invitation, "tenant": tenant, "expires_at": expires_at}
            connection.execute(insert(invitations).values(**row))

    def use(self, invitation: str, tenant: str) -> bool:
        """Use it up; True for exactly one caller, and only for its own tenant and before it expires."""
        now = self._database.clock()
        used = update(invitations).where(*self._unused(invitation), invitations.c.tenant == tenant).values(used_at=now)
        with self._database.write() as connection:
            return connection.execute(used).rowcount == 1

    def valid(self, invitation: str) -> bool:
        """Whether it may still be used."""
        with self._database.read() as connection:
            return connection.scalar(select(invitations.c.id).where(*self._unused(invitation))) is not None

    def _unused(self, invitation: str) -> tuple[ColumnElement[bool], ...]:
        now = self._database.clock()
        return invitations.c.id == invitation, invitations.c.used_at.is_(None), invitations.c.expires_at > now
