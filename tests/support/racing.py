"""Two real processes that work on one register at the same moment."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from multiprocessing.synchronize import Barrier

import pytest

from shared.errors import PipelineError
from shared.register import Register
from tests.support.register import ReachRegister

#: what both processes do at once: (register, round, 0 or 1 for which of the two) -> whatever can be pickled
type Work[T] = Callable[[Register, int, int], T]

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


class Meeting:
    """The barrier of this process, given to it once when it starts."""

    barrier: Barrier


def _join(barrier: Barrier) -> None:
    Meeting.barrier = barrier


def _still() -> datetime:
    return NOW


def _work[T](reach: ReachRegister, work: Work[T], rounds: int, who: int) -> list[T | str]:
    """Each round's outcome: what `work` returned, or the name of the error it raised."""
    register = reach(_still)
    outcomes: list[T | str] = []
    try:
        for number in range(rounds):
            Meeting.barrier.wait(30)
            try:
                outcomes.append(work(register, number, who))
            except PipelineError as error:
                outcomes.append(error.cause.code)
    finally:
        register.close()
    return outcomes


class TwoProcesses:
    """Runs work in both at once, round by round."""

    def __init__(self, pool: ProcessPoolExecutor, reach: ReachRegister) -> None:
        self._pool = pool
        self._reach = reach

    def race[T](self, work: Work[T], rounds: int) -> list[tuple[T | str, T | str]]:
        """The two outcomes of every round."""
        one, two = self._pool.map(partial(_work, self._reach, work, rounds), (0, 1))
        return list(zip(one, two, strict=True))


@pytest.fixture(scope="module")
def process_pool() -> Iterator[ProcessPoolExecutor]:
    """Two processes that know one barrier; started anew, not forked: an engine's connections must not be shared."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, context, _join, (context.Barrier(2),)) as pool:
        yield pool


@pytest.fixture
def two_processes(process_pool: ProcessPoolExecutor, reach_register: ReachRegister) -> TwoProcesses:
    """Both on the database that the fixture `register` opens too."""
    return TwoProcesses(process_pool, reach_register)
