"""Kills workers at random points and lets the next one finish."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.kill.arena import TENANT, Arena

#: a worker is killed after so many calls at most, and so many seconds at most after the last of them
CALLS, SECONDS = 40, 0.05
#: changes of the books between two runs
CHANGES = 4


def battle(arena: Arena, kills: int, progress: Callable[[int], None] = lambda _: None) -> None:
    """Kill so many workers, then let one finish the run, and do one more in which nothing changes."""
    for number in range(kills):
        if not arena.running:
            arena.change(CHANGES)
            arena.begin()
        _kill_one(arena)
        progress(number + 1)
    last = arena.worker()
    try:
        arena.wait(lambda: not arena.running and not _due(arena))
        before = arena.run
        arena.begin()
        arena.wait(lambda: arena.run > before and not arena.running)
    finally:
        last.kill()
        last.join()
        last.close()


def _due(arena: Arena) -> bool:
    planned = arena.app.register.tenants.get(TENANT).next_sync_at
    return planned is not None and planned <= arena.app.clock()


def _kill_one(arena: Arena) -> None:
    target = arena.asked + arena.rng.randrange(CALLS)
    worker = arena.worker()
    try:
        arena.wait(lambda: arena.asked > target or not (arena.running or _due(arena)))
        time.sleep(arena.rng.random() * SECONDS)
    finally:
        worker.kill()
        worker.join()
        worker.close()
