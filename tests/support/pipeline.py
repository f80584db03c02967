"""The whole pipeline in one thread: simulator, register, tokens, queues and loop, with one clock and no sockets."""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests

from local.compare import Difference, differences
from local.exact_simulator.books.changes import CHANGES
from local.exact_simulator.books.world import World
from local.exact_simulator.schema import entity
from local.exact_simulator.settings import Settings as ExactSettings
from local.exact_simulator.simulator import Simulator
from local.exact_simulator.sources import truth
from shared.exact.me import me
from shared.exact.oauth import AppCredentials, TokenEndpoint
from shared.exact.session import session as exact_session
from shared.lifecycle import local_day
from shared.messages import QUEUES, Message, SyncDivision, SyncTenant, decode
from shared.provisioning import SqliteProvisioner
from shared.queues import MemoryQueues, Received
from shared.register import Register, RunDivision, Tenant
from shared.seal import GRANT_KEY, USER_KEY, new_key
from shared.settings import Settings, read
from shared.streams import CATALOGUE, DELETED, stream
from shared.streams.model import Stream
from shared.sync.context import Context
from shared.sync.plan import plan_syncs
from shared.sync.step import sync_division
from shared.sync.tenant import sync_tenant
from shared.tokens import Tokens
from shared.vault import FileVault, Vaults
from shared.warehouse.protocol import Checkpoint, DivisionState, Refusal, Warehouse
from shared.warehouse.sqlite import open_sqlite
from tests.support.clock import FakeClock
from tests.support.simulator import APP, HOST, Exact
from tests.support.wireless import WirelessAdapter

HANDLERS: dict[type[Message], Callable[[Context, Any], None]] = {SyncTenant: sync_tenant, SyncDivision: sync_division}
ENVIRONMENT = {"QICS_DATA": "unused", "QICS_BASE_URL": "https://app.example.test"}


@dataclass
class Pipeline:
    """One register, one Exact Online, one set of queues; tenants are added by the test."""

    clock: FakeClock
    folder: Path
    world: World
    exact: Exact
    register: Register
    vault: FileVault
    queues: MemoryQueues
    context: Context
    poisoned: list[Received] = field(default_factory=list)

    # --- a tenant's beginning

    def connect(self, tenant: str = "tenant-1", divisions: list[int] | None = None) -> Tenant:
        """Add a tenant, have it consent to all divisions, choose `divisions` (all when None)."""
        self.register.tenants.add(tenant, "nl", f"{tenant}-books")
        row = self.register.tenants.get(tenant)
        SqliteProvisioner(self.folder / "tenants").provision(row)
        self.consent(tenant)
        self.register.tenants.start_trial(tenant, local_day(self.clock()))
        self.run(tenant)
        self.register.divisions.choose(tenant, divisions or sorted(self.world.divisions))
        return self.register.tenants.get(tenant)

    def consent(self, tenant: str) -> None:
        """Consent as the first user of the world, through the simulator's own pages."""
        code = self.exact.consent(sorted(self.world.divisions))["code"]
        self.context.tokens.take_consent(tenant, "nl", code, APP.redirect_uris[0], self._user_of)

    def _user_of(self, country: str, token: str) -> str:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        return me(lambda url: self.exact.session.get(url, headers=headers, timeout=5).content, country).user_id

    # --- a run

    def run(self, tenant: str = "tenant-1") -> str:
        """Plan and work until the tenant's run has ended; the cause it ended with."""
        self.plan(tenant)
        self.settle(tenant)
        return self.register.runs.last(tenant)[0].cause

    def settle(self, tenant: str = "tenant-1", steps: int = 500) -> None:
        """Work off the queues, moving the clock to the next hidden message, until they are empty."""
        for _ in range(steps):
            if not self.work() and not self._wait():
                break
        assert not self.register.tenants.get(tenant).run_open, "the run did not end"

    def work(self, *queues: str) -> int:
        """Handle every visible message of the queues (all of them when none is named); how many there were."""
        handled = 0
        for queue in queues or QUEUES:
            kind = QUEUES[queue]
            for received in self.queues.receive(queue, 600):
                HANDLERS[kind](self.context, decode(kind, received.body))
                self.queues.delete(received)
                handled += 1
        return handled

    def plan(self, tenant: str = "tenant-1") -> None:
        """The planner sends the tenant's next run, now."""
        self.register.tenants.wake(tenant, self.clock())
        plan_syncs(self.context)

    def _wait(self) -> bool:
        visible = self.queues.next_visible()
        self.clock.now = max(self.clock.now, visible or self.clock.now)
        return visible is not None

    # --- the books

    @property
    def code(self) -> int:
        """The first division."""
        return min(self.world.divisions)

    def change(self, change: str, /, **arguments: Any) -> dict[str, Any]:
        """Change the first division's books as its people would."""
        with self.exact.simulator.at_work():
            return CHANGES[change](self.world.divisions[self.code], **arguments)

    def deny(self, *entities: str) -> None:
        """Take the right to read these lists from the consenting user."""
        self.exact.person.rights[self.code] = set(entities)

    # --- looking

    def checkpoint(self, name: str, scope: str = "", tenant: str = "tenant-1") -> Checkpoint:
        """Where a stream of the first division stands."""
        with closing(self.warehouse(tenant)) as warehouse:
            return warehouse.checkpoint(self.code, DELETED if name == "Deleted" else stream(name), scope)

    def count(self, name: str, tenant: str = "tenant-1") -> int:
        """Rows copied of a stream of the first division."""
        with closing(self.warehouse(tenant)) as warehouse:
            return warehouse.count(stream(name), self.code)

    def column(self, name: str, column: str, key: str) -> object:
        """One copied value of the first division."""
        with closing(self.warehouse()) as warehouse:
            at = stream(name).index
            return next(row[at[column]] for row in warehouse.read_rows(stream(name), self.code) if row[at["ID"]] == key)

    def state(self, tenant: str = "tenant-1") -> DivisionState:
        """What is known of the first division."""
        with closing(self.warehouse(tenant)) as warehouse:
            return warehouse.division(self.code)

    def warehouse(self, tenant: str = "tenant-1") -> Warehouse:
        return self.context.open_warehouse(self.register.tenants.get(tenant))

    def differences(self, tenant: str = "tenant-1", *, but: tuple[str, ...] = ()) -> list[Difference]:
        """Every disagreement between the copy of the chosen divisions and the books."""
        found: list[Difference] = []
        warehouse = self.warehouse(tenant)
        for division in self.register.divisions.chosen(tenant):
            hidden = self._anonymised(division.division)
            for each in CATALOGUE.values():
                if each.name not in but:
                    rows = warehouse.read_rows(each, division.division)
                    found += differences(each, rows, self.booked(each, division.division), hidden)
        warehouse.close()
        return found

    def booked(self, each: Stream, division: int) -> list[dict[str, object]]:
        """What the books hold of a stream."""
        company = self.world.divisions[division]
        if len(each.scopes) == 1:
            return [dict(row) for row in truth(company, entity(each.name))]
        parts = {scope: truth(company, entity(f"{each.name}/{scope}")) for scope in each.scopes}
        return [dict(row) | {each.key[0]: scope} for scope, rows in parts.items() for row in rows]

    def _anonymised(self, division: int) -> set[str]:
        return {str(row["ID"]) for row in self.booked(stream("Accounts"), division) if row["IsAnonymised"]}

    def set_aside(self, tenant: str = "tenant-1") -> list[tuple[str, Refusal]]:
        """Records of the first division that could not be taken."""
        with closing(self.warehouse(tenant)) as warehouse:
            return warehouse.set_aside(self.code)

    def divisions_of_run(self, tenant: str = "tenant-1") -> list[RunDivision]:
        """The divisions of the last run, and how each ended."""
        return self.register.runs.rows(tenant, self.register.tenants.get(tenant).run)

    def calls(self) -> Counter[str]:
        """Data calls Exact has seen since the last look, by path below the division."""
        data = (each.path.split("/", 4) for each in self.exact.simulator.requests if each.path.startswith("/api/v1/"))
        seen = Counter(parts[4] for parts in data if parts[3] != "current")
        self.exact.simulator.requests.clear()
        return seen


