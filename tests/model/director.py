"""Chooses, by a seed, what happens next: whose step, which message, a change of the books, a crash, a storm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

from tests.model.crew import Crew
from tests.model.scene import Scene
from tests.model.surroundings import Surroundings

type Tell = Callable[[str], object]


class Director:
    """Directs one scene. `trace` tells what happened, for whoever reads a failure."""

    def __init__(self, seed: int, scene: Scene, listener: Tell | None = None) -> None:
        self._rng = Random(f"director {seed}")
        self._listener = listener
        self.scene = scene
        self.trace: list[str] = []
        self.counts: Counter[str] = Counter()
        self.crew = Crew(self._rng, scene, self.tell)
        self.around = Surroundings(self._rng, scene, self.crew, self.tell)
        self._acts: dict[Callable[[], bool], float] = {
            self.crew.go_on: 100,
            self.crew.deliver: 30,
            self.crew.plan: 10,
            self.crew.keep_alive: 10,
            self.crew.consent: 2,
            self.crew.crash: 2,
            self.around.idle: 20,
            self.around.change: 8,
            self.around.pass_time: 4,
            self.around.calm: 3,
            self.around.allow: 2,
            self.around.unblock: 2,
            self.around.deliver_again: 1.5,
            self.around.deploy: 0.7,
            self.around.move_leaver: 0.5,
            self.around.storm: 0.5,
            self.around.block: 0.4,
            self.around.deny: 0.4,
            self.around.withdraw: 0.3,
            self.around.lose: 0.3,
            self.around.empty_pool: 0.1,
        }

    def act(self, acts: int) -> None:
        """Let so many things happen."""
        done = 0
        while done < acts:
            act = self._rng.choices(list(self._acts), list(self._acts.values()))[0]
            if act():
                done += 1
                self.counts[act.__name__] += 1

    def tell(self, what: str) -> None:
        """Note what happened."""
        line = f"{self.scene.clock():%d %H:%M:%S} {what}"
        self.trace.append(line)
        if self._listener:
            self._listener(line)
