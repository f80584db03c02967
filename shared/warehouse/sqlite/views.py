"""Replace the views and indexes of a layer when what this release derives from the tables differs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from shared.warehouse.derived import Derived
from shared.warehouse.sqlite.connection import Connection
from shared.warehouse.sqlite.plan import listed, sql

_RECORDS = sql("sync", "schema_views")
_STANDS = f"SELECT revision, fingerprint FROM {_RECORDS} WHERE layer = ?"
_RECORD = (
    f"INSERT OR REPLACE INTO {_RECORDS} (layer, revision, fingerprint, release, applied_at) VALUES (?, ?, ?, ?, ?)"
)
_VIEWS = (
    "SELECT name FROM sqlite_schema WHERE type = 'view' "
    "AND substr(name, 1, instr(name, '_') - 1) IN (SELECT value FROM json_each(?))"
)
_INDEXES = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND substr(name, 1, length(?1) + 1) = ?1 || '_'"


def refresh(connection: Connection, derived: Derived, release: str, clock: Callable[[], datetime]) -> None:
    """Make the layer this release's, in one transaction. Looks without the lock first: most openings find it so.

    Views of a higher revision stay: while deployments overlap, the older release must not take them back.
    """
    if _stands(connection, derived):
        return
    with connection.writing():
        if not _stands(connection, derived):
            _replace(connection, derived)
            moment = clock().isoformat()
            connection.run(_RECORD, (derived.name, derived.revision, derived.fingerprint, release, moment))


def _stands(connection: Connection, derived: Derived) -> bool:
    found = connection.one(_STANDS, (derived.name,))
    if found is None:
        return False
    return int(found[0] or 0) > derived.revision or tuple(found) == (derived.revision, derived.fingerprint)


def _replace(connection: Connection, derived: Derived) -> None:
    schemas = sorted({schema for schema, _ in derived.views})
    for (name,) in connection.all(_VIEWS, (listed(schemas),)):
        connection.run(f"DROP VIEW {sql(str(name))}")
    standing = {str(name): statement for name, statement in connection.all(_INDEXES, (derived.name,))}
    for name, statement in standing.items():
        if derived.indexes.get(name) != statement:
            connection.run(f"DROP INDEX {sql(name)}")
    lacking = [made for name, made in derived.indexes.items() if standing.get(name) != made]
    for statement in (*lacking, *derived.views.values()):
        connection.run(statement)
