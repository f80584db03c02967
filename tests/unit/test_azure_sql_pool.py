"""Connections of a process: used again for a while, never more than the cap, never kept by the thousand."""

from collections.abc import Callable

import pytest

from shared.errors import Cause, RetryLater
from shared.sql_server import Patience
from shared.warehouse.azure_sql import Pool
from shared.warehouse.azure_sql.connection import Connection
from tests.support.sql_server import RecordedServer


@pytest.fixture
def seconds() -> list[float]:
    return [0.0]


@pytest.fixture
def pool(seconds: list[float]) -> Pool:
    return Pool(monotonic=lambda: seconds[0], cap=2, idle_seconds=60)


def fresh() -> Connection:
    return Connection(RecordedServer(), Patience(wait=lambda _: None, random=lambda: 0.5))


def never() -> Connection:
    raise AssertionError("an idle connection was there")


def fail() -> Connection:
    raise RetryLater(Cause.DATABASE_BUSY, "asleep")


def test_a_connection_is_used_again_for_the_same_database_only(pool: Pool) -> None:
    first = pool.take("a", fresh)
    pool.give("a", first)
    assert pool.take("b", fresh) is not first
    assert pool.take("a", never) is first


def test_above_the_cap_the_message_goes_back(pool: Pool) -> None:
    pool.take("a", fresh)
    pool.take("a", fresh)
    with pytest.raises(RetryLater, match="all 2 connections") as later:
        pool.take("a", fresh)
    assert later.value.cause is Cause.DATABASE_BUSY
    pool.take("b", fresh)


def test_a_connection_that_could_not_be_made_does_not_count(pool: Pool) -> None:
    for _ in range(3):
        with pytest.raises(RetryLater):
            pool.take("a", fail)
    pool.take("a", fresh)


def test_an_idle_connection_is_closed_when_anybody_comes_later(pool: Pool, seconds: list[float]) -> None:
    idle = pool.take("a", fresh)
    pool.give("a", idle)
    seconds[0] = 61.0
    pool.take("b", fresh)
    assert not idle.usable


def broken_connection() -> Connection:
    connection = fresh()
    connection.close()
    return connection


@pytest.mark.parametrize("make", [broken_connection])
def test_a_connection_that_ended_is_not_used_again(pool: Pool, make: Callable[[], Connection]) -> None:
    ended = pool.take("a", make)
    pool.give("a", ended)
    assert pool.take("a", fresh) is not ended


def test_closing_closes_what_is_idle(pool: Pool) -> None:
    idle = pool.take("a", fresh)
    pool.give("a", idle)
    pool.close()
    assert not idle.usable