@contextmanager
def pipeline_in(
    folder: Path,
    *,
    seed: int = 1,
    lines: int = 1500,
    companies: int = 1,
    exact: dict[str, Any] | None = None,
    **ours: str,
) -> Iterator[Pipeline]:
    """A pipeline over a new world in `folder`: `exact` are the simulator's settings, the other names the app's."""
    clock = FakeClock()
    world = World(seed, lines, date(2026, 11, 25), companies)
    certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with Simulator(world, certificate, ExactSettings(apps=(APP,), **(exact or {})), clock) as simulator:
        register = Register.sqlite(folder / "register.sqlite3", clock)
        register.migrate()
        with closing(register):
            yield _assemble(clock, folder, world, simulator, register, read(ENVIRONMENT | ours))


@pytest.fixture
def pipeline_over(tmp_path: Path) -> Iterator[Callable[..., Pipeline]]:
    """`pipeline_over(lines=2000, exact={"minute_limit": 5}, QICS_OVERLAP_ROWS="50")`: see `pipeline_in`."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(pipeline_in(tmp_path, **settings))


def _assemble(
    clock: FakeClock, folder: Path, world: World, simulator: Simulator, register: Register, settings: Settings
) -> Pipeline:
    def session() -> requests.Session:
        return _wireless(exact_session(), simulator)

    vault = FileVault(folder / "vault.json")
    vault.set(GRANT_KEY, new_key())
    vault.set(USER_KEY, new_key())
    credentials = AppCredentials(APP.client_id, APP.client_secret)
    tokens = Tokens(
        register.grants,
        register.leases,
        Vaults(vault, vault),
        lambda country: TokenEndpoint(country, session(), credentials, clock),
        clock,
        lambda seconds: None,
        "test",
    )
    queues = MemoryQueues(clock)
    queues.make()
    provisioner = SqliteProvisioner(folder / "tenants")
    context = Context(
        settings=settings,
        register=register,
        queues=queues,
        tokens=tokens,
        session=session,
        open_warehouse=lambda tenant: open_sqlite(provisioner.path(tenant), release="test", clock=clock),
        clock=clock,
        random=lambda: 0.5,
        wait=lambda seconds: None,
        holder="test",
        release="test",
    )
    browser = _wireless(requests.Session(), simulator)
    exact = Exact(simulator, world, browser, next(iter(world.users.values())))
    return Pipeline(clock, folder, world, exact, register, vault, queues, context)


def _wireless(session: requests.Session, simulator: Simulator) -> requests.Session:
    session.mount(f"https://{HOST}", WirelessAdapter(simulator))
    return session


@pytest.fixture
def pipeline(pipeline_over: Callable[..., Pipeline]) -> Pipeline:
    """One company of 1,500 lines; nobody connected yet."""
    return pipeline_over()
