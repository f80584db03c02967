"""The register in one SQLite file, used by several threads and processes at once."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from shared.errors import Broken, Cause

#: how long a transaction waits for another process to finish writing
BUSY_SECONDS = 10.0


def make_file(path: Path) -> None:
    """Make an empty database that only its owner may read.

    In WAL mode, so that readers and the writer do not wait for each other. The finished file is linked into
    place: switching a file that others open meanwhile fails with BUSY at once, whatever the time-out. Where the
    folder is missing nothing is made: opening will say so. Raises Broken.
    """
    try:
        if path.parent.is_dir() and not path.exists():
            _link_new(path)
    except (OSError, sqlite3.Error) as error:
        raise Broken(Cause.DATABASE_UNUSABLE, f"register {path}: {type(error).__name__}") from error


def open_engine(path: Path, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine on a file that `make_file` made; opening never makes one.

    Writing transactions take the write lock when they begin (BEGIN IMMEDIATE): one that began by reading could
    not be repeated by SQLite when another wrote in between. Durable before commit returns (rule 3 needs that).
    """
    url = URL.create("sqlite", database=path.absolute().as_uri(), query={"mode": "rw", "uri": "true"})
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": busy_seconds})
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _link_new(path: Path) -> None:
    with TemporaryDirectory(dir=path.parent) as folder:
        new = Path(folder) / path.name
        new.touch(mode=0o600)
        with closing(sqlite3.connect(new)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
        with suppress(FileExistsError):  # another process was first: its file is as good
            path.hardlink_to(new)


def _configure(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own: `_begin` does
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
