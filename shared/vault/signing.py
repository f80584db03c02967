"""The key that signs certificates of deletion: made by the templates in the application's vault, which it never leaves.

The app's role there (`infra/access/roles.bicep`) may read public halves and sign, nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from azure.core.credentials import TokenCredential
from azure.keyvault.keys import KeyClient, KeyVaultKey
from azure.keyvault.keys.crypto import CryptographyClient, SignatureAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec

from shared.signing import Jwk, jwk
from shared.vault.client import CONNECT, READ, Asker, Wait
from shared.vault.faults import Clock

#: as `infra/vault/vault.bicep` names it
CERTIFICATE_KEY = "certificate-key"


class KeyVaultSigner:
    """Signs with the vault's key `certificate-key`. `wait` sleeps for seconds."""

    def __init__(self, address: str, credential: TokenCredential, clock: Clock, wait: Wait) -> None:
        self._credential = credential
        options = {"retry_total": 0, "connection_timeout": CONNECT, "read_timeout": READ}
        self._client = KeyClient(address, credential, **options)
        self._asker = Asker(address, clock, wait)
        self._options = options

    def version(self) -> str:
        """See Signer."""
        return str(self._ask(lambda: self._client.get_key(CERTIFICATE_KEY)).properties.version)

    def sign(self, version: str, payload: bytes) -> bytes:
        """See Signer. Only the hash is sent; the private half stays where it is."""
        hashed = hashlib.sha256(payload).digest()
        key = f"{self._client.vault_url}/keys/{CERTIFICATE_KEY}/{version}"
        with CryptographyClient(key, self._credential, **self._options) as signing:
            return self._ask(lambda: signing.sign(SignatureAlgorithm.es256, hashed)).signature

    def public_keys(self) -> Sequence[Jwk]:
        """See Signer."""
        listed = self._ask(lambda: list(self._client.list_properties_of_key_versions(CERTIFICATE_KEY)))
        versions = sorted((each.created_on, str(each.version)) for each in listed if each.created_on)
        return [self._public(version) for _, version in versions]

    def close(self) -> None:
        """Give its connections back."""
        self._client.close()

    def _public(self, version: str) -> Jwk:
        key = self._ask(lambda: self._client.get_key(CERTIFICATE_KEY, version))
        return jwk(version, _point(key))

    def _ask[T](self, question: Callable[[], T]) -> T:
        return self._asker.ask(f"key {CERTIFICATE_KEY}", question)


def _point(key: KeyVaultKey) -> ec.EllipticCurvePublicKey:
    x, y = (int.from_bytes(getattr(key.key, name)) for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
