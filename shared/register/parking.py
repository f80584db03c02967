"""No error loop (rule 11): client errors counted across workers, streams parked, the operator's release."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, insert, select, update

from shared.errors import Cause
from shared.register.database import Database, insert_missing
from shared.register.rows import Parked
from shared.register.schema import client_errors, parked_streams, released_streams

#: Exact blocks a key after more than 10 client errors per endpoint and division within it
ERROR_WINDOW = timedelta(hours=1)


class Parking:
    """What is not asked of Exact for now, and why."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def client_error(self, host: str, division: int, endpoint: str) -> int:
        """Count one more 4xx; how many there were within the last hour, this one too."""
        key = {"host": host, "division": division, "endpoint": endpoint}
        same = and_(*(client_errors.c[name] == value for name, value in key.items()))
        with self._database.write() as connection:
            now = self._database.clock()
            connection.execute(delete(client_errors).where(same, client_errors.c.at <= now - ERROR_WINDOW))
            connection.execute(insert(client_errors).values(**key, at=now))
            return connection.execute(select(func.count()).select_from(client_errors).where(same)).scalar_one()

    def park(self, host: str, division: int, stream: str, cause: Cause, until: datetime) -> None:
        """Do not read the stream before `until`. Parked again, it keeps the time since when."""
        key = {"host": host, "division": division, "stream": stream}
        why = {"cause": cause.code, "until": until}
        with self._database.write() as connection:
            if not insert_missing(connection, parked_streams, key, {**why, "since": self._database.clock()}):
                own = _streams(parked_streams, host, division, stream)
                connection.execute(update(parked_streams).where(own).values(**why))

    def parked(self, host: str, division: int) -> dict[str, Parked]:
        """Streams parked, also those whose time has come to be tried again."""
        columns = (parked_streams.c[name] for name in ("stream", "cause", "since", "until"))
        query = select(*columns).where(_streams(parked_streams, host, division)).order_by(parked_streams.c.stream)
        with self._database.read() as connection:
            return {stream: Parked(*why) for stream, *why in connection.execute(query)}

    def unpark(self, host: str, division: int, stream: str) -> bool:
        """The stream was read again; whether it was parked."""
        with self._database.write() as connection:
            own = _streams(parked_streams, host, division, stream)
            return connection.execute(delete(parked_streams).where(own)).rowcount == 1

    def release(self, host: str, division: int, stream: str | None = None) -> list[str]:
        """Let a stream (None: each that is parked) be read again, and its next list believed; which they are."""
        with self._database.write() as connection:
            names = [stream] if stream is not None else _parked_names(connection, host, division)
            for name in names:
                key = {"host": host, "division": division, "stream": name}
                connection.execute(delete(parked_streams).where(_streams(parked_streams, host, division, name)))
                insert_missing(connection, released_streams, key, {"at": self._database.clock()})
            return names

    def released(self, host: str, division: int) -> set[str]:
        """Streams released and not yet read."""
        query = select(released_streams.c.stream).where(_streams(released_streams, host, division))
        with self._database.read() as connection:
            return set(connection.scalars(query))

    def take_release(self, host: str, division: int, stream: str) -> bool:
        """Use up a release; whether there was one."""
        with self._database.write() as connection:
            own = _streams(released_streams, host, division, stream)
            return connection.execute(delete(released_streams).where(own)).rowcount == 1


def _streams(table: Table, host: str, division: int, stream: str | None = None) -> ColumnElement[bool]:
    own = and_(table.c.host == host, table.c.division == division)
    return own if stream is None else and_(own, table.c.stream == stream)


def _parked_names(connection: Connection, host: str, division: int) -> list[str]:
    query = select(parked_streams.c.stream).where(_streams(parked_streams, host, division))
    return list(connection.scalars(query.order_by(parked_streams.c.stream)))
