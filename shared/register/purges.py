"""Purges: what is due, how far each has come, and what it met in each place (design §8).

A purge is a row of steps done one by one; every step's result and the rising of the step's number are one transaction,
so that a step done twice is written once and a crash anywhere goes on at the same step.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from shared import lifecycle
from shared.canonical import canonical
from shared.errors import Cause, ClaimLost, Refused
from shared.lifecycle import State
from shared.register.burial import bury
from shared.register.database import Database, insert_missing
from shared.register.living import any_tenant, living
from shared.register.rows import Purge, PurgedPlace, Reason, Tenant
from shared.register.schema import divisions, purge_places, purges, tenants


class Purges:
    """The register's account of what was deleted for good."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, now: datetime) -> list[tuple[str, int]]:
        """(tenant, division) whose time has come, the longest due first; division 0: the tenant as a whole."""
        whole = select(tenants.c.tenant, tenants.c.purge_at).where(tenants.c.purge_at <= now)
        part = select(divisions.c.tenant, divisions.c.division, divisions.c.purge_at).where(divisions.c.purge_at <= now)
        with self._database.read() as connection:
            found = [(at, tenant, 0) for tenant, at in connection.execute(whole)]
            gone = {tenant for _, tenant, _ in found}
            found += [(at, tenant, code) for tenant, code, at in connection.execute(part) if tenant not in gone]
        return [(tenant, division) for _, tenant, division in sorted(found)]

    def begin(self, tenant: str, division: int) -> Purge:
        """Mark what is due as being deleted, if it still is: the purge, or the one that runs already.

        The dates are asked again here, in the transaction that marks. Raises Refused(NOT_DUE | UNKNOWN_TENANT).
        """
        with self._database.write() as connection:
            running = _running(connection, tenant, division)
            if running is not None:
                return running
            now = self._database.clock()
            return _mark_division(connection, tenant, division, now) if division else _mark(connection, tenant, now)

    def repeat(self, tenant: str) -> Purge:
        """Walk all places again for a tombstone: a restored backup may have brought something back."""
        with self._database.write() as connection:
            now = self._database.clock()
            running = _running(connection, tenant, 0)
            return running or _start(connection, any_tenant(connection, tenant), 0, "reconciled", now, now, {})

    def running(self, tenant: str, division: int) -> Purge | None:
        """The purge that has begun and not ended."""
        with self._database.read() as connection:
            return _running(connection, tenant, division)

    def unfinished(self) -> list[Purge]:
        """All that have begun and not ended, the oldest first."""
        return self._those(purges.c.ended_at.is_(None))

    def to_look_at(self, now: datetime) -> list[Purge]:
        """Those whose second look is due."""
        return self._those(purges.c.look_at <= now)

    def of(self, tenant: str = "") -> list[Purge]:
        """All, or those of one tenant, the oldest first."""
        return self._those(*((purges.c.tenant == tenant,) if tenant else ()))

    def places(self, number: int) -> list[PurgedPlace]:
        """What was met so far, in the order in which it was met."""
        query = select(purge_places).where(purge_places.c.number == number).order_by(purge_places.c.position)
        with self._database.read() as connection:
            return [_place(dict(row)) for row in connection.execute(query).mappings()]

    def marked(self, purge: Purge) -> None:
        """Its tombstone stands where no restore reaches. Raises ClaimLost."""
        with self._database.write() as connection:
            _advance(connection, purge)

    def counted(self, purge: Purge, place: str, found: Mapping[str, int]) -> None:
        """A place was counted. What is written here first stays: nothing was erased before it. Raises ClaimLost."""
        key = {"number": purge.number, "place": place}
        met = {
            "position": purge.step,
            "counted_at": self._database.clock(),
            "found": canonical(found).decode(),
            "did": "",
            "remains": "[]",
        }
        with self._database.write() as connection:
            _advance(connection, purge)
            insert_missing(connection, purge_places, key, met)

    def erased(self, purge: Purge, place: str, did: str) -> None:
        """A place was emptied, `did` says how. Raises ClaimLost."""
        self._note(purge, place, erased_at=self._database.clock(), did=did)

    def looked(self, purge: Purge, place: str, remains: Sequence[Mapping[str, str]]) -> None:
        """A fresh look found nothing left but what cannot be erased sooner. Raises ClaimLost."""
        told = canonical(remains).decode()
        self._note(purge, place, looked_at=self._database.clock(), left=0, remains=told)

    def again(self, purge: Purge, place: str, left: int) -> None:
        """A fresh look found something: the place is erased once more. Raises ClaimLost."""
        self._note(purge, place, by=-1, looked_at=self._database.clock(), left=left)

    def waits(self, purge: Purge, cause: Cause) -> None:
        """A step could not be done; the operator sees why."""
        with self._database.write() as connection:
            connection.execute(update(purges).where(_at(purge)).values(waits_for=cause.code))

    def ended(self, purge: Purge, certificate: str, look_at: datetime | None) -> None:
        """Its certificate is kept. Raises ClaimLost."""
        with self._database.write() as connection:
            _advance(connection, purge, ended_at=self._database.clock(), certificate=certificate, look_at=look_at)

    def closed(self, number: int, look_at: datetime | None = None) -> None:
        """The second look was taken; with `look_at` it has to be taken once more."""
        with self._database.write() as connection:
            connection.execute(update(purges).where(purges.c.number == number).values(look_at=look_at))

    def _note(self, purge: Purge, place: str, *, by: int = 1, **values: Any) -> None:
        own = (purge_places.c.number == purge.number, purge_places.c.place == place)
        with self._database.write() as connection:
            _advance(connection, purge, by=by)
            connection.execute(update(purge_places).where(*own).values(**values))

    def _those(self, *where: ColumnElement[bool]) -> list[Purge]:
        with self._database.read() as connection:
            found = connection.execute(select(purges).where(*where).order_by(purges.c.number))
            return [_purge(dict(row)) for row in found.mappings()]


