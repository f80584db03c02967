"""A tenant's database on a T-SQL server as it stood at one moment, read while others go on writing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from shared.sql_server import Driver, Patience, Server
from shared.takeout.content import Part
from shared.takeout.snapshot import BATCH, fingerprint
from shared.warehouse.azure_sql.connection import Connection
from shared.warehouse.azure_sql.plan import joined, sql, table_name
from shared.warehouse.schema import FENCES, RUNS, STANDINGS
from shared.warehouse.words import Stored, as_stored

#: every statement of the transaction sees what the first one saw, and waits for nobody
ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL SNAPSHOT"


#: whoever writes counts its writes first (`fences`); whoever changes views leaves their fingerprint
WRITTEN = f"SELECT * FROM {table_name(FENCES)} ORDER BY [division];"
MADE = f"SELECT [layer], [fingerprint] FROM {sql('sync', 'schema_views')} ORDER BY [layer];"
LAST_RUN = f"SELECT MAX([run]) FROM {table_name(RUNS)};"
_STANDING = [field.name for field in STANDINGS.fields]
STOOD = f"SELECT {joined(_STANDING)} FROM {table_name(STANDINGS)} ORDER BY [division];"


def asked(part: Part) -> str:
    """The query for a table or view."""
    return f"SELECT {joined(name for name, _ in part.columns)} FROM {sql(part.schema, part.name)};"


def counted(part: Part) -> str:
    """The query for its rows' number."""
    return f"SELECT COUNT_BIG(*) FROM {sql(part.schema, part.name)};"


class SqlSnapshot:
    """See Snapshot."""

    def __init__(self, connection: Connection, state: str) -> None:
        self._connection = connection
        self.state = state

    def count(self, part: Part) -> int:
        """See Snapshot."""
        return int(self._connection.one(counted(part))[0])

    def standings(self) -> list[dict[str, Stored]]:
        """See Snapshot."""
        rows = as_stored([field.word for field in STANDINGS.fields], self._connection.all(STOOD))
        return [dict(zip(_STANDING, row, strict=True)) for row in rows]

    def last_run(self) -> int:
        """See Snapshot."""
        return int(self._connection.one(LAST_RUN)[0] or 0)

    def batches(self, part: Part) -> Iterator[Sequence[tuple[Stored, ...]]]:
        """See Snapshot."""
        words = [word for _, word in part.columns]
        for rows in self._connection.batches(asked(part), size=BATCH):
            yield as_stored(words, rows)


@contextmanager
def sql_snapshot(server: Server, database: str, patience: Patience) -> Iterator[SqlSnapshot]:
    """The database as it stands now. Its views must be there (`migrate`)."""
    with closing(Connection(Driver(server, database), patience)) as connection:
        connection.run(ONE_MOMENT)
        with connection.writing(WRITTEN, ()) as written:  # nothing is written: a transaction is what fixes the moment
            yield SqlSnapshot(connection, fingerprint(written, connection.all(MADE)))
