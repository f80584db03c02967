"""One seed from beginning to end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.model import settling
from tests.model.director import Director
from tests.model.scene import scene


class Failed(AssertionError):
    """A rule did not hold; the message names the seed that shows it again."""


def play(seed: int, acts: int, tell: Callable[[str], object] | None = None) -> Director:
    """Let `acts` things happen and everything settle; `tell` hears of each. Raises Failed with the way to replay it."""
    with TemporaryDirectory(prefix="model-") as folder, scene(seed, Path(folder)) as made:
        director = Director(seed, made, tell)
        try:
            director.act(acts)
            settling.settle(director)
            settling.judge(director)
        except Exception as error:
            last = "\n".join(director.trace[-40:])
            again = f"python -m tests.model --seed {seed} --acts {acts}"
            raise Failed(f"{type(error).__name__}: {error}\n{last}\nagain: {again}") from error
        finally:
            director.crew.close()
        return director