def _at(purge: Purge) -> ColumnElement[bool]:
    return (purges.c.number == purge.number) & (purges.c.step == purge.step) & purges.c.ended_at.is_(None)


def _advance(connection: Connection, purge: Purge, *, by: int = 1, **values: Any) -> None:
    moved = update(purges).where(_at(purge)).values(step=purge.step + by, waits_for="", **values)
    if connection.execute(moved).rowcount == 0:
        raise ClaimLost(Cause.STALE_MESSAGE, f"tenant {purge.tenant}, purge {purge.number}, step {purge.step}")


def _running(connection: Connection, tenant: str, division: int) -> Purge | None:
    own = (purges.c.tenant == tenant, purges.c.division == division, purges.c.ended_at.is_(None))
    row = connection.execute(select(purges).where(*own)).mappings().one_or_none()
    return _purge(dict(row)) if row else None


def _mark(connection: Connection, tenant: str, now: datetime) -> Purge:
    stored = any_tenant(connection, tenant)
    due = lifecycle.purge_at(stored.dates)
    if due is None or due > now:
        raise Refused(Cause.NOT_DUE, f"tenant {tenant}")
    taken = bury(connection, stored, lifecycle.local_day(now), now)
    return _start(connection, stored, 0, _reason(stored), due, now, taken)


def _mark_division(connection: Connection, tenant: str, division: int, now: datetime) -> Purge:
    stored = living(connection, tenant)
    own = (divisions.c.tenant == tenant, divisions.c.division == division)
    due: datetime | None = connection.scalar(select(divisions.c.purge_at).where(*own))
    if due is None or due > now:
        raise Refused(Cause.NOT_DUE, f"tenant {tenant}, division {division}")
    connection.execute(update(divisions).where(*own).values(purge_at=None))
    return _start(connection, stored, division, "division", due, now, {})


def _reason(stored: Tenant) -> Reason:
    if stored.erase_on is not None and stored.erase_on == lifecycle.purge_day(stored.dates):
        return "erasure-customer" if stored.erase_asked_by == "customer" else "erasure-operator"
    last = lifecycle.periods(stored.dates)[-1]
    return "trial-ended" if last.state is State.TRIAL else "contract-ended"


def _start(
    connection: Connection,
    tenant: Tenant,
    division: int,
    reason: Reason,
    due: datetime,
    now: datetime,
    taken: Mapping[str, int],
) -> Purge:
    number = (connection.scalar(select(func.max(purges.c.number))) or 0) + 1
    row = {
        "number": number,
        "tenant": tenant.tenant,
        "division": division,
        "reason": reason,
        "due_at": due,
        "begun_at": now,
        "taken": canonical(taken).decode(),
        "step": 0,
        "waits_for": "",
        "certificate": "",
    }
    connection.execute(insert(purges).values(**row))
    return _purge({**row, "ended_at": None, "look_at": None})


def _purge(row: dict[str, Any]) -> Purge:
    return Purge(**{**row, "taken": json.loads(row["taken"])})


def _place(row: dict[str, Any]) -> PurgedPlace:
    del row["number"], row["position"]
    return PurgedPlace(**{**row, "found": json.loads(row["found"]), "remains": json.loads(row["remains"])})
