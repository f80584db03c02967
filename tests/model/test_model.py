"""The short form of the model: fixed seeds, and one that nobody has seen before. The long form: `make soak`."""

from __future__ import annotations

from pathlib import Path
from random import SystemRandom

import pytest

from tests.model.director import Director
from tests.model.play import play
from tests.model.scene import scene

ACTS = 500
SEEDS = (1, 2, 3, 5, 8)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_the_copy_equals_the_books_when_it_settles(seed: int) -> None:
    director = play(seed, ACTS)
    assert director.counts["go_on"] > 0


def test_a_seed_nobody_has_seen_before() -> None:
    play(SystemRandom().randrange(2**32), ACTS)


def test_a_seed_tells_the_same_story_each_time(tmp_path: Path) -> None:
    stories = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        with scene(13, tmp_path / name) as made:
            director = Director(13, made)
            director.act(150)
            director.crew.close()
            stories.append(director.trace)
    assert len(stories[0]) > 20
    assert stories[0] == stories[1]
