"""Every way out of a worker, each use of which is a step: databases, vault, queues, waits. The network is in `wire`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from sqlalchemy import Connection as RegisterConnection
from sqlalchemy import event

from shared.messages import QUEUES, Message, encode
from shared.queues import MemoryQueues, Received
from shared.register import Register
from shared.register.database import Database
from shared.register.sqlite import make_file, open_engine
from shared.streams import STORED
from shared.vault import FileVault, Secret
from shared.warehouse.sqlite.connection import Connection, Found, Values
from shared.warehouse.sqlite.warehouse import SqliteWarehouse
from shared.warehouse.words import Stored
from tests.model.fibers import step
from tests.support.clock import FakeClock

type Look = Callable[[], None]
#: only a power cut would need it, and the model kills processes
NO_SYNC = "PRAGMA synchronous = OFF"


class SteppedConnection(Connection):
    """A tenant's database: a step before each statement; what it holds is looked at after each commit."""

    def __init__(self, path: Path, committed: Callable[[Connection], None]) -> None:
        super().__init__(path, busy_seconds=0)
        self._committed = committed
        self.run(NO_SYNC)

    def _step(self, statement: str) -> None:
        if not statement.startswith(("PRAGMA", "ROLLBACK")):
            step(pausing=not self._engine.in_transaction)

    def run(self, statement: str, values: Values = ()) -> int:
        self._step(statement)
        changed = super().run(statement, values)
        if statement == "COMMIT":
            self._committed(self)
        return changed

    def run_many(self, statement: str, rows: Iterator[Values]) -> int:  # type: ignore[override]
        self._step(statement)
        return super().run_many(statement, rows)

    def all(self, statement: str, values: Values = ()) -> list[Found]:
        self._step(statement)
        return super().all(statement, values)

    def batches(self, statement: str, values: Values = (), size: int = 1000) -> Iterator[list[Found]]:
        self._step(statement)
        yield from super().batches(statement, values, size)

    def records(self, statement: str, values: Values = ()) -> list[dict[str, Stored]]:
        self._step(statement)
        return super().records(statement, values)


def open_warehouse(
    path: Path, *, release: str, clock: Callable[[], datetime], committed: Callable[[Connection], None]
) -> SqliteWarehouse:
    """A tenant's database that is there."""
    return SqliteWarehouse(SteppedConnection(path, committed), STORED, release=release, clock=clock)


class SteppedDatabase(Database):
    """The register: a step before each transaction, statement and commit; looked at after a commit about grants."""

    committed: Look = staticmethod(lambda: None)
    about_grants = False

    @contextmanager
    def read(self) -> Iterator[RegisterConnection]:
        step()
        with super().read() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[RegisterConnection]:
        step()
        with super().write() as connection:
            yield connection
        if self.about_grants:
            self.about_grants = False
            self.committed()

    def stepped(self, statement: str) -> None:
        """A statement is about to be executed."""
        step(pausing=False)
        self.about_grants = self.about_grants or statement.startswith(("UPDATE grants", "INSERT INTO grants"))


def open_register(path: Path, clock: Callable[[], datetime]) -> tuple[Register, SteppedDatabase]:
    """A new register in a file, and the database below it."""
    engine = open_engine(path)
    event.listen(engine, "connect", lambda connection, _: connection.execute(NO_SYNC).close())
    database = SteppedDatabase(engine, str(path), partial(make_file, path), clock)
    register = Register(database)
    register.migrate()
    event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_: database.stepped(statement))
    event.listen(engine, "commit", lambda _: step(pausing=False))
    return register, database


class SteppedVault(FileVault):
    """The vault: a step before each question."""

    committed: Look = staticmethod(lambda: None)

    def get(self, name: str, *, fresh: bool = False) -> Secret | None:
        step()
        return super().get(name, fresh=fresh)

    def set(self, name: str, value: str) -> Secret:
        step()
        secret = super().set(name, value)
        self.committed()
        return secret

    def replace(self, name: str, value: str, old: Secret | None) -> Secret:
        step()
        secret = super().replace(name, value, old)
        self.committed()
        return secret

    def delete(self, name: str) -> None:
        step()
        super().delete(name)


class SteppedQueues(MemoryQueues):
    """The queues: a step before each message is sent; delivery in any order, doubled and lost as the seed says."""

    def __init__(self, clock: FakeClock, rng: Random) -> None:
        super().__init__(clock)
        self.sent: list[Message] = []
        self._rng = rng

    def send(self, message: Message, delay: timedelta = timedelta()) -> None:
        step()
        super().send(message, delay)
        self.sent.append(message)
        if self._rng.random() < 0.05:  # storage queues deliver at least once
            super().send(message, delay + timedelta(seconds=self._rng.choice((0, 5, 900))))

    def waiting(self) -> list[tuple[str, int]]:
        """(queue, id) of every message that may be taken now."""
        now = self._clock()
        return [
            (name, id_) for name, kept in self._kept.items() for id_, each in kept.items() if each.visible_at <= now
        ]

    def take(self, queue: str, id_: int, hide_seconds: float) -> Received:
        """Take one of them."""
        kept = self._kept[queue][id_]
        kept.visible_at = self._clock() + timedelta(seconds=hide_seconds)
        kept.dequeue_count += 1
        return Received(queue, id_, kept.body, kept.dequeue_count)

    def again(self, message: Message) -> None:
        """Deliver a message of the past once more."""
        self._put(message.queue, encode(message).encode(), timedelta())

    def lose(self, queue: str, id_: int) -> None:
        """No queue should; the net must hold all the same."""
        del self._kept[queue][id_]


def kind_of(queue: str) -> type[Message]:
    """What a queue, or its poison queue, carries."""
    return QUEUES[queue.removesuffix("-poison")]
