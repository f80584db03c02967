"""Chooses, by a seed, what happens next: whose step, which message, a change of the books, a crash, a storm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from local.exact_simulator.books.changes import CHANGES, random_change
from local.exact_simulator.books.values import BooksError
from shared.errors import Broken, Cause, PipelineError, Refused
from shared.messages import decode
from shared.queues import POISON, Received
from shared.sync.keep_alive import keep_alive
from shared.sync.plan import plan_syncs
from shared.sync.poison import poison
from tests.model.doors import kind_of
from tests.model.fibers import Fiber
from tests.model.rules import TENANT, demand
from tests.model.scene import LEAVING, Scene
from tests.model.wire import POOL_EMPTY, UNWRITTEN
from tests.support.pipeline import HANDLERS

WORKERS = 3
#: what the host does: hides a message while its function runs, and for so long after a failure; gives up after so many
HIDDEN, AGAIN, MOST_TRIES = 600, 120, 5
JUMPS = ((1, 5), (20, 5), (90, 3), (400, 3), (1300, 2), (3600, 3), (6 * 3600, 1), (24 * 3600, 1))
#: properties Exact may withdraw and give back
WITHDRAWABLE = ("TrackingNumber", "YourRef", "Description", "City")
DENIABLE = ("Journals", "TransactionLines", "Budgets", "Deleted", "Accounts")
DAY = timedelta(days=1)


class Director:
    """Directs one scene. `trace` tells what happened, for whoever reads a failure."""

    def __init__(self, seed: int, scene: Scene) -> None:
        self.rng = Random(f"director {seed}")
        self.scene = scene
        self.fibers: list[Fiber] = []
        self.trace: list[str] = []
        self.counts: Counter[str] = Counter()
        self.raised: Counter[str] = Counter()  #: what handlers let out, by cause
        self.steps = 0
        self._releases = 1
        self._due = {"plan": scene.clock(), "keep alive": scene.clock() + DAY}
        self._acts: dict[Callable[[], bool], int] = {
            self.go_on: 100,
            self.deliver: 30,
            self.plan: 12,
            self.keep_alive: 12,
            self.change: 12,
            self.pass_time: 14,
            self.crash: 3,
            self.deliver_again: 3,
            self.lose: 1,
            self.storm: 3,
            self.calm: 3,
            self.empty_pool: 1,
            self.block: 1,
            self.deny: 1,
            self.allow: 2,
            self.withdraw: 1,
            self.deploy: 1,
            self.consent: 3,
            self.move_leaver: 1,
        }

    def act(self, acts: int) -> None:
        """Let so many things happen."""
        done = 0
        while done < acts:
            act = self.rng.choices(list(self._acts), list(self._acts.values()))[0]
            if act():
                done += 1
                self.counts[act.__name__] += 1

    def tell(self, what: str) -> None:
        self.trace.append(f"{self.scene.clock():%d %H:%M:%S} {what}")

    # --- workers

    def go_on(self) -> bool:
        """One worker goes on for a while."""
        if not self.fibers:
            return False
        self.resume(self.rng.choice(self.fibers), self.rng.choice((1, 3, 10, 40, 150)))
        return True

    def resume(self, fiber: Fiber, steps: int) -> None:
        before = fiber.steps
        try:
            fiber.resume(steps)
        finally:
            self.steps += fiber.steps - before
            if fiber.done:
                self.fibers.remove(fiber)
                self._buried(fiber)

    def _buried(self, fiber: Fiber) -> None:
        self.tell(f"{fiber.name} {'crashed' if fiber.crashed else 'ended'} after {fiber.steps} steps")
        if fiber.crashed and UNWRITTEN in fiber.notes:
            self.scene.weather.lost.add(str(fiber.notes[UNWRITTEN]))

    def deliver(self) -> bool:
        """A worker takes any message that may be taken."""
        waiting = self.scene.queues.waiting()
        if not waiting or len(self.fibers) >= WORKERS:
            return False
        queue, id_ = self.rng.choice(waiting)
        self.start(self.scene.queues.take(queue, id_, HIDDEN))
        return True

    def start(self, received: Received) -> Fiber:
        fiber = Fiber(f"{received.queue}#{received.id}.{received.dequeue_count}", lambda: self._handle(received))
        fiber.notes[TENANT] = self._allowed(received)
        self.fibers.append(fiber)
        self.tell(f"{fiber.name} began: {received.body.decode()}")
        return fiber

    def _allowed(self, received: Received) -> bool:
        """Whether this message may lead to a call or a row, by the register as it is when it is taken."""
        try:
            name = decode(kind_of(received.queue), received.body).tenant
            return self.scene.rules.allows(self.scene.tenant(name))
        except Refused:
            return False

    def _handle(self, received: Received) -> None:
        """Do as the host does."""
        queues = self.scene.queues
        try:
            if received.queue.endswith(POISON):
                poison(self.scene.context, received.queue.removesuffix(POISON), received.body)
            else:
                kind = kind_of(received.queue)
                HANDLERS[kind](self.scene.context, decode(kind, received.body))
        except PipelineError as error:
            self.raised[error.cause.code] += 1
            demand(not isinstance(error, Broken), f"{received.body!r} raised {error}")
            if received.dequeue_count < MOST_TRIES:
                queues.release(received, timedelta(seconds=AGAIN))
                return
            queues.poison(received.queue, received.body)
        queues.delete(received)

    def plan(self) -> bool:
        """The planner's minute has come."""
        return self._timer("plan", timedelta(minutes=1), lambda: plan_syncs(self.scene.context))

    def keep_alive(self) -> bool:
        """The day's refreshes are due."""
        return self._timer("keep alive", DAY, lambda: keep_alive(self.scene.context))

    def _timer(self, name: str, pause: timedelta, work: Callable[[], object]) -> bool:
        now = self.scene.clock()
        if now < self._due[name] or any(fiber.name == name for fiber in self.fibers):
            return False
        self._due[name] = now + pause
        self.fibers.append(Fiber(name, lambda: void(work)))
        return True

    def crash(self) -> bool:
        """A worker will be killed at one of its next steps."""
        if not self.fibers:
            return False
        fiber, steps = self.rng.choice(self.fibers), self.rng.choice((1, 2, 5, 20, 60, 200))
        fiber.doom(steps)
        self.tell(f"{fiber.name} has {steps} steps to live")
        return True

    # --- queues and time

    def deliver_again(self) -> bool:
        """A message of the past comes once more."""
        sent = self.scene.queues.sent
        if not sent:
            return False
        message = self.rng.choice(sent[-40:])
        self.scene.queues.again(message)
        self.tell(f"once more: {message}")
        return True

    def lose(self) -> bool:
        waiting = self.scene.queues.waiting()
        if not waiting:
            return False
        self.scene.queues.lose(*self.rng.choice(waiting))
        self.tell("a message was lost")
        return True

    def pass_time(self) -> bool:
        """The clock jumps; a worker in the middle of something finds itself late. No day passes without its timers."""
        jumps = [seconds for seconds, _ in JUMPS]
        seconds = self.rng.choices(jumps, [weight for _, weight in JUMPS])[0]
        if self._due["keep alive"] <= self.scene.clock():
            seconds = min(seconds, 3600)
        self.scene.clock.pass_time(seconds=seconds)
        self.tell(f"{seconds} s passed")
        return True

    # --- Exact Online and its people

    def change(self) -> bool:
        """Somebody changes the books of one division."""
        division = self.rng.choice(list(self.scene.pipeline.world.divisions.values()))
        with self.scene.pipeline.exact.simulator.at_work():
            changed = random_change(division, self.rng)
        self.tell(f"{division.code}: {changed['change']}")
        return True

    def block(self) -> bool:
        """Exact restores a division, or has done."""
        division = self.rng.choice(list(self.scene.pipeline.world.divisions.values()))
        change = "unblock" if division.info["BlockingStatus"] else "block"
        with self.scene.pipeline.exact.simulator.at_work():
            CHANGES[change](division)
        self.tell(f"{division.code}: {change}")
        return True

    def deny(self) -> bool:
        """The consenting user of the large tenant loses a right."""
        person, entity = self.scene.people["large"].person, self.rng.choice(DENIABLE)
        code = self.rng.choice(sorted(person.divisions))
        person.rights.setdefault(code, set()).add(entity)
        self.tell(f"{code}: no right to read {entity}")
        return True

    def allow(self) -> bool:
        """All rights are given back."""
        rights = self.scene.people["large"].person.rights
        given = any(rights.values())
        rights.clear()
        return given

    def storm(self) -> bool:
        self.scene.weather.storm = self.rng.choice((0.02, 0.1, 0.4))
        self.tell(f"a storm of {self.scene.weather.storm}")
        return True

    def calm(self) -> bool:
        was, self.scene.weather.storm = self.scene.weather.storm, 0.0
        return was > 0

    def empty_pool(self) -> bool:
        """Another app uses up the licence's pool."""
        self.scene.weather.armed.append(("pool", POOL_EMPTY))
        self.tell("the pool is empty")
        return True

    def withdraw(self) -> bool:
        """Exact no longer knows a property."""
        self.scene.weather.withdrawn = {self.rng.choice(WITHDRAWABLE)}
        self.tell(f"withdrawn: {self.scene.weather.withdrawn}")
        return True

    def deploy(self) -> bool:
        """A new release, which asks for every column again; Exact knows them again."""
        self.scene.weather.withdrawn.clear()
        self._releases += 1
        self.scene.deploy(f"release {self._releases}")
        self.tell(f"release {self._releases}")
        return True

    # --- customers

    def consent(self) -> bool:
        """A customer whose consent is needed gives it; now and then one gives it again unasked."""
        names = [name for name in self.scene.people if self._wants_consent(name)]
        if not names or len(self.fibers) > WORKERS:
            return False
        name = self.rng.choice(names)
        if any(fiber.name == f"consent {name}" for fiber in self.fibers):
            return False
        self.fibers.append(Fiber(f"consent {name}", lambda: void(lambda: self.scene.consent(name))))
        self.tell(f"consent of {name}")
        return True

    def _wants_consent(self, name: str) -> bool:
        tenant = next(each for each in self.scene.context.register.tenants.list() if each.tenant == name)
        if tenant.purged_on or not self.scene.rules.allows(tenant):
            return False
        grant = self.scene.context.register.grants.get(name)
        return grant is None or grant.state != "connected" or self.rng.random() < 0.05

    def move_leaver(self) -> bool:
        """The leaving tenant's contract ends today, is prolonged for a while, or the tenant is purged."""
        tenant = next(each for each in self.scene.context.register.tenants.list() if each.tenant == LEAVING)
        if tenant.purged_on:
            return False
        return self._purge() if not self.scene.rules.allows(tenant) else self._end()

    def _end(self) -> bool:
        today = self.scene.clock().date()
        try:
            self.scene.context.register.tenants.set_contract(LEAVING, today, today + DAY)
        except Refused as refused:
            demand(refused.cause is Cause.BAD_REQUEST, str(refused))
            return False
        self.tell("the leaver's contract ends tomorrow")
        return True

    def _purge(self) -> bool:
        """As the purge will do it: nobody holds a lease of the tenant any more."""
        if any(LEAVING in str(fiber.notes.get("body", "")) or fiber.notes.get(TENANT) is None for fiber in self.fibers):
            return False
        if self.fibers:
            return False
        self.scene.provisioner.drop(self.scene.tenant(LEAVING))
        self.scene.context.register.tenants.tombstone(LEAVING, self.scene.clock().date())
        self.tell("the leaver is purged")
        return True

    def close(self) -> None:
        """End every worker where it stands."""
        for fiber in list(self.fibers):
            fiber.doom(1)
            self.resume(fiber, 1)


def void(work: Callable[[], object]) -> None:
    """Work of a timer or a visit: what it raises, the host reports and forgets."""
    try:
        work()
    except BooksError:
        raise
    except PipelineError as error:
        demand(not isinstance(error, Broken), str(error))


