"""What the use cases of the sync are given; built in one place by `bootstrap`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import requests

from shared.exact.client import Call, Client
from shared.exact.limits import Limits
from shared.queues import Queues
from shared.register import Held, Register, Tenant
from shared.settings import Settings
from shared.sync.job import Job
from shared.sync.source import Source
from shared.tokens import Tokens
from shared.warehouse.protocol import Warehouse

#: shortest delay of a message that has to wait, so that no queue spins
SHORTEST = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Context:
    """Register, queues, tokens, ways to source and destination, and the clock."""

    settings: Settings
    register: Register
    queues: Queues
    tokens: Tokens
    session: Callable[[], requests.Session]
    open_warehouse: Callable[[Tenant], Warehouse]
    clock: Callable[[], datetime]
    random: Callable[[], float]
    wait: Callable[[float], None]
    holder: str
    release: str

    def delay(self, until: datetime | None) -> timedelta:
        """How long a message waits: until the named time, else a short while that differs between workers."""
        if until is None:
            return timedelta(seconds=30 + 30 * self.random())
        return max(SHORTEST, until - self.clock())

    @contextmanager
    def job(self, tenant: Tenant, run: int, held: Held) -> Iterator[Job]:
        """One step's work on one division, its ways opened and given back."""
        licence = self.licence(tenant, held.division)
        with self.source(tenant, run, held.host, held.division, licence) as source, self.warehouse(tenant) as warehouse:
            yield Job(
                tenant=tenant,
                run=run,
                held=held,
                state=warehouse.division(held.division),
                source=source,
                warehouse=warehouse,
                register=self.register,
                settings=self.settings,
                release=self.release,
                clock=self.clock,
                deadline=self.clock() + timedelta(seconds=self.settings.step_seconds),
                parked=self.register.calls.parked(held.host, held.division),
            )

    def licence(self, tenant: Tenant, division: int) -> str:
        """The licence a division belongs to; "" while it was never listed."""
        listed = self.register.divisions.of(tenant.tenant)
        return next((each.licence for each in listed if each.division == division), "")

    @contextmanager
    def warehouse(self, tenant: Tenant) -> Iterator[Warehouse]:
        """The tenant's database, migrated by the first that opens it."""
        warehouse = self.open_warehouse(tenant)
        try:
            warehouse.migrate()
            yield warehouse
        finally:
            warehouse.close()

    @contextmanager
    def source(self, tenant: Tenant, run: int, host: str, division: int, licence: str) -> Iterator[Source]:
        """The way to one division; calls and limits are recorded whatever happens."""
        session = self.session()
        source = Source(
            lambda on_call: self._client(tenant, host, division, session, on_call),
            self.register.calls,
            host=host,
            division=division,
            licence=licence,
            budget=self.settings.licence_budget,
            clock=self.clock,
        )
        try:
            yield source
        finally:
            session.close()
            source.close(tenant.tenant, run)

    def _client(
        self, tenant: Tenant, host: str, division: int, session: requests.Session, on_call: Callable[[Call], None]
    ) -> Client:
        """A client for one tenant's division, with the limits as the last step left them."""
        known = self.register.calls.limits(host, division)
        return Client(
            host,
            session,
            access=self.tokens.for_client(tenant.tenant),
            clock=self.clock,
            limits=Limits.from_json(known) if known else Limits(),
            on_call=on_call,
            share=self.settings.other_apps_share,
            sleep=self.wait,
        )
