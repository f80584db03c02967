"""Making, locking and dropping a tenant's own database; nothing else may (rule 15)."""

from __future__ import annotations

from shared.provisioning.access import Access
from shared.provisioning.protocol import Provisioner
from shared.provisioning.sqlite import SqliteProvisioner

__all__ = ["Access", "Provisioner", "SqliteProvisioner"]
