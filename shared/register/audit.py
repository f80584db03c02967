"""The audit log: entries are added and read, never changed; each is chained to the one before (`shared.audit`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection, insert, select

from shared.audit import BEGINNING, RESUMED, Entry, Head, hash_of
from shared.canonical import Json, canonical
from shared.register.database import Database
from shared.register.schema import audit


class Audit:
    """The register's audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, actor: str, action: str, tenant: str = "", details: Mapping[str, Json] | None = None) -> Entry:
        """Write one entry. Two that come at once queue up for the next number; raises RetryLater for the second."""
        with self._database.write() as connection:
            return self._write(connection, _head(connection), actor, action, tenant, details or {})

    def resume(self, actor: str, anchored: Head, details: Mapping[str, Json]) -> Entry:
        """Go on behind an anchored head that a restored register no longer has, naming what is lost."""
        with self._database.write() as connection:
            head = _head(connection)
            if head.number < anchored.number:
                details = {**details, "lost_from": head.number + 1, "lost_to": anchored.number}
                head = anchored
            return self._write(connection, head, actor, RESUMED, "", details)

    def head(self) -> Head:
        """The newest entry's number and hash; number 0 while there is none."""
        with self._database.read() as connection:
            return _head(connection)

    def has(self, head: Head) -> bool:
        """Whether the log holds this entry, or went on from it after a restore."""
        number, hash_ = audit.c.number, audit.c.hash
        follows = (number == head.number + 1, audit.c.previous == head.hash, audit.c.action == RESUMED)
        with self._database.read() as connection:
            own = connection.scalar(select(hash_).where(number == head.number))
            return own == head.hash or connection.scalar(select(number).where(*follows)) is not None

    def entries(self, tenant: str = "") -> list[Entry]:
        """All in their order, or those of one tenant."""
        query = select(audit).order_by(audit.c.number)
        if tenant:
            query = query.where(audit.c.tenant == tenant)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings()
            return [Entry(**{**row, "details": json.loads(row["details"])}) for row in rows]

    def _write(
        self, connection: Connection, head: Head, actor: str, action: str, tenant: str, details: Mapping[str, Json]
    ) -> Entry:
        entry = Entry(
            number=head.number + 1,
            at=self._database.clock(),
            actor=actor,
            action=action,
            tenant=tenant,
            details=details,
            previous=head.hash,
        )
        entry = replace(entry, hash=hash_of(entry))
        told = {
            name: getattr(entry, name) for name in ("number", "at", "actor", "action", "tenant", "previous", "hash")
        }
        connection.execute(insert(audit).values(**told, details=canonical(details).decode()))
        return entry


def _head(connection: Connection) -> Head:
    newest = select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return Head(*row) if row else Head(0, BEGINNING)
