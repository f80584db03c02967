"""A stand-in for the secrets of Azure Key Vault, over TLS on the loopback, behind the unmodified client.

It holds everything in memory and behaves as the service is known to: the challenge for a token, pages of 25, versions,
soft deletion and its conflicts, refusals. Reached as https://NAME.vault.azure.net through `local.net.proxy`.
"""

from __future__ import annotations

from local.key_vault.refusals import Refusal
from local.key_vault.server import SUFFIX, KeyVaults
from local.key_vault.vault import Vault

__all__ = ["SUFFIX", "KeyVaults", "Refusal", "Vault"]
