"""Who may read a tenant's database besides the app: the reader, and the addresses it may come from."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Protocol

from shared.provisioning.firewall import Firewall, Range
from shared.provisioning.reader import Readers
from shared.register import Tenant
from shared.sql_server import Patience, Server


class Access(Protocol):
    """The doors of tenants' databases. Each step is repeatable."""

    def ensure_reader(self, tenant: Tenant) -> None:
        """Have the reader be there."""

    def rotate_reader(self, tenant: Tenant) -> None:
        """Give the reader a new password; the old one ends at once."""

    def admit(self, tenant: Tenant, ranges: Collection[str]) -> None:
        """Let exactly these in, such as "203.0.113.16/28", besides what others than this app let in."""


class SqlAccess:
    """Azure SQL: a contained user and the database's own firewall rules."""

    def __init__(self, readers: Readers, server_of: Callable[[Tenant], Server], patience: Patience) -> None:
        self._readers = readers
        self._server_of = server_of
        self._patience = patience

    def ensure_reader(self, tenant: Tenant) -> None:
        """See Access."""
        self._readers.ensure(tenant.tenant, self._server_of(tenant), tenant.database)

    def rotate_reader(self, tenant: Tenant) -> None:
        """See Access."""
        self._readers.rotate(tenant.tenant, self._server_of(tenant), tenant.database)

    def admit(self, tenant: Tenant, ranges: Collection[str]) -> None:
        """See Access."""
        firewall = Firewall(self._server_of(tenant), tenant.database, self._patience)
        firewall.make({Range.of(text) for text in ranges})
