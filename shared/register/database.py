"""Transactions of the register and the version of its schema, whatever the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, and_, exists, insert, inspect, literal, select, update
from sqlalchemy.exc import IntegrityError

from shared.errors import Broken, Cause
from shared.register.engine_errors import is_collision, translated
from shared.register.schema import METADATA, schema_version

type Clock = Callable[[], datetime]
type MigrationStep = Callable[[Connection], None]

#: what brings an older register forward, one step a version, never changed once released; each must leave the
#: schema readable by the release before, because deployments overlap
STEPS: tuple[MigrationStep, ...] = ()


class Database:
    """Transactions on one engine, its errors mapped to the error tree.

    `place` names it in messages; `make` has an empty one be there, and is repeatable; `clock` gives aware UTC;
    `lock` holds off others that migrate, where beginning to write alone does not.
    """

    def __init__(
        self,
        engine: Engine,
        place: str,
        make: Callable[[], None],
        clock: Clock,
        lock: Callable[[Connection], None] = lambda _: None,
    ) -> None:
        self.engine = engine
        self.clock = clock
        self._place = place
        self._make = make
        self._lock = lock
        self._writing = engine.execution_options(writing=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent look. Raises RetryLater or Broken, never an engine's own error."""
        with translated(self._place), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: kept when the block ends without an error, else nothing of it. Raises as `read`."""
        with translated(self._place), self._writing.begin() as connection:
            yield connection

    def migrate(self, steps: Sequence[MigrationStep] = STEPS) -> None:
        """Bring the schema to this release in one transaction; who comes second finds it done.

        A new register is made whole, an older one is brought forward step by step. Raises Broken(SCHEMA_NEWER).
        """
        newest = 1 + len(steps)
        self._make()
        with self.write() as connection:
            self._lock(connection)
            version = _version(connection)
            if version > newest:
                detail = f"register {self._place}: version {version}, this release knows {newest}"
                raise Broken(Cause.SCHEMA_NEWER, detail)
            if version == 0:
                METADATA.create_all(connection)
                connection.execute(insert(schema_version).values(version=newest))
                return
            for step in steps[version - 1 :]:
                step(connection)
            connection.execute(update(schema_version).values(version=newest))

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def insert_missing(connection: Connection, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Insert the row `key` with `values` unless it is there; whether it was not."""
    row = {**key, **values}
    columns = [table.c[name] for name in row]
    there = exists().where(and_(*(table.c[name] == value for name, value in key.items())))
    new = select(*(literal(row[column.name], column.type) for column in columns)).where(~there)
    try:
        return connection.execute(insert(table).from_select(columns, new)).rowcount == 1
    except IntegrityError as error:  # where writers do not queue up, another one can be first between look and insert
        if is_collision(error):
            return False
        raise


def _version(connection: Connection) -> int:
    """The schema's version; 0 where there is none yet."""
    if not inspect(connection).has_table(schema_version.name):
        return 0
    return int(connection.execute(select(schema_version.c.version)).scalar_one())
