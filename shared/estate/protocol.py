"""What both estates offer."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from shared.evidence import Evidence
from shared.provisioning import Access, Provisioner
from shared.queues import Queues
from shared.register import Register, Tenant
from shared.signing import Signer
from shared.takeout.snapshot import Snapshot
from shared.vault import Vaults
from shared.warehouse.protocol import Warehouse


class Estate(Protocol):
    """Makes each thing anew when asked; `bootstrap` keeps them. Nothing here connects before it is used."""

    @property
    def provisions_at_once(self) -> bool:
        """Whether a tenant's database is made while its operator waits; else the worker makes it, over minutes."""

    def register(self) -> Register:
        """The register, not migrated yet."""

    def vaults(self) -> Vaults:
        """The stores of secrets, by purpose."""

    def queues(self) -> Queues:
        """The storage queues. Raises Broken(WRONG_SETTINGS) where no setting says where they are."""

    def provisioner(self) -> Provisioner:
        """What makes and drops tenants' databases."""

    def access(self, vaults: Vaults) -> Access | None:
        """Who may read a tenant's database besides the app; None where nobody can."""

    def place(self, used: Mapping[str, int]) -> str:
        """Where the next tenant's database goes; `used`: databases by place. Raises Broken(PLACES_FULL)."""

    def warehouse(self, tenant: Tenant) -> Warehouse:
        """One tenant's database, opened; its place and name come from the register alone (rule 15)."""

    def snapshot(self, tenant: Tenant) -> AbstractContextManager[Snapshot]:
        """One moment of a tenant's database, whose views must be there (`migrate`)."""

    def evidence(self) -> Evidence:
        """What no restore turns back."""

    def signer(self) -> Signer:
        """The key that signs certificates."""

    def close(self) -> None:
        """Give every connection back that this object holds."""
