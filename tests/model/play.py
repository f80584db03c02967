"""One seed from beginning to end."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.model import settling
from tests.model.director import Director
from tests.model.scene import scene


class Failed(AssertionError):
    """A rule did not hold; the message names the seed that shows it again."""


def play(seed: int, acts: int) -> Director:
    """Let `acts` things happen and everything settle. Raises Failed with the way to see it again."""
    with TemporaryDirectory(prefix="model-") as folder, scene(seed, Path(folder)) as made:
        director = Director(seed, made)
        try:
            director.act(acts)
            settling.settle(director)
            settling.judge(director)
        except Exception as error:
            last = "\n".join(director.trace[-40:])
            again = f"python -m tests.model --seed {seed} --acts {acts}"
            raise Failed(f"{type(error).__name__}: {error}\n{last}\nagain: {again}") from error
        finally:
            director.close()
        return director
