"""Where workers are killed: Exact over TLS in this process, Azurite, SQLite files, and processes of the app's own."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random
from unittest.mock import patch

import msgspec
import requests

from local.compare import Difference, differences
from local.exact_simulator.books.changes import CHANGES
from local.exact_simulator.books.division import Division
from local.exact_simulator.books.values import BooksError
from local.exact_simulator.books.world import World
from local.exact_simulator.schema import entity
from local.exact_simulator.settings import Settings as ExactSettings
from local.exact_simulator.simulator import Simulator
from local.exact_simulator.sources import truth
from local.net.authority import Authority
from local.net.proxy import ConnectProxy
from shared import settings
from shared.bootstrap import EXACT_APP, App
from shared.lifecycle import local_day
from shared.seal import GRANT_KEY, USER_KEY, new_key
from shared.streams import CATALOGUE
from shared.streams.model import Kind
from shared.sync import division_list
from tests.kill.worker import work
from tests.support.simulator import APP, HOST, Exact

TENANT = "killed"
LINES, COMPANIES, PAGE = 150, 2, 20
#: what people do meanwhile: changes that hourly runs copy; lists read daily are left alone, the clock being a real one
CHANGING = (
    "post_sale",
    "post_purchase",
    "post_bank",
    "post_memorial",
    "change_line",
    "delete_entry",
    "match",
    "unmatch",
    "rename_account",
)
#: a run that takes longer has somebody missing
PATIENCE_SECONDS = 300


class Stuck(AssertionError):
    """A run did not end."""


@dataclass
class Arena:
    """What the killer works with."""

    app: App
    simulator: Simulator
    world: World
    environment: Mapping[str, str]
    rng: Random

    @property
    def asked(self) -> int:
        """Requests Exact has seen so far."""
        return len(self.simulator.requests)

    @property
    def running(self) -> bool:
        """Whether a run is open."""
        return self.app.register.tenants.get(TENANT).run_open

    @property
    def run(self) -> int:
        """Number of the last run."""
        return self.app.register.tenants.get(TENANT).run

    def begin(self) -> None:
        """A run is due now."""
        self.app.register.tenants.wake(TENANT, datetime.now(UTC))

    def change(self, times: int) -> None:
        """People change both books."""
        for _ in range(times):
            division = self.rng.choice(list(self.world.divisions.values()))
            with self.simulator.at_work():
                _change(division, self.rng.choice(CHANGING))

    def worker(self) -> ForkServerProcess:
        """A worker, started."""
        process = _CONTEXT.Process(target=work, args=(dict(self.environment),), daemon=True)
        process.start()
        return process

    def wait(self, enough: Callable[[], bool]) -> None:
        """Look until it is true. Raises Stuck."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not enough():
            if time.monotonic() > end:
                raise Stuck(f"run {self.run} did not end")
            time.sleep(0.005)

    def differences(self) -> list[Difference]:
        """Every disagreement between the copy and the books, but of the totals, which are read daily."""
        tenant = self.app.register.tenants.get(TENANT)
        with closing(self.app.warehouse(tenant)) as warehouse, self.simulator.at_work():
            return [
                difference
                for code, company in self.world.divisions.items()
                for each in CATALOGUE.values()
                if each.kind is not Kind.TOTALS
                for difference in differences(each, warehouse.read_rows(each, code), truth(company, entity(each.name)))
            ]


_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.kill.worker"])


def _change(division: Division, name: str) -> None:
    try:
        CHANGES[name](division)
    except BooksError:  # the books have nothing for it at the moment
        return


@contextmanager
def arena(folder: Path, storage: str, seed: int, prefix: str) -> Iterator[Arena]:
    """Everything but the workers: a tenant that has consented and chosen, its first run due."""
    rng = Random(seed)
    world = World(seed, LINES, date(2026, 11, 25), COMPANIES)
    theirs = ExactSettings(apps=(APP,), page_size_sync=PAGE, minute_limit=10**6, day_limit=10**6, contract_limit=10**6)
    with ExitStack() as stack:
        authority = Authority(folder)
        simulator = stack.enter_context(
            Simulator(world, authority.server_context(HOST), theirs, lambda: datetime.now(UTC))
        )
        proxy = stack.enter_context(ConnectProxy({HOST: simulator.port}))
        environment = _environment(folder, storage, prefix, proxy, authority)
        stack.enter_context(patch.dict(os.environ, environment))
        app = App(settings.read(environment), environment)
        stack.callback(app.close)
        made = Arena(app, simulator, world, environment, rng)
        _invite(made)
        made.begin()
        yield made


def _environment(folder: Path, storage: str, prefix: str, proxy: ConnectProxy, authority: Authority) -> dict[str, str]:
    return {
        "QICS_DATA": str(folder / "data"),
        "QICS_BASE_URL": "https://app.example.test",
        "QICS_QUEUE_PREFIX": prefix,
        "QICS_LEASE_SECONDS": "2",
        "QICS_STEP_SECONDS": "1",
        "QICS_LICENCE_BUDGET": "30000",
        "AzureWebJobsStorage": storage,
        "HTTPS_PROXY": proxy.url,
        "NO_PROXY": "127.0.0.1",
        "REQUESTS_CA_BUNDLE": str(authority.bundle),
    }


def _invite(made: Arena) -> None:
    app, register = made.app, made.app.register
    vault = app.vaults.application
    for key in (GRANT_KEY, USER_KEY):
        vault.set(key, new_key())
    vault.set(
        EXACT_APP.format(country="nl"),
        msgspec.json.encode({"client_id": APP.client_id, "client_secret": APP.client_secret}).decode(),
    )
    register.tenants.add(TENANT, "nl", f"{TENANT}-books")
    app.provisioner.provision(register.tenants.get(TENANT))
    with requests.Session() as browser:
        exact = Exact(made.simulator, made.world, browser, next(iter(made.world.users.values())))
        code = exact.consent(sorted(made.world.divisions))["code"]
    app.tokens.take_consent(TENANT, "nl", code, APP.redirect_uris[0], app._user_of)
    register.tenants.start_trial(TENANT, local_day(datetime.now(UTC)))
    division_list.refresh(app.sync, register.tenants.get(TENANT))
    register.divisions.choose(TENANT, sorted(made.world.divisions))
