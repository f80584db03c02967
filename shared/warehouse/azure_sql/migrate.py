"""Bring an Azure SQL database to this release's schema: each change in one transaction with its record, locked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from shared.errors import Cause, RetryLater
from shared.streams.model import Stream
from shared.warehouse import migrations
from shared.warehouse.azure_sql.connection import Connection
from shared.warehouse.azure_sql.plan import sql, table_name
from shared.warehouse.names import Dialect
from shared.warehouse.schema import ADDITIONS, MIGRATIONS, Table, tables

_STEPS, _ADDITIONS = table_name(MIGRATIONS), table_name(ADDITIONS)
#: Returns below 0: another worker holds it for longer than the time-out, or this one was chosen to end a deadlock
LOCK = """DECLARE @lock_timeout int = ?, @answer int;
EXEC @answer = sp_getapplock @Resource = N'qics-schema', @LockMode = N'Exclusive', @LockOwner = N'Transaction',
    @LockTimeout = @lock_timeout;
SELECT @answer;"""
LOCK_MILLISECONDS = 20_000

SCHEMAS = "SELECT [name] FROM sys.schemas;"
COLUMNS = "SELECT [TABLE_SCHEMA], [TABLE_NAME], [COLUMN_NAME] FROM INFORMATION_SCHEMA.COLUMNS;"
APPLIED = f"SELECT COALESCE(MAX([number]), 0) FROM {_STEPS};"
RECORD_STEP = f"""DECLARE @number bigint = ?, @name nvarchar(100) = ?, @release nvarchar(100) = ?,
    @now nvarchar(100) = ?;
INSERT INTO {_STEPS} ([number], [name], [release], [applied_at]) VALUES (@number, @name, @release, @now);"""
RECORD_ADDITION = f"""DECLARE @addition nvarchar(100) = ?, @release nvarchar(100) = ?, @now nvarchar(100) = ?;
DELETE FROM {_ADDITIONS} WHERE [addition] = @addition;
INSERT INTO {_ADDITIONS} ([addition], [release], [applied_at]) VALUES (@addition, @release, @now);"""


@contextmanager
def locked(connection: Connection) -> Iterator[None]:
    """One transaction that holds off others who change the schema. Raises RetryLater(DATABASE_BUSY)."""
    with connection.writing(LOCK, (LOCK_MILLISECONDS,)) as ((answer,),):
        if answer < 0:
            raise RetryLater(Cause.DATABASE_BUSY, f"another worker changes the schema ({answer})")
        yield


class Migration:
    """Brings one database forward. Looks without the lock first: most openings find nothing to do."""

    def __init__(
        self, connection: Connection, streams: Sequence[Stream], release: str, clock: Callable[[], datetime]
    ) -> None:
        self._connection = connection
        self._streams = streams
        self._release = release
        self._clock = clock

    def run(self) -> None:
        """Apply what is lacking. Raises Broken(SCHEMA_NEWER), RetryLater while another worker does the same."""
        if self._lacking_schemas():
            with locked(self._connection):
                self._run(f"CREATE SCHEMA {sql(name)}" for name in self._lacking_schemas())
        for step in migrations.pending(self._applied()):
            with locked(self._connection):
                if step in migrations.pending(self._applied()):
                    self._run(step.statements(Dialect.TSQL))
                    self._connection.run(RECORD_STEP, (step.number, step.name, self._release, self._now()))
        if self._lacking():
            with locked(self._connection):
                for addition in self._lacking():
                    self._run(addition.statements)
                    self._connection.run(RECORD_ADDITION, (addition.name, self._release, self._now()))

    def _run(self, statements: Iterable[str]) -> None:
        for statement in statements:
            self._connection.run(statement)

    def _now(self) -> str:
        return self._clock().isoformat()

    def _applied(self) -> int:
        if (MIGRATIONS.schema, MIGRATIONS.name) not in self._existing():
            return 0
        return int(self._connection.one(APPLIED)[0])

    def _lacking_schemas(self) -> list[str]:
        there = {str(name).lower() for (name,) in self._connection.all(SCHEMAS)}
        return sorted({table.schema for table in self._tables()} - there)

    def _lacking(self) -> list[migrations.Addition]:
        return migrations.additions(self._streams, self._existing(), Dialect.TSQL)

    def _existing(self) -> dict[tuple[str, str], set[str]]:
        """Columns by (schema, table), in the catalogue's spelling: the server compares names without case."""
        own = {(table.schema, table.name.lower()): table for table in self._tables()}
        found: dict[tuple[str, str], set[str]] = {}
        for schema, name, column in self._connection.all(COLUMNS):
            table = own.get((str(schema).lower(), str(name).lower()))
            if table is not None:
                spelt = {field.name.lower(): field.name for field in table.fields}
                found.setdefault((table.schema, table.name), set()).add(spelt.get(str(column).lower(), str(column)))
        return found

    def _tables(self) -> list[Table]:
        return [MIGRATIONS, ADDITIONS, *tables(self._streams)]
