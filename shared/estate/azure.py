"""Azure: SQL servers, vaults, queues and blobs, all opened by one identity."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial

from azure.storage.blob import BlobServiceClient

from shared.errors import Broken, Cause
from shared.estate.storage import connected
from shared.evidence import BlobEvidence, Evidence
from shared.identity import Identity, credential
from shared.provisioning import Access, Provisioner
from shared.provisioning.access import SqlAccess
from shared.provisioning.places import Place, emptiest
from shared.provisioning.reader import Readers
from shared.provisioning.sql_server import SqlServerProvisioner
from shared.queues import Queues
from shared.register import Register, Tenant
from shared.release import RELEASE
from shared.reporting import schema as reporting
from shared.settings import Settings
from shared.signing import Signer
from shared.sql_server import Login, Patience, Server, User
from shared.takeout.snapshot import Snapshot
from shared.takeout.sql_snapshot import sql_snapshot
from shared.vault import SecretStore, Vaults, required
from shared.vault.client import secret_client
from shared.vault.key_vault import KeyVaultStore
from shared.vault.several import Several
from shared.warehouse.azure_sql import Pool, open_azure_sql
from shared.warehouse.names import Dialect
from shared.warehouse.protocol import Warehouse

#: for how long a secret that was read is not asked for again
SECRET_AGE = timedelta(minutes=5)
#: secret of the application vault: password of QICS_SQL_USER
SQL_PASSWORD = "sql-password"  # noqa: S105 -- its name


@dataclass(frozen=True)
class Azure:
    """The deployed service. `clock` gives aware UTC.

    With QICS_SQL_USER its servers are plain T-SQL servers: databases are made by CREATE DATABASE, for tests and
    containers, and readers and firewall rules, which those do not have, are left out.
    """

    settings: Settings
    environment: Mapping[str, str]
    clock: Callable[[], datetime]

    @property
    def provisions_at_once(self) -> bool:
        """See Estate: Azure takes minutes."""
        return self._plain

    def register(self) -> Register:
        """See Estate."""
        server = self._server(self.settings.register_server)
        return Register.azure_sql(server, self.settings.register_database, self._patience, self.clock)

    def vaults(self) -> Vaults:
        """See Estate."""
        return Vaults(self._application, self._stores(self.settings.tenant_vaults))

    def queues(self) -> Queues:
        """See Estate. The templates make them: the app may only send."""
        return connected(self.environment, self.settings.queue_prefix, self.credential)

    def provisioner(self) -> Provisioner:
        """See Estate."""
        if self._plain:
            return SqlServerProvisioner(self._server(self.settings.tenant_servers[0]), self._patience)
        from shared.provisioning.arm import PoolDatabases, client  # noqa: PLC0415 -- half a second, for the worker only
        from shared.provisioning.azure import AzureProvisioner  # noqa: PLC0415

        def pool_of(tenant: Tenant) -> PoolDatabases:
            place = self._place_of(tenant)
            return PoolDatabases(client(self.credential, place.subscription), place, self.clock)

        return AzureProvisioner(pool_of, self.settings.backup_redundancy)

    def access(self, vaults: Vaults) -> Access | None:
        """See Estate."""
        if self._plain:
            return None
        return SqlAccess(Readers(vaults.tenant, self._patience, secrets.choice), self._server_of, self._patience)

    def place(self, used: Mapping[str, int]) -> str:
        """See Estate: the emptiest pool of the list."""
        return "" if self._plain else emptiest(self._places, used).name

    def warehouse(self, tenant: Tenant) -> Warehouse:
        """See Estate."""
        return open_azure_sql(
            self._server_of(tenant),
            tenant.database,
            pool=self._pool,
            patience=self._patience,
            release=RELEASE,
            clock=self.clock,
            derived=reporting.derived(Dialect.TSQL),
        )

    def snapshot(self, tenant: Tenant) -> AbstractContextManager[Snapshot]:
        """See Estate."""
        return sql_snapshot(self._server_of(tenant), tenant.database, self._patience)

    def evidence(self) -> Evidence:
        """See Estate."""
        return BlobEvidence(BlobServiceClient(self.settings.evidence_account, self.credential))

    def signer(self) -> Signer:
        """See Estate."""
        from shared.vault.signing import KeyVaultSigner  # noqa: PLC0415 -- only a purge signs

        return KeyVaultSigner(self.settings.application_vaults[0], self.credential, self.clock, time.sleep)

    def close(self) -> None:
        """See Estate."""
        self._pool.close()
        self.credential.close()

    @cached_property
    def credential(self) -> Identity:
        """Who the app is, for everything. Raises Broken(NO_IDENTITY)."""
        return credential(self.environment)

    @property
    def _plain(self) -> bool:
        return bool(self.settings.sql_user)

    @cached_property
    def _pool(self) -> Pool:
        return Pool(time.monotonic)

    @cached_property
    def _patience(self) -> Patience:
        return Patience(wait=time.sleep, random=random.random)

    @cached_property
    def _places(self) -> list[Place]:
        return [Place.of(pool, self.settings.tenant_servers) for pool in self.settings.pools]

    @cached_property
    def _application(self) -> SecretStore:
        return self._stores(self.settings.application_vaults)

    @cached_property
    def _login(self) -> Login:
        if not self._plain:
            return self.credential
        return User(self.settings.sql_user, required(self._application, SQL_PASSWORD))

    def _server(self, host: str) -> Server:
        return Server(host, self._login)

    def _server_of(self, tenant: Tenant) -> Server:
        return self._server(self.settings.tenant_servers[0] if self._plain else self._place_of(tenant).host)

    def _place_of(self, tenant: Tenant) -> Place:
        for place in self._places:
            if place.name == tenant.place:
                return place
        detail = f"QICS_POOLS lacks {tenant.place or 'a pool'} of tenant {tenant.tenant}"
        raise Broken(Cause.WRONG_SETTINGS, detail)

    def _stores(self, addresses: tuple[str, ...]) -> SecretStore:
        made = partial(KeyVaultStore, clock=self.clock, wait=time.sleep, max_age=SECRET_AGE)
        stores = [made(secret_client(address, self.credential)) for address in addresses]
        return stores[0] if len(stores) == 1 else Several(stores)
