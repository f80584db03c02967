"""What happens around the workers: time, queues, the books and their people, the network, the customers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

from local.exact_simulator.books.changes import CHANGES, random_change
from local.exact_simulator.books.division import Division
from shared.errors import Refused
from tests.model.crew import DAY, Crew
from tests.model.scene import LEAVING, Scene
from tests.model.wire import POOL_EMPTY

#: seconds by which the clock jumps, with their weights
JUMPS = {1: 5, 20: 5, 90: 3, 400: 3, 1300: 2, 3600: 3, 6 * 3600: 1, 24 * 3600: 1}
#: a jump that outlives a token or a lease, and the note of a worker that has lived through one
LONG, LATE = 400, "late"
#: properties Exact may withdraw and give back
WITHDRAWABLE = ("TrackingNumber", "YourRef", "Description", "City")
DENIABLE = ("Journals", "TransactionLines", "Budgets", "Deleted", "Accounts")


class Surroundings:
    """All that no worker decides. Each method says whether there was anything for it to do."""

    def __init__(self, rng: Random, scene: Scene, crew: Crew, tell: Callable[[str], None]) -> None:
        self._rng = rng
        self._scene = scene
        self._crew = crew
        self._tell = tell
        self._releases = 1

    # --- time and queues

    def idle(self) -> bool:
        """Nobody has anything to do before the clock says so."""
        if self._crew.fibers or self._scene.queues.waiting():
            return False
        due = [each.next_sync_at for each in self._scene.context.register.tenants.list() if each.next_sync_at]
        visible = self._scene.queues.next_visible()
        soonest = min([*due, *([visible] if visible else []), self._crew.due["keep alive"]])
        self._scene.clock.now = max(self._scene.clock.now, soonest) + timedelta(seconds=1)
        return True

    def pass_time(self) -> bool:
        """The clock jumps; a worker in the middle of something finds itself late. No day passes without its timers.

        To lose a token's life twice in one step is what the engine calls a bug's sign, so no worker is late twice.
        """
        seconds = self._rng.choices(list(JUMPS), list(JUMPS.values()))[0]
        if self._crew.due["keep alive"] <= self._scene.clock():
            seconds = min(seconds, 3600)
        if any(LATE in fiber.notes for fiber in self._crew.fibers):
            seconds = min(seconds, LONG - 1)
        for fiber in self._crew.fibers if seconds >= LONG else ():
            fiber.notes[LATE] = True
        self._scene.clock.pass_time(seconds=seconds)
        self._tell(f"{seconds} s passed")
        return True

    def deliver_again(self) -> bool:
        """A message of the past comes once more."""
        sent = self._scene.queues.sent
        if not sent:
            return False
        message = self._rng.choice(sent[-40:])
        self._scene.queues.again(message)
        self._tell(f"once more: {message}")
        return True

    def lose(self) -> bool:
        """A message is gone."""
        waiting = self._scene.queues.waiting()
        if not waiting:
            return False
        self._scene.queues.lose(*self._rng.choice(waiting))
        self._tell("a message was lost")
        return True

    # --- Exact Online and its people

    def change(self) -> bool:
        """Somebody changes the books of one division."""
        division = self._any_division()
        with self._scene.pipeline.exact.simulator.at_work():
            changed = random_change(division, self._rng)
        self._tell(f"{division.code}: {changed['change']}")
        return True

    def block(self) -> bool:
        """Exact restores a division."""
        return self._administer(self._any_division(), "block")

    def unblock(self) -> bool:
        """Exact has done so."""
        blocked = [each for each in self._scene.pipeline.world.divisions.values() if each.info["BlockingStatus"]]
        return bool(blocked) and self._administer(blocked[0], "unblock")

    def deny(self) -> bool:
        """The consenting user of the large tenant loses a right."""
        person, entity = self._scene.people["large"].person, self._rng.choice(DENIABLE)
        code = self._rng.choice(sorted(person.divisions))
        person.rights.setdefault(code, set()).add(entity)
        self._tell(f"{code}: no right to read {entity}")
        return True

    def allow(self) -> bool:
        """All rights are given back."""
        rights = self._scene.people["large"].person.rights
        given = any(rights.values())
        rights.clear()
        return given

    def _any_division(self) -> Division:
        return self._rng.choice(list(self._scene.pipeline.world.divisions.values()))

    def _administer(self, division: Division, change: str) -> bool:
        with self._scene.pipeline.exact.simulator.at_work():
            CHANGES[change](division)
        self._tell(f"{division.code}: {change}")
        return True

    # --- the network and the deployment

    def storm(self) -> bool:
        """Calls begin to go wrong."""
        self._scene.weather.storm = self._rng.choice((0.02, 0.1, 0.4))
        self._tell(f"a storm of {self._scene.weather.storm}")
        return True

    def calm(self) -> bool:
        """They no longer do."""
        was, self._scene.weather.storm = self._scene.weather.storm, 0.0
        return was > 0

    def empty_pool(self) -> bool:
        """Another app has used up the licence's pool."""
        self._scene.weather.armed.append(POOL_EMPTY)
        self._tell("the pool is empty")
        return True

    def withdraw(self) -> bool:
        """Exact no longer knows a property."""
        self._scene.weather.withdrawn = {self._rng.choice(WITHDRAWABLE)}
        self._tell(f"withdrawn: {self._scene.weather.withdrawn}")
        return True

    def deploy(self) -> bool:
        """A new release, which asks for every column again; Exact knows them again."""
        self._scene.weather.withdrawn.clear()
        self._releases += 1
        self._scene.deploy(f"release {self._releases}")
        self._tell(f"release {self._releases}")
        return True

    # --- the tenant that leaves

    def move_leaver(self) -> bool:
        """Its contract ends tomorrow; once it has ended, the tenant is purged or goes on after all."""
        tenant = self._scene.known(LEAVING)
        if tenant.purged_on:
            return False
        over = not self._scene.rules.allows(tenant)
        return self._purge() if over and self._rng.random() < 0.7 else self._prolong()

    def _prolong(self) -> bool:
        today = self._scene.clock().date()
        try:
            self._scene.context.register.tenants.set_contract(LEAVING, today, today + DAY)
        except Refused:  # the purge is due
            return False
        self._tell("the leaver's contract ends tomorrow")
        return True

    def _purge(self) -> bool:
        """As the purge will do it: when nobody is at work for the tenant."""
        if self._crew.fibers:
            return False
        self._scene.provisioner.drop(self._scene.tenant(LEAVING))
        self._scene.context.register.tenants.tombstone(LEAVING, self._scene.clock().date())
        self._tell("the leaver is purged")
        return True
