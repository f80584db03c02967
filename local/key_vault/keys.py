"""Keys that sign and never leave: P-256 keys of a vault with their versions, and the three requests the app makes."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

from local.key_vault.refusals import Refusal, bad_parameter

HALF = 32  # bytes of a coordinate, and of each of a signature's two numbers


@dataclass(frozen=True, slots=True)
class KeyVersion:
    """One version of a key; its private half is asked for nothing but signatures."""

    created: datetime
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def described(self, address: str) -> dict[str, Any]:
        """Its public half, as the service gives it; `address` is the key's."""
        point = self.private.public_key().public_numbers()
        x, y = (encoded(number.to_bytes(HALF)) for number in (point.x, point.y))
        identity = {"kid": f"{address}/{self.id}", "kty": "EC", "crv": "P-256", "key_ops": ["sign", "verify"]}
        return {"key": {**identity, "x": x, "y": y}, "attributes": self.attributes}

    @property
    def attributes(self) -> dict[str, Any]:
        """What every listing says of it."""
        moment = int(self.created.timestamp())
        return {"enabled": True, "created": moment, "updated": moment, "recoveryLevel": "Recoverable"}

    def signature(self, algorithm: str, hashed: bytes) -> bytes:
        """Sign a hash. Raises Refusal for another algorithm than ES256, or what is no SHA-256 hash."""
        if algorithm != "ES256" or len(hashed) != hashes.SHA256.digest_size:
            raise bad_parameter("Key and signing algorithm are incompatible.")
        r, s = decode_dss_signature(self.private.sign(hashed, ec.ECDSA(Prehashed(hashes.SHA256()))))
        return r.to_bytes(HALF) + s.to_bytes(HALF)


class Keys:
    """The keys of one vault."""

    def __init__(self) -> None:
        self._names: dict[str, list[KeyVersion]] = {}

    def add(self, name: str, created: datetime) -> KeyVersion:
        """Make a new version."""
        self._names.setdefault(name, []).append(KeyVersion(created))
        return self._names[name][-1]

    def versions(self, name: str) -> list[KeyVersion]:
        """All, the oldest first."""
        return list(self._names.get(name, ()))

    def find(self, name: str, version: str = "") -> KeyVersion:
        """The newest version, or the one named. Raises Refusal(404)."""
        for each in reversed(self.versions(name)):
            if version in {"", each.id}:
                return each
        raise Refusal(404, "KeyNotFound", f"A key with (name/id) {name}/{version} was not found in this key vault.")


def encoded(content: bytes) -> str:
    """Write bytes as the service does."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """Read them back."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
