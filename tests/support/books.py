"""The simulator's books for tests: one small world to read, and fresh ones to change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from random import Random

import pytest

from local.exact_simulator.books import World, random_change

TODAY = date(2026, 11, 25)
LINES = 1600


@pytest.fixture(scope="session")
def books_world() -> World:
    """A world of three companies nobody changes."""
    return World(seed=7, lines=4 * LINES, today=TODAY, companies=3)


@pytest.fixture(scope="session")
def lived_in() -> Callable[[int], World]:
    """Give the world of a seed after 120 random changes; nobody changes it further."""

    @cache
    def build(seed: int) -> World:
        world, rng = World(seed=seed, lines=LINES, today=TODAY, companies=3), Random(seed)
        companies = list(world.divisions.values())
        for _ in range(120):
            random_change(rng.choice(companies), rng)
        return world

    return build
