"""Where secrets live: the Protocol of a vault, and its local twin; Azure's half is in `key_vault` and `client`."""

from __future__ import annotations

from shared.vault.file import FileVault
from shared.vault.store import LARGEST_VALUE, Secret, SecretStore, Vaults, check_name, check_value, required

__all__ = ["LARGEST_VALUE", "FileVault", "Secret", "SecretStore", "Vaults", "check_name", "check_value", "required"]
