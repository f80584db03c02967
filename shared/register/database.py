"""The engine under the register: transactions, SQLite's settings, and the schema's version."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Table,
    and_,
    create_engine,
    event,
    exists,
    insert,
    inspect,
    literal,
    select,
    update,
)
from sqlalchemy.engine.interfaces import DBAPIConnection

from shared.errors import Broken, Cause
from shared.register.engine_errors import translated
from shared.register.schema import METADATA, schema_version

type Clock = Callable[[], datetime]
type Step = Callable[[Connection], None]

#: what brings an older register forward, one step a version, never changed once released; each must leave the
#: schema readable by the release before, because deployments overlap
STEPS: tuple[Step, ...] = ()

BUSY_SECONDS = 10.0


class Database:
    """Transactions on one engine, its errors mapped to the error tree. `clock` gives aware UTC."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self._writing = engine.execution_options(writing=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent look. Raises RetryLater or Broken, never an engine's own error."""
        with translated(self.place), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: kept when the block ends without an error, else nothing of it. Raises as `read`."""
        with translated(self.place), self._writing.begin() as connection:
            yield connection

    @property
    def place(self) -> str:
        """Where it is, for messages."""
        return str(self.engine.url.database)

    def migrate(self, steps: Sequence[Step] = STEPS) -> None:
        """Bring the schema to this release in one transaction; who comes second finds it done.

        A new register is made whole, an older one is brought forward step by step. Raises Broken(SCHEMA_NEWER).
        """
        newest = 1 + len(steps)
        with self.write() as connection:
            version = _version(connection)
            if version > newest:
                raise Broken(
                    Cause.SCHEMA_NEWER, f"register {self.place}: version {version}, this release knows {newest}"
                )
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


def sqlite_engine(path: Path, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine on one SQLite file that several threads and processes may use at once.

    Writing transactions take the write lock when they begin (BEGIN IMMEDIATE): one that began by reading could
    not be repeated by SQLite when another wrote in between. Durable before commit returns (rule 3 needs that).
    """
    engine = create_engine(
        URL.create("sqlite", database=str(path)), hide_parameters=True, connect_args={"timeout": busy_seconds}
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def insert_missing(connection: Connection, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Insert the row `key` with `values` unless it is there; whether it was not."""
    row = {**key, **values}
    columns = [table.c[name] for name in row]
    there = exists().where(and_(*(table.c[name] == value for name, value in key.items())))
    new = select(*(literal(row[column.name], column.type) for column in columns)).where(~there)
    return connection.execute(insert(table).from_select(columns, new)).rowcount == 1


def _configure(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own: `_begin` does
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _version(connection: Connection) -> int:
    """The schema's version; 0 where there is none yet."""
    if not inspect(connection).has_table(schema_version.name):
        return 0
    return int(connection.execute(select(schema_version.c.version)).scalar_one())
