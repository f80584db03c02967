"""Replace the views and indexes of a layer when what this release derives from the tables differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256

from shared.warehouse.azure_sql.connection import Connection
from shared.warehouse.azure_sql.kept_records import saved
from shared.warehouse.azure_sql.migrate import SCHEMAS, locked
from shared.warehouse.azure_sql.plan import listed, sql, table_name
from shared.warehouse.derived import Derived
from shared.warehouse.schema import VIEWS

SAVE = saved(VIEWS)
STANDS = f"""DECLARE @layer nvarchar(100) = ?;
SELECT [revision], [fingerprint] FROM {table_name(VIEWS)} WHERE [layer] = @layer;"""
STANDING_VIEWS = """DECLARE @schemas nvarchar(max) = ?;
SELECT [TABLE_SCHEMA], [TABLE_NAME] FROM INFORMATION_SCHEMA.VIEWS
    WHERE [TABLE_SCHEMA] IN (SELECT [name] FROM OPENJSON(@schemas) WITH ([name] nvarchar(128) 'strict $[0]'));"""
STANDING_INDEXES = """DECLARE @layer nvarchar(100) = ?;
SELECT found.[name], OBJECT_SCHEMA_NAME(found.[object_id]), OBJECT_NAME(found.[object_id]) FROM sys.indexes AS found
    WHERE LEFT(found.[name], LEN(@layer) + 1) = @layer + N'_';"""


class Views:
    """Sees to one layer of one database."""

    def __init__(self, connection: Connection, derived: Derived, release: str, clock: Callable[[], datetime]) -> None:
        self._connection = connection
        self._derived = derived
        self._release = release
        self._clock = clock

    def refresh(self) -> None:
        """Make the layer this release's, in one transaction. Looks without the lock first: most openings find it so.

        Views of a higher revision stay: while deployments overlap, the older release must not take them back.
        """
        derived = self._derived
        if self._stands(derived.name, derived.fingerprint):
            return
        with locked(self._connection):
            if not self._stands(derived.name, derived.fingerprint):
                for statement in (*self._schemas(), *self._dropped()):
                    self._connection.run(statement)
                self._index()
                for statement in derived.views.values():
                    self._connection.run(statement)
                self._record(derived.name, derived.fingerprint)

    def _stands(self, layer: str, fingerprint: str) -> bool:
        found = self._connection.all(STANDS, (layer,))
        own = self._derived.revision
        return any(revision > own or (revision, kept) == (own, fingerprint) for revision, kept in found)

    def _record(self, layer: str, fingerprint: str) -> None:
        moment = self._clock().isoformat()
        self._connection.run(SAVE, (layer, self._derived.revision, fingerprint, self._release, moment))

    def _schemas(self) -> Iterator[str]:
        there = {str(name).lower() for (name,) in self._connection.all(SCHEMAS)}
        yield from (f"CREATE SCHEMA {sql(name)}" for name in sorted({name for name, _ in self._derived.views} - there))

    def _dropped(self) -> list[str]:
        schemas = listed([[schema] for schema in sorted({schema for schema, _ in self._derived.views})])
        return [f"DROP VIEW {sql(*found)}" for found in self._connection.all(STANDING_VIEWS, (schemas,))]

    def _index(self) -> None:
        """Make what is lacking, drop what is not wanted any more.

        An index of many rows is made again only when it differs. The server does not give back the statement that made
        one, so its fingerprint is recorded.
        """
        standing = {str(name): found for name, *found in self._connection.all(STANDING_INDEXES, (self._derived.name,))}
        for name, statement in self._derived.indexes.items():
            layer, fingerprint = f"index {name}", sha256(statement.encode()).hexdigest()
            if name in standing and self._stands(layer, fingerprint):
                del standing[name]
                continue
            if name in standing:
                self._connection.run(f"DROP INDEX {sql(name)} ON {sql(*standing.pop(name))}")
            self._connection.run(statement)
            self._record(layer, fingerprint)
        for name, table in standing.items():
            self._connection.run(f"DROP INDEX {sql(name)} ON {sql(*table)}")
