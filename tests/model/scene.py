"""One Exact Online, one register, one set of queues and three tenants, all of whose doors are steps.

Two tenants read one division of the same licence; the third leaves in the middle.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import requests

from local.exact_simulator.books.world import User, World
from local.exact_simulator.settings import Settings as ExactSettings
from local.exact_simulator.simulator import Simulator
from shared.exact.client import Client
from shared.exact.limits import Limits
from shared.exact.me import me
from shared.exact.oauth import AppCredentials, TokenEndpoint
from shared.exact.session import session as exact_session
from shared.lifecycle import local_day
from shared.provisioning import SqliteProvisioner
from shared.register import Register, Tenant
from shared.seal import GRANT_KEY, USER_KEY, new_key
from shared.settings import read
from shared.sync.context import Context
from shared.tokens import Tokens
from shared.vault import Vaults
from shared.warehouse.sqlite.warehouse import SqliteWarehouse
from tests.model.doors import SteppedQueues, SteppedVault, open_register, open_warehouse
from tests.model.fibers import step
from tests.model.rules import Rules
from tests.model.wire import SteppedAdapter, Weather
from tests.support.clock import FakeClock
from tests.support.pipeline import ENVIRONMENT, Pipeline
from tests.support.simulator import APP, HOST, Exact
from tests.support.wireless import WirelessAdapter

TODAY = date(2026, 11, 25)
STAYING, LEAVING = ("large", "small"), "leaver"
#: settings drawn for each scene, so that every limit is met by some of them
OURS: dict[str, tuple[str, ...]] = {
    "QICS_STEP_SECONDS": ("240", "20", "5"),
    "QICS_OVERLAP_ROWS": ("500", "20", "3"),
    "QICS_LICENCE_BUDGET": ("10000", "10000", "450"),
}
THEIRS: dict[str, tuple[Any, ...]] = {
    "page_size_sync": (1000, 40, 11),
    "minute_limit": (60, 60, 25),
    "next_on_full_last_page": (False, True),
}


@dataclass
class Scene:
    """What the director directs."""

    pipeline: Pipeline
    clock: FakeClock
    weather: Weather
    rules: Rules
    queues: SteppedQueues
    people: dict[str, Exact]  #: who consents, by tenant
    provisioner: SqliteProvisioner

    @property
    def context(self) -> Context:
        return self.pipeline.context

    def tenant(self, name: str) -> Tenant:
        """A tenant that lives. Raises Refused."""
        return self.context.register.tenants.get(name)

    def known(self, name: str) -> Tenant:
        """A tenant, purged or not."""
        return next(each for each in self.context.register.tenants.list() if each.tenant == name)

    def user(self, tenant: str) -> str:
        """Id of the Exact user who consents for a tenant."""
        return str(self.people[tenant].person.user_id)

    def consent(self, tenant: str) -> None:
        """Go through Exact's pages, then take the code as the callback does."""
        exact = self.people[tenant]
        code = exact.consent(sorted(exact.person.divisions))["code"]
        self.context.tokens.take_consent(tenant, "nl", code, APP.redirect_uris[0], self._user_of)

    def _user_of(self, country: str, token: str) -> str:
        with self.context.session() as session:
            client = Client(
                country,
                session,
                access=lambda _: token,
                clock=self.clock,
                limits=Limits(),
                on_call=lambda _: None,
                share=0.0,
                sleep=self.context.wait,
            )
            return me(client.get, country).user_id

    def deploy(self, release: str) -> None:
        """Workers that begin from now on are of another release."""
        self.pipeline.context = replace(self.context, release=release)


@contextmanager
def scene(seed: int, folder: Path) -> Iterator[Scene]:
    """Everything drawn from the seed; nobody has consented yet."""
    rng = Random(f"scene {seed}")
    clock = FakeClock()
    world = World(seed, 100 + rng.randrange(100), TODAY, 2)
    _add_user(world, rng)
    theirs = {name: rng.choice(values) for name, values in THEIRS.items()}
    ours = {name: rng.choice(values) for name, values in OURS.items()}
    certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with Simulator(world, certificate, ExactSettings(apps=(APP,), **theirs), clock) as simulator:
        made = _assemble(rng, clock, folder, world, simulator, ours)
        try:
            yield made
        finally:
            made.context.register.close()


