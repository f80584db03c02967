"""Key Vault and a managed identity on the loopback, reached by the unmodified clients under the real host names.

Where QICS_TEST_KEYVAULT_URL names a vault, the contract suite runs over that one instead, as whoever the environment
that pytest was started in says.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from azure.keyvault.secrets import SecretClient

from local.identity import TENANT, IdentityEndpoint
from local.key_vault import SUFFIX, KeyVaults, Vault
from local.net.authority import Authority
from local.net.proxy import ConnectProxy
from shared.identity import credential
from shared.vault.client import secret_client
from shared.vault.key_vault import KeyVaultStore

STARTED_WITH = dict(os.environ)  # what tests do not see: they get a scrubbed environment
IDENTITY = ("IDENTITY_", "AZURE_", "HTTPS_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE")
MAX_AGE = timedelta(minutes=5)


class Ahead:
    """The machine's clock, moved on by every wait: tokens are checked against real time."""

    def __init__(self) -> None:
        self.by = timedelta(0)
        self.waits: list[float] = []

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.by += timedelta(seconds=seconds)


@dataclass
class VaultBench:
    """The stand-in, its application vault and tenant vault, and stores over them."""

    server: KeyVaults
    clock: Ahead
    application: str
    tenant: str
    open: Callable[[str], SecretClient]

    def client(self, vault: str = "") -> SecretClient:
        """A client of Azure's own, as the app makes it; of the tenant vault unless another is named."""
        return self.open(f"https://{vault or self.tenant}.{SUFFIX}")

    def store(self, vault: str = "", max_age: timedelta = MAX_AGE) -> KeyVaultStore:
        return KeyVaultStore(self.client(vault), self.clock, self.clock.wait, max_age)

    def readable(self, name: str) -> list[str]:
        """The versions of a secret in the tenant vault whose value anybody with the right can read."""
        return [each.id for each in self.server.vaults[self.tenant].live(name).versions if each.enabled]

    def calls(self) -> list[str]:
        """What was asked since the last look, with a token."""
        seen = [each.method for each in self.server.seen if each.had_token]
        self.server.seen.clear()
        return seen


@pytest.fixture
def identity(monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityEndpoint]:
    """The environment of a function app with a managed identity."""
    with IdentityEndpoint() as endpoint:
        for name, value in endpoint.environment.items():
            monkeypatch.setenv(name, value)
        yield endpoint


@pytest.fixture
def open_client() -> Iterator[Callable[[str], SecretClient]]:
    """Makes clients with the credential of the environment; gives their connections back."""
    with ExitStack() as stack:

        def make(address: str) -> SecretClient:
            whoever = credential(os.environ)
            stack.callback(whoever.close)
            client = secret_client(address, whoever)
            stack.callback(client.close)
            return client

        yield make


@pytest.fixture
def key_vaults(
    authority: Authority,
    exact_network: Callable[[Mapping[str, int]], ConnectProxy],
    identity: IdentityEndpoint,
    open_client: Callable[[str], SecretClient],
) -> Iterator[VaultBench]:
    """Two vaults that no client has met before: its knowledge of challenges is kept by host name."""
    clock, mark = Ahead(), uuid.uuid4().hex[:8]
    application, tenant = f"kv-app-{mark}", f"kv-ten-{mark}"
    vaults = {application: Vault(clock, protected=True), tenant: Vault(clock)}
    with KeyVaults(authority.server_context(f"*.{SUFFIX}"), vaults, TENANT) as server:
        exact_network({f"*.{SUFFIX}": server.port})
        yield VaultBench(server, clock, application, tenant, open_client)


@pytest.fixture
def key_vault_vault(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> KeyVaultStore:
    """The vault QICS_TEST_KEYVAULT_URL names, or the stand-in's."""
    address = STARTED_WITH.get("QICS_TEST_KEYVAULT_URL", "")
    if not address:
        bench: VaultBench = request.getfixturevalue("key_vaults")
        return bench.store()
    for name, value in STARTED_WITH.items():
        if name.startswith(IDENTITY):
            monkeypatch.setenv(name, value)
    client = request.getfixturevalue("open_client")(address)
    return KeyVaultStore(client, lambda: datetime.now(UTC), time.sleep, MAX_AGE)
