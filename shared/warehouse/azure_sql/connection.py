"""One connection to a tenant's database: the one place where statements are executed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from shared.errors import Broken, Cause, PipelineError
from shared.sql_server import Patience, Transient, repeated

if TYPE_CHECKING:
    import pyodbc

#: what a parameter can be: text goes as nvarchar(max), a number as bigint. Never None: for that the driver asks the
#: server for the parameter's type, which fails for several statements at once and so ends the transaction
type Values = tuple[str | int, ...]
type Found = tuple[Any, ...]

#: milliseconds a statement waits for a lock before it is tried again later
LOCK_MILLISECONDS = 20_000
SETTINGS = f"SET NOCOUNT ON; SET XACT_ABORT ON; SET LOCK_TIMEOUT {LOCK_MILLISECONDS}"
BEGIN, COMMIT = "BEGIN TRANSACTION", "COMMIT TRANSACTION"
ROLLBACK = "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION"


class Driver(Protocol):
    """What makes connections; see `driver.Driver`."""

    @property
    def place(self) -> str:
        """The database, as messages name it."""

    def connect(self) -> pyodbc.Connection:
        """Connect. Raises RetryLater or Broken."""

    def errors(self) -> AbstractContextManager[None]:
        """A block in which the driver's errors become ours."""

    def sizes(self, values: Values) -> object:
        """The types of parameters, for `setinputsizes`."""


class Connection:
    """A connection that is made anew where that loses nothing: outside a transaction."""

    def __init__(self, driver: Driver, patience: Patience) -> None:
        self._driver = driver
        self._patience = patience
        self._engine: pyodbc.Connection | None = None
        self._writing = False
        self._failed = False  #: a statement of this transaction failed: the server has rolled all of it back
        repeated(patience, self._connected)

    @property
    def usable(self) -> bool:
        """Whether another may go on with it: connected, and in no transaction."""
        return self._engine is not None and not self._writing

    def run(self, statement: str, values: Values = ()) -> None:
        """Execute statements that answer nothing."""
        self.all(statement, values)

    def one(self, statement: str, values: Values = ()) -> Found:
        """The only row of an answer."""
        (row,) = self.all(statement, values)
        return row

    def all(self, statement: str, values: Values = ()) -> list[Found]:
        """All rows of an answer. Outside a transaction it is asked again after a passing failure."""
        ask = partial(self._fetched, statement, values)
        return self._in_transaction(ask) if self._writing else repeated(self._patience, ask)

    def batches(self, statement: str, values: Values = (), size: int = 1000) -> Iterator[list[Found]]:
        """The rows of an answer, a batch at a time; the connection is taken until the last was read."""
        with self._closing_on_failure(), self._executed(statement, values) as cursor:
            while batch := cursor.fetchmany(size):
                yield list(map(tuple, batch))

    @contextmanager
    def writing(self, statement: str, values: Values) -> Iterator[list[Found]]:
        """One transaction; gives the answer of its first statement. Nothing of it is kept when the block raises."""
        first = repeated(self._patience, partial(self._begun, statement, values))
        try:
            yield first
            self.run(COMMIT)
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._writing = self._failed = False

    def close(self) -> None:
        """Hang up."""
        self._hang_up()

    def _begun(self, statement: str, values: Values) -> list[Found]:
        self._fetched(BEGIN, ())
        try:
            found = self._fetched(statement, values)
        except PipelineError:
            self._roll_back()
            raise
        self._writing = True
        return found

    def _in_transaction(self, ask: Callable[[], list[Found]]) -> list[Found]:
        """Under XACT_ABORT an error ends the transaction: what came after it would be kept without the rest."""
        if self._failed:
            raise Broken(Cause.BUG, f"{self._driver.place}: a statement after one that failed")
        try:
            return ask()
        except PipelineError:
            self._failed = True
            raise

    def _roll_back(self) -> None:
        """Undo. Where even that fails the server undoes by itself, because the connection is closed."""
        try:
            if self._engine is not None:
                self._fetched(ROLLBACK, ())
        except PipelineError:
            self._hang_up()

    def _connected(self) -> pyodbc.Connection:
        if self._engine is None:
            self._engine = self._driver.connect()
            self._fetched(SETTINGS, ())
        return self._engine

    def _fetched(self, statement: str, values: Values) -> list[Found]:
        with self._closing_on_failure(), self._executed(statement, values) as cursor:
            return _answer(cursor)

    @contextmanager
    def _executed(self, statement: str, values: Values) -> Iterator[pyodbc.Cursor]:
        with self._driver.errors():
            cursor = self._connected().cursor()
            try:
                if values:
                    cursor.setinputsizes(self._driver.sizes(values))
                yield cursor.execute(statement, values) if values else cursor.execute(statement)
            finally:
                cursor.close()

    @contextmanager
    def _closing_on_failure(self) -> Iterator[None]:
        """After a passing failure nobody knows what state a connection is in: the next statement makes another."""
        try:
            yield
        except Transient:
            self._hang_up()
            raise

    def _hang_up(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            with suppress(PipelineError), self._driver.errors():  # it may be gone already, which is what is wanted
                engine.close()


def _answer(cursor: pyodbc.Cursor) -> list[Found]:
    """The rows of the last answer. All are asked for: an error of a later statement shows only there."""
    found: list[Found] = []
    while True:
        if cursor.description is not None:
            found = list(map(tuple, cursor.fetchall()))
        if not cursor.nextset():
            return found
