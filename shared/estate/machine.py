"""One machine: everything in a folder, and the queues of a storage emulator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from shared.estate.storage import connected
from shared.evidence import Evidence, FolderEvidence
from shared.provisioning import Access, SqliteProvisioner
from shared.queues import Queues
from shared.register import Register, Tenant
from shared.release import RELEASE
from shared.reporting import schema as reporting
from shared.settings import Settings
from shared.signing import FileSigner, Signer
from shared.takeout.snapshot import Snapshot, sqlite_snapshot
from shared.vault import FileVault, Vaults
from shared.warehouse.names import Dialect
from shared.warehouse.protocol import Warehouse
from shared.warehouse.sqlite import open_sqlite


@dataclass(frozen=True)
class Machine:
    """The embedded default. `clock` gives aware UTC."""

    settings: Settings
    environment: Mapping[str, str]
    clock: Callable[[], datetime]

    @property
    def provisions_at_once(self) -> bool:
        """See Estate: a file is made in no time."""
        return True

    def register(self) -> Register:
        """See Estate."""
        self.settings.data.mkdir(parents=True, exist_ok=True)
        return Register.sqlite(self.settings.data / "register.sqlite3", self.clock)

    def vaults(self) -> Vaults:
        """See Estate. One file is both."""
        self.settings.data.mkdir(parents=True, exist_ok=True)
        vault = FileVault(self.settings.data / "vault.json")
        return Vaults(vault, vault)

    def queues(self) -> Queues:
        """See Estate. They are made if they are not there."""
        queues = connected(self.environment, self.settings.queue_prefix, None)
        queues.make()
        return queues

    def provisioner(self) -> SqliteProvisioner:
        """See Estate."""
        return SqliteProvisioner(self.settings.data / "tenants")

    def access(self, _: Vaults) -> Access | None:
        """See Estate: a file has no users."""
        return None

    def place(self, _: Mapping[str, int]) -> str:
        """See Estate: there is one folder."""
        return ""

    def warehouse(self, tenant: Tenant) -> Warehouse:
        """See Estate."""
        views = reporting.derived(Dialect.SQLITE)
        return open_sqlite(self.provisioner().path(tenant), release=RELEASE, clock=self.clock, derived=views)

    def snapshot(self, tenant: Tenant) -> AbstractContextManager[Snapshot]:
        """See Estate."""
        return sqlite_snapshot(self.provisioner().path(tenant))

    def evidence(self) -> Evidence:
        """See Estate: a folder beside the data."""
        return FolderEvidence(self.settings.data / "evidence")

    def signer(self) -> Signer:
        """See Estate."""
        return FileSigner(self.settings.data / "certificate-key.pem")

    def close(self) -> None:
        """See Estate."""
