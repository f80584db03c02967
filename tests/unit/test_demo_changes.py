"""The changes of the demo, whatever the books."""

from __future__ import annotations

from typing import Any

import pytest

from local.demo import changes
from local.exact_simulator.books import World
from local.exact_simulator.books.changes import CHANGES
from tests.support.books import TODAY


class Desk:
    """The books' admin without a wire."""

    def __init__(self, world: World) -> None:
        self._world = world

    def change(self, division: int, change: str, **arguments: Any) -> None:
        CHANGES[change](self._world.divisions[division], **arguments)


@pytest.mark.parametrize("seed", range(1, 9))
def test_books_of_any_seed_take_every_change_of_the_demo(seed: int) -> None:
    world = World(seed, 1000, TODAY, 2)
    quiet, moved = sorted(world.divisions)
    told: list[str] = []
    changes.make(Desk(world), quiet, (*changes.QUIET, changes.CENT), told.append)  # type: ignore[arg-type]
    changes.make(Desk(world), moved, changes.MOVED, told.append)  # type: ignore[arg-type]
    assert len(told) == len(changes.QUIET) + len(changes.MOVED) + 1
    assert world.divisions[moved].info["DivisionMoveDate"] is not None
