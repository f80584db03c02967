"""A connection is made anew only where that loses nothing; what failed inside a transaction is kept by nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from shared.errors import Broken, Cause, RetryLater
from shared.sql_server import Patience, Transient
from shared.warehouse.azure_sql.connection import BEGIN, COMMIT, ROLLBACK, SETTINGS, Connection
from tests.support.sql_server import RecordedCursor, RecordedServer


@dataclass
class Failing(RecordedServer):
    """A server on which statements fail as planned, each failure once."""

    planned: dict[str, list[Exception]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    def connect(self) -> Any:
        self.log.append("connect")
        return self

    def close(self) -> None:
        self.log.append("close")

    def cursor(self) -> RecordedCursor:
        return FailingCursor(self)


class FailingCursor(RecordedCursor):
    def __init__(self, server: Failing) -> None:
        super().__init__(server.statements)
        self._server = server

    def execute(self, statement: str, values: Any = ()) -> RecordedCursor:
        self._server.log.append(statement)
        if failures := self._server.planned.get(statement):
            raise failures.pop(0)
        return super().execute(statement, values)


@pytest.fixture
def server() -> Failing:
    return Failing()


@pytest.fixture
def connection(server: Failing) -> Connection:
    made = Connection(server, Patience(wait=lambda _: None, random=lambda: 0.5))
    assert server.log == ["connect", SETTINGS]
    server.log.clear()
    return made


def passing() -> Transient:
    return Transient(Cause.DATABASE_BUSY, "moved")


def test_outside_a_transaction_a_statement_is_tried_again_on_a_new_connection(
    server: Failing, connection: Connection
) -> None:
    server.planned["A"] = [passing()]
    connection.run("A")
    assert server.log == ["A", "close", "connect", SETTINGS, "A"]


def test_a_transaction_that_fails_at_its_first_statement_begins_again(server: Failing, connection: Connection) -> None:
    server.planned["FIRST"] = [passing()]
    with connection.writing("FIRST", ()):
        connection.run("A")
    assert server.log == [BEGIN, "FIRST", "close", "connect", SETTINGS, BEGIN, "FIRST", "A", COMMIT]


def test_inside_a_transaction_nothing_is_tried_again(server: Failing, connection: Connection) -> None:
    server.planned["A"] = [passing()]
    with pytest.raises(RetryLater), connection.writing("FIRST", ()):
        connection.run("A")
    assert server.log == [BEGIN, "FIRST", "A", "close"]


def go_on_after_a_failure(connection: Connection) -> None:
    with connection.writing("FIRST", ()):
        with pytest.raises(Broken, match="x"):
            connection.run("A")
        connection.run("B")


def test_after_a_failure_no_statement_of_the_transaction_is_sent(server: Failing, connection: Connection) -> None:
    server.planned["A"] = [Broken(Cause.BUG, "x")]
    with pytest.raises(Broken, match="after one that failed"):
        go_on_after_a_failure(connection)
    assert server.log == [BEGIN, "FIRST", "A", ROLLBACK]


def test_a_block_that_raises_is_rolled_back(server: Failing, connection: Connection) -> None:
    with pytest.raises(KeyboardInterrupt), connection.writing("FIRST", ()):
        raise KeyboardInterrupt
    assert server.log == [BEGIN, "FIRST", ROLLBACK]


def test_a_connection_that_cannot_roll_back_is_closed(server: Failing, connection: Connection) -> None:
    server.planned[ROLLBACK] = [Broken(Cause.BUG, "x")]
    with pytest.raises(KeyboardInterrupt), connection.writing("FIRST", ()):
        raise KeyboardInterrupt
    assert server.log[-1] == "close"
    assert not connection.usable


def test_a_database_that_wakes_up_slowly_is_a_message_back() -> None:
    asleep = Failing(planned={SETTINGS: [passing() for _ in range(9)]})
    waits: list[float] = []
    with pytest.raises(RetryLater) as later:
        Connection(asleep, Patience(wait=waits.append, random=lambda: 0.5))
    assert later.value.cause is Cause.DATABASE_BUSY
    assert len(waits) == 4
