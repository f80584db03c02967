"""The one place where real clients are chosen and built."""

from __future__ import annotations

import os
import random
import secrets
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache

import msgspec

from shared import settings as settings_table
from shared.connect import Answer, Connect, Visit
from shared.estate import Estate
from shared.estate.machine import Machine
from shared.evidence import Evidence
from shared.exact.client import Client
from shared.exact.limits import Limits
from shared.exact.me import me
from shared.exact.oauth import AppCredentials, TokenEndpoint
from shared.exact.session import session
from shared.health import health
from shared.notices import rows as _notices  # noqa: F401 -- its table is part of the register's schema
from shared.promises import kept as _kept  # noqa: F401 -- likewise
from shared.provisioning import Provisioner
from shared.provisioning.onboarding import Onboarding
from shared.provisioning.reader import KEPT_AS
from shared.queues import Queues
from shared.register import Register, Tenant
from shared.release import RELEASE
from shared.retention.context import Retention
from shared.retention.guard import Guard
from shared.retention.order import Premises, division_places, places
from shared.settings import LOCAL, Settings
from shared.signing import Signer
from shared.sync.context import Context
from shared.throttle import Throttle
from shared.tokens import Tokens
from shared.tokens.custody import pair_secret
from shared.vault import Vaults, required
from shared.warehouse.protocol import Warehouse

#: requests a minute that one address may make
VISITS = 30
#: the vault's name of the app's registration at one country's Exact
EXACT_APP = "exact-app-{country}"


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class App:
    """Everything the triggers and the command line work with, built when first asked for."""

    settings: Settings
    environment: Mapping[str, str]
    clock: Callable[[], datetime] = utc_now

    @cached_property
    def estate(self) -> Estate:
        """Files or Azure, as QICS_STORAGE says."""
        if self.settings.storage == LOCAL:
            return Machine(self.settings, self.environment, self.clock)
        from shared.estate.azure import Azure  # noqa: PLC0415 -- one machine needs none of Azure's clients

        return Azure(self.settings, self.environment, self.clock)

    @cached_property
    def register(self) -> Register:
        """The register, migrated."""
        register = self.estate.register()
        register.migrate()
        return register

    @cached_property
    def vaults(self) -> Vaults:
        """The stores of secrets: of the app, and of the tenants."""
        return self.estate.vaults()

    @cached_property
    def queues(self) -> Queues:
        """The storage queues."""
        return self.estate.queues()

    @cached_property
    def provisioner(self) -> Provisioner:
        """Makes and drops tenants' databases."""
        return self.estate.provisioner()

    @cached_property
    def onboarding(self) -> Onboarding:
        """What making a tenant's database is given."""
        return Onboarding(
            register=self.register,
            queues=self.queues,
            databases=self.provisioner,
            open_warehouse=self.warehouse,
            access=self.estate.access(self.vaults),
            clock=self.clock,
        )

    @cached_property
    def tokens(self) -> Tokens:
        """The one that refreshes grants."""
        register = self.register
        return Tokens(
            register.grants, register.leases, self.vaults, self.token_endpoint, self.clock, time.sleep, self.holder
        )

    @cached_property
    def throttle(self) -> Throttle:
        """How often one address may knock at this instance."""
        return Throttle(VISITS, 60, self.clock, secrets.token_bytes(16))

    @cached_property
    def connector(self) -> Connect:
        """Invitations and consents."""
        return Connect(
            self.register,
            self.vaults.application,
            self.tokens,
            self.throttle,
            lambda country: self._credentials(country).client_id,
            self._user_of,
            self.settings.base_url,
            self.clock,
        )

    @cached_property
    def holder(self) -> str:
        """This process, as leases name it."""
        return f"{socket.gethostname()}-{os.getpid()}"

    @cached_property
    def sync(self) -> Context:
        """What the sync's use cases are given."""
        return Context(
            settings=self.settings,
            register=self.register,
            queues=self.queues,
            tokens=self.tokens,
            session=session,
            open_warehouse=self.warehouse,
            clock=self.clock,
            random=random.random,
            wait=time.sleep,
            holder=self.holder,
            release=RELEASE,
        )

    @cached_property
    def evidence(self) -> Evidence:
        """What no restore turns back."""
        return self.estate.evidence()

    @cached_property
    def signer(self) -> Signer:
        """The key that signs certificates."""
        return self.estate.signer()

    @cached_property
    def guard(self) -> Guard:
        """Refuses to work on a register that is older than the evidence."""
        return Guard(self.register, self.evidence)

    @cached_property
    def retention(self) -> Retention:
        """What deleting for good is given."""
        return Retention(
            register=self.register,
            queues=self.queues,
            evidence=self.evidence,
            signer=self.signer,
            guard=self.guard,
            places=places(self.premises),
            division_places=division_places(self.premises),
            clock=self.clock,
            holder=self.holder,
            release=RELEASE,
        )

    @cached_property
    def premises(self) -> Premises:
        """Where things of a tenant lie."""
        return Premises(
            register=self.register,
            databases=self.provisioner,
            open_warehouse=self.warehouse,
            vault=self.vaults.tenant,
            secrets=(pair_secret, lambda tenant: KEPT_AS.format(tenant=tenant)),
            send_last_notice=lambda _: False,
            clock=self.clock,
            holder=self.holder,
        )

    def warehouse(self, tenant: Tenant) -> Warehouse:
        """One tenant's database, opened."""
        return self.estate.warehouse(tenant)

    def token_endpoint(self, country: str) -> TokenEndpoint:
        """The token endpoint of one country's Exact. Raises Broken(SECRET_MISSING) before `qics setup` has run."""
        return TokenEndpoint(country, session(), self._credentials(country), self.clock)

    def _credentials(self, country: str) -> AppCredentials:
        stored = required(self.vaults.application, EXACT_APP.format(country=country))
        return msgspec.json.decode(stored, type=AppCredentials)

    def _user_of(self, country: str, access_token: str) -> str:
        """Ask Exact whose token this is; a call without a division counts for no limit."""
        with session() as asking:
            client = Client(
                country,
                asking,
                access=lambda _: access_token,
                clock=self.clock,
                limits=Limits(),
                on_call=lambda _: None,
                share=0.0,
            )
            return me(client.get, country).user_id

    def health(self, visit: Visit) -> Answer:
        """What the outside may know."""
        return health(visit, self.register, self.throttle)

    def close(self) -> None:
        """Give every connection back."""
        if "register" in self.__dict__:
            self.register.close()
        if "estate" in self.__dict__:
            self.estate.close()


@lru_cache(maxsize=1)
def app() -> App:
    """The app of this process. Raises Broken(WRONG_SETTINGS) that names everything that is missing or wrong."""
    return App(settings_table.read(os.environ), os.environ)