def _add_user(world: World, rng: Random) -> None:
    """A third user, for the tenant that leaves."""
    user_id = f"{rng.getrandbits(128):032x}"
    user_id = "-".join((user_id[:8], user_id[8:12], user_id[12:16], user_id[16:20], user_id[20:]))
    world.users[user_id] = User(user_id, "leaver@example", "made up", "Leaver", {min(world.divisions)})


def _assemble(
    rng: Random, clock: FakeClock, folder: Path, world: World, simulator: Simulator, ours: dict[str, str]
) -> Scene:
    weather = Weather(clock, Random(rng.getrandbits(64)))
    register, database = open_register(folder / "register.sqlite3", clock)
    vault = SteppedVault(folder / "vault.json")
    vault.set(GRANT_KEY, new_key())
    vault.set(USER_KEY, new_key())
    rules = Rules(register, vault, weather)
    queues = SteppedQueues(clock, Random(rng.getrandbits(64)))
    queues.make()
    provisioner = SqliteProvisioner(folder / "tenants")

    def session() -> requests.Session:
        made = exact_session()
        made.mount(f"https://{HOST}", SteppedAdapter(simulator, weather, rules.called))
        return made

    def wait(seconds: float) -> None:
        clock.pass_time(seconds=seconds)
        step()

    def open_stepped(tenant: Tenant) -> SqliteWarehouse:
        return open_warehouse(
            provisioner.path(tenant),
            release="model",
            clock=clock,
            committed=lambda connection: rules.written(tenant.tenant, connection),
        )

    tokens = _tokens(register, vault, session, clock, wait)
    context = Context(
        settings=read(ENVIRONMENT | ours),
        register=register,
        queues=queues,
        tokens=tokens,
        session=session,
        open_warehouse=open_stepped,
        clock=clock,
        random=rng.random,
        wait=wait,
        holder="model",
        release="first",
    )
    people = dict(zip((*STAYING, LEAVING), _people(simulator, world), strict=True))
    pipeline = Pipeline(clock, folder, world, people["large"], register, vault, queues, context)
    made = Scene(pipeline, clock, weather, rules, queues, people, provisioner)
    for tenant in made.people:
        _invite(made, tenant)
    database.committed = rules.kept  # type: ignore[method-assign]
    vault.committed = rules.kept  # type: ignore[method-assign]
    return made


def _tokens(
    register: Register,
    vault: SteppedVault,
    session: Callable[[], requests.Session],
    clock: FakeClock,
    wait: Callable[[float], None],
) -> Tokens:
    credentials = AppCredentials(APP.client_id, APP.client_secret)
    return Tokens(
        register.grants,
        register.leases,
        Vaults(vault, vault),
        lambda country: TokenEndpoint(country, session(), credentials, clock),
        clock,
        wait,
        "model",
    )


def _people(simulator: Simulator, world: World) -> Iterator[Exact]:
    for person in world.users.values():
        browser = requests.Session()
        browser.mount(f"https://{HOST}", WirelessAdapter(simulator))
        yield Exact(simulator, world, browser, person)


def _invite(made: Scene, tenant: str) -> None:
    """A tenant with a database, a contract and a choice of divisions, as onboarding leaves it."""
    register = made.context.register
    register.tenants.add(tenant, "nl", f"{tenant}-books")
    made.provisioner.provision(register.tenants.get(tenant))
    made.consent(tenant)
    register.tenants.start_trial(tenant, local_day(made.clock()))
    if tenant != LEAVING:
        register.tenants.set_contract(tenant, TODAY, None)
    made.pipeline.run(tenant)
    register.divisions.choose(tenant, sorted(made.people[tenant].person.divisions))
    made.clock.pass_time(seconds=1)
