"""What an engine's own errors mean to us: classified by number, never by message text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.errors import Broken, Cause, PipelineError, RetryLater
from shared.sql_server import faults

#: SQLite's result codes (https://sqlite.org/rescode.html), extended or primary, and what each is to us
SQLITE: dict[int, tuple[type[PipelineError], Cause]] = {
    5: (RetryLater, Cause.DATABASE_BUSY),  # BUSY: another process writes for longer than the time-out
    6: (RetryLater, Cause.DATABASE_BUSY),  # LOCKED: another connection of this process does
    8: (Broken, Cause.DATABASE_UNUSABLE),  # READONLY
    10: (Broken, Cause.DATABASE_UNUSABLE),  # IOERR
    11: (Broken, Cause.DATABASE_UNUSABLE),  # CORRUPT
    13: (Broken, Cause.DATABASE_FULL),  # FULL
    14: (Broken, Cause.DATABASE_MISSING),  # CANTOPEN
    26: (Broken, Cause.DATABASE_UNUSABLE),  # NOTADB
    # Every insert looks first whether the row is there, so a collision means that two came at once.
    1555: (RetryLater, Cause.DATABASE_BUSY),  # CONSTRAINT_PRIMARYKEY
    2067: (RetryLater, Cause.DATABASE_BUSY),  # CONSTRAINT_UNIQUE
}
#: numbers of T-SQL servers: a row of this key is there already
COLLISIONS = frozenset({2601, 2627})


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Raise RetryLater or Broken, naming `place`, for every error of the engine inside the block."""
    try:
        yield
    except SQLAlchemyError as error:
        kind, cause = meaning(error)
        raise kind(cause, f"register {place}: {_name(error)}") from error


def meaning(error: SQLAlchemyError) -> tuple[type[PipelineError], Cause]:
    """What to do next about an error of the engine."""
    if isinstance(error, PoolTimeout):
        return RetryLater, Cause.DATABASE_BUSY
    if not isinstance(error, DBAPIError) or error.orig is None:
        return Broken, Cause.BUG
    number = getattr(error.orig, "sqlite_errorcode", None)
    if number is None:
        return faults.meaning(*faults.described(error.orig))
    return SQLITE.get(number) or SQLITE.get(number & 0xFF) or (Broken, Cause.BUG)


def is_collision(error: DBAPIError) -> bool:
    """Whether a T-SQL server refused a row because its key is there; the transaction goes on without it."""
    return error.orig is not None and not COLLISIONS.isdisjoint(faults.described(error.orig)[1])


def _name(error: SQLAlchemyError) -> str:
    """The engine's own name of the error; its text could hold a value."""
    original = error.orig if isinstance(error, DBAPIError) else error
    if name := getattr(original, "sqlite_errorname", ""):
        return str(name)
    state, numbers = faults.described(original) if isinstance(error, DBAPIError) and original else ("", [])
    return " ".join([type(original).__name__, state, *map(str, numbers)]).rstrip()
