"""The app as it is deployed, over Azurite and the stand-ins of vault and identity, all under Azure's own host names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

import pytest

from local.azurite import ACCOUNT, Azurite
from local.key_vault import SUFFIX
from local.net.authority import Authority
from local.net.proxy import ConnectProxy
from shared.bootstrap import App
from shared.settings import read
from tests.support.arm import POOL
from tests.support.key_vault import VaultBench

BLOBS, QUEUES = f"{ACCOUNT}.blob.core.windows.net", f"{ACCOUNT}.queue.core.windows.net"


@pytest.fixture(scope="session")
def storage_account(authority: Authority) -> Iterator[Azurite]:
    """Azurite for identities, over TLS, under the names an account has in Azure."""
    certificate = authority.issue(BLOBS, QUEUES, "127.0.0.1")
    with Azurite(blob=True, certificate=certificate) as running:
        yield running


@pytest.fixture
def azure_environment(
    key_vaults: VaultBench,
    storage_account: Azurite,
    exact_network: Callable[[Mapping[str, int]], ConnectProxy],
    queue_prefix: str,
) -> dict[str, str]:
    """What the deployed app is told."""
    ports = {kind: urlsplit(storage_account.url(kind)).port or 0 for kind in ("blob", "queue")}
    exact_network({BLOBS: ports["blob"], QUEUES: ports["queue"], f"*.{SUFFIX}": key_vaults.server.port})
    identity = {name: value for name, value in os.environ.items() if name.startswith(("IDENTITY_", "AZURE_"))}
    return identity | {
        "QICS_STORAGE": "azure",
        "QICS_BASE_URL": "https://app.example.com",
        "QICS_QUEUE_PREFIX": queue_prefix,
        "AzureWebJobsStorage__queueServiceUri": f"https://{QUEUES}",
        "QICS_REGISTER_SERVER": "sql-register.database.windows.net",
        "QICS_REGISTER_DATABASE": "register",
        "QICS_TENANT_SERVERS": "sql-b.database.windows.net, sql-a.database.windows.net",
        "QICS_POOLS": POOL,
        "QICS_APPLICATION_VAULTS": f"https://{key_vaults.application}.{SUFFIX}",
        "QICS_TENANT_VAULTS": f"https://{key_vaults.tenant}.{SUFFIX}",
        "QICS_EXTRACTS_ACCOUNT": f"https://{BLOBS}",
        "QICS_EVIDENCE_ACCOUNT": f"https://{BLOBS}",
    }


@pytest.fixture
def deployed(azure_environment: dict[str, str], key_vaults: VaultBench) -> Iterator[App]:
    app = App(read(azure_environment), azure_environment, key_vaults.clock)
    yield app
    app.close()
