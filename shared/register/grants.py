"""Grants: whose consent each tenant lives on, and the sealed token pair on its way to the vault (rule 3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from shared.errors import Cause, Refused
from shared.lifecycle import local_day
from shared.register.database import Database, insert_missing
from shared.register.living import change, living, reschedule
from shared.register.rows import Grant
from shared.register.schema import grants


class Grants:
    """One grant per tenant, one tenant per Exact user and host."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, tenant: str) -> Grant | None:
        """The tenant's grant; None when nobody consented yet."""
        return self._one(grants.c.tenant == tenant)

    def by_user(self, host: str, user: str) -> Grant | None:
        """The grant of the user whose keyed hash is `user`."""
        return self._one(grants.c.host == host, grants.c.user == user)

    def consent(self, tenant: str, host: str, user: str, now: datetime) -> Grant:
        """Store a consent: connected again, the number of the pair goes on rising.

        Raises Refused(USER_TAKEN) when the user feeds another tenant.
        """
        with self._database.write() as connection:
            living(connection, tenant)
            _refuse_taken(connection, tenant, host, user)
            given = {"host": host, "user": user, "state": "connected", "cause": "", "consented_at": now}
            if not insert_missing(connection, grants, {"tenant": tenant}, {**given, "number": 0}):
                connection.execute(update(grants).where(grants.c.tenant == tenant).values(**given))
            change(connection, tenant, withdrawn_on=None)
            reschedule(connection, tenant, self._database.clock())
            return Grant(**connection.execute(select(grants).where(grants.c.tenant == tenant)).mappings().one())

    def keep_pair(self, tenant: str, number_before: int, sealed: bytes, issued_at: datetime) -> bool:
        """Keep a new pair as number `number_before` + 1, only while that is the newest; whether it was.

        A late worker's pair counts too: it shows that the grant works. Not so after a withdrawal.
        """
        pair = {
            "number": number_before + 1,
            "sealed": sealed,
            "issued_at": issued_at,
            "state": "connected",
            "cause": "",
        }
        return self._change(tenant, grants.c.number == number_before, grants.c.state != "withdrawn", **pair)

    def clear_pair(self, tenant: str, number: int) -> bool:
        """Forget the sealed pair `number`, which the vault holds now; False when a newer one stands there."""
        return self._change(tenant, grants.c.number == number, sealed=None)

    def need(self, tenant: str, cause: Cause, number: int) -> bool:
        """Declare that a new consent is needed, only while pair `number` is the newest; whether it was."""
        return self._change(
            tenant, grants.c.number == number, grants.c.state != "withdrawn", state="needed", cause=cause.code
        )

    def withdraw(self, tenant: str) -> bool:
        """The customer took the consent back: no pair is kept and nothing is due from now on until a new consent."""
        taken_back = {"state": "withdrawn", "cause": Cause.CONSENT_WITHDRAWN.code, "sealed": None}
        with self._database.write() as connection:
            changed = connection.execute(update(grants).where(grants.c.tenant == tenant).values(**taken_back))
            if changed.rowcount == 1:
                now = self._database.clock()
                change(connection, tenant, withdrawn_on=local_day(now))
                reschedule(connection, tenant, now)
            return changed.rowcount == 1

    def idle_since(self, before: datetime) -> list[str]:
        """Tenants whose connected grant was last refreshed before `before`, the longest idle first."""
        idle = (grants.c.state == "connected", grants.c.issued_at < before)
        with self._database.read() as connection:
            return list(connection.scalars(select(grants.c.tenant).where(*idle).order_by(grants.c.issued_at)))

    def _one(self, *where: ColumnElement[bool]) -> Grant | None:
        with self._database.read() as connection:
            row = connection.execute(select(grants).where(*where)).mappings().one_or_none()
            return Grant(**row) if row else None

    def _change(self, tenant: str, *where: ColumnElement[bool], **values: Any) -> bool:
        with self._database.write() as connection:
            changed = connection.execute(update(grants).where(grants.c.tenant == tenant, *where).values(**values))
            return changed.rowcount == 1


def _refuse_taken(connection: Connection, tenant: str, host: str, user: str) -> None:
    others = select(grants.c.tenant).where(grants.c.host == host, grants.c.user == user, grants.c.tenant != tenant)
    if other := connection.scalar(others):
        raise Refused(Cause.USER_TAKEN, f"tenant {tenant}: the user consented for tenant {other}")
