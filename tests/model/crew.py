"""The host and its workers: takes messages, runs functions, retries, gives up; timers; and who gets killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random

from shared.errors import Broken, PipelineError, Refused
from shared.messages import decode
from shared.queues import POISON, Received
from shared.sync.keep_alive import keep_alive
from shared.sync.plan import plan_syncs
from shared.sync.poison import poison
from tests.model.doors import kind_of
from tests.model.fibers import Fiber
from tests.model.rules import TENANT, demand
from tests.model.scene import Scene
from tests.model.wire import UNWRITTEN
from tests.support.pipeline import HANDLERS

WORKERS = 3
#: seconds the host hides a message while its function runs, and after a failure; it gives up after so many tries
HIDDEN, AGAIN, MOST_TRIES = 600, 120, 5
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Crew:
    """Everybody who works in one scene."""

    def __init__(self, rng: Random, scene: Scene, tell: Callable[[str], None]) -> None:
        self._rng = rng
        self._scene = scene
        self._tell = tell
        self.fibers: list[Fiber] = []
        self.steps = 0
        self.raised: Counter[str] = Counter()  #: what handlers let out, by cause
        self.due = {"plan": scene.clock(), "keep alive": scene.clock() + DAY}

    def go_on(self) -> bool:
        """One worker goes on for a while."""
        if not self.fibers:
            return False
        self.resume(self._rng.choice(self.fibers), self._rng.choice((1, 3, 10, 40, 150, 400)))
        return True

    def deliver(self) -> bool:
        """A worker takes any message that may be taken."""
        waiting = self._scene.queues.waiting()
        if not waiting or len(self.fibers) >= WORKERS:
            return False
        queue, id_ = self._rng.choice(waiting)
        self.start(self._scene.queues.take(queue, id_, HIDDEN))
        return True

    def plan(self) -> bool:
        """The planner's minute has come."""
        return self._timer("plan", MINUTE, lambda: plan_syncs(self._scene.context))

    def keep_alive(self) -> bool:
        """The day's refreshes are due."""
        return self._timer("keep alive", DAY, lambda: keep_alive(self._scene.context))

    def consent(self) -> bool:
        """A customer whose consent is needed gives it; now and then one gives it again unasked."""
        names = [name for name in self._scene.people if self._wants_consent(name)]
        if not names:
            return False
        name = self._rng.choice(names)
        return self.visit(f"consent {name}", lambda: self._scene.consent(name))

    def crash(self) -> bool:
        """A worker will be killed at one of its next steps."""
        if not self.fibers:
            return False
        fiber, steps = self._rng.choice(self.fibers), self._rng.choice((1, 2, 5, 20, 60, 200))
        fiber.doom(steps)
        self._tell(f"{fiber.name} has {steps} steps to live")
        return True

    # --- how work begins and ends

    def start(self, received: Received) -> None:
        """A message is taken."""
        fiber = Fiber(f"{received.queue}#{received.id}.{received.dequeue_count}", lambda: self._handle(received))
        fiber.notes[TENANT] = self._allowed(received)
        self.fibers.append(fiber)
        self._tell(f"{fiber.name} began: {received.body.decode()}")

    def visit(self, name: str, work: Callable[[], object]) -> bool:
        """A timer or a request comes, one of each kind at a time. What it raises, the host reports and forgets."""
        if any(fiber.name == name for fiber in self.fibers):
            return False
        self.fibers.append(Fiber(name, lambda: _forget(work)))
        return True

    def resume(self, fiber: Fiber, steps: int) -> None:
        """Let one worker go on. Raises what it ended with."""
        before = fiber.steps
        try:
            fiber.resume(steps)
        finally:
            self.steps += fiber.steps - before
            if fiber.done:
                self._bury(fiber)

    def close(self) -> None:
        """End every worker where it stands."""
        for fiber in list(self.fibers):
            fiber.doom(1)
            self.resume(fiber, 1)

    def _bury(self, fiber: Fiber) -> None:
        self.fibers.remove(fiber)
        self._tell(f"{fiber.name} {'crashed' if fiber.crashed else 'ended'} after {fiber.steps} steps")
        if UNWRITTEN in fiber.notes:  # killed, or Exact did not say whose it is
            self._scene.weather.lost.add(str(fiber.notes[UNWRITTEN]))

    def _timer(self, name: str, pause: timedelta, work: Callable[[], object]) -> bool:
        now = self._scene.clock()
        if now < self.due[name] or not self.visit(name, work):
            return False
        self.due[name] = now + pause
        return True

    def _allowed(self, received: Received) -> bool:
        """Whether this message may lead to a call or a row, by the register as it is when it is taken."""
        try:
            name = decode(kind_of(received.queue), received.body).tenant
            return self._scene.rules.allows(self._scene.tenant(name))
        except Refused:
            return False

    def _handle(self, received: Received) -> None:
        """Do as the host does."""
        queues = self._scene.queues
        try:
            if received.queue.endswith(POISON):
                poison(self._scene.context, received.queue.removesuffix(POISON), received.body)
            else:
                kind = kind_of(received.queue)
                HANDLERS[kind](self._scene.context, decode(kind, received.body))
        except PipelineError as error:
            self.raised[error.cause.code] += 1
            demand(not isinstance(error, Broken), f"{received.body!r} raised {error}")
            if received.dequeue_count < MOST_TRIES:
                queues.release(received, timedelta(seconds=AGAIN))
                return
            queues.poison(received.queue, received.body)
        queues.delete(received)

    def _wants_consent(self, name: str) -> bool:
        if not self._scene.rules.allows(self._scene.known(name)):
            return False
        grant = self._scene.context.register.grants.get(name)
        return grant is None or grant.state != "connected" or self._rng.random() < 0.05


def _forget(work: Callable[[], object]) -> None:
    try:
        work()
    except PipelineError as error:
        demand(not isinstance(error, Broken), str(error))
