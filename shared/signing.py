"""Signing by a key that nobody can take along: ES256 (ECDSA over P-256 with SHA-256), the key version named.

In Azure the key lies in the application's vault and only signs; on one machine it is a file of its owner's. A signed
document is a JWS (RFC 7515) with the payload detached, so that it stays readable beside its signature, and any library
for JWS can verify it with the published keys (a JWK set, RFC 7517).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from shared.canonical import Json, canonical, digest
from shared.errors import Broken, Cause

HALF = 32  #: bytes of each of a signature's two numbers, and of a point's coordinates
type Jwk = Mapping[str, str]


class Signer(Protocol):
    """Signs; never shows a private key."""

    def version(self) -> str:
        """Name the newest key."""

    def sign(self, version: str, payload: bytes) -> bytes:
        """Sign with that key: the signature's two numbers, as 64 bytes."""

    def public_keys(self) -> Sequence[Jwk]:
        """Every version's public half, the newest last: an old signature is verified with an old key."""


def sign(signer: Signer, version: str, payload: bytes) -> str:
    """Sign a payload with a key: a compact JWS without it ("header..signature")."""
    header = _encode(canonical({"alg": "ES256", "kid": version}))
    return f"{header}..{_encode(signer.sign(version, _signed(header, payload)))}"


def verify(jws: str, payload: bytes, keys: Sequence[Jwk]) -> str:
    """Verify a detached JWS: the version of the key that made it. Raises Broken(SIGNATURE_WRONG) that says why not."""
    try:
        header, empty, signature = jws.split(".")
        told = json.loads(_decode(header))
        numbers = _decode(signature)
    except (ValueError, binascii.Error, UnicodeDecodeError):
        raise _wrong("is no signature of the form header..signature") from None
    if not isinstance(told, dict) or told.keys() != {"alg", "kid"} or told["alg"] != "ES256" or empty:
        raise _wrong("is not made with ES256")
    own = [key for key in keys if key["kid"] == told["kid"]]
    if not own:
        raise _wrong("names a key that is not among the published ones")
    if len(numbers) != 2 * HALF or not _matches(own[0], numbers, _signed(header, payload)):
        raise _wrong("does not fit the content")
    return str(told["kid"])


def jwk(version: str, key: ec.EllipticCurvePublicKey) -> Jwk:
    """Publish a public key."""
    point = key.public_numbers()
    x, y = (_encode(number.to_bytes(HALF)) for number in (point.x, point.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "alg": "ES256", "use": "sig", "kid": version}


class FileSigner:
    """A key of one machine, made when first needed, in a file that only its owner may read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def version(self) -> str:
        """See Signer."""
        return _version(self._key())

    def sign(self, version: str, payload: bytes) -> bytes:
        """See Signer."""
        key = self._key()
        if _version(key) != version:
            raise Broken(Cause.SECRET_MISSING, f"{self._path} is not key {version}")
        r, s = decode_dss_signature(key.sign(payload, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(HALF) + s.to_bytes(HALF)

    def public_keys(self) -> Sequence[Jwk]:
        """See Signer."""
        key = self._key()
        return [jwk(_version(key), key.public_key())]

    def _key(self) -> ec.EllipticCurvePrivateKey:
        try:
            if not self._path.exists():
                self._make()
            key = serialization.load_pem_private_key(self._path.read_bytes(), password=None)
        except (OSError, ValueError) as error:
            raise Broken(Cause.SECRET_MISSING, f"{self._path}: {type(error).__name__}") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise Broken(Cause.SECRET_MISSING, f"{self._path} is no P-256 key")
        return key

    def _make(self) -> None:
        """Make it whole, then link it into place: of two processes that come at once, the first one's counts."""
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with NamedTemporaryFile(dir=self._path.parent, prefix=".") as new:  # mode 0600
            new.write(pem)
            new.flush()
            try:
                self._path.hardlink_to(new.name)
            except FileExistsError:
                return


def _version(key: ec.EllipticCurvePrivateKey) -> str:
    public = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return f"local-{digest(public)[:16]}"


def _signed(header: str, payload: bytes) -> bytes:
    return f"{header}.{_encode(payload)}".encode()


def _matches(key: Jwk, numbers: bytes, signed: bytes) -> bool:
    x, y = (int.from_bytes(_decode(key[name])) for name in ("x", "y"))
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    r, s = int.from_bytes(numbers[:HALF]), int.from_bytes(numbers[HALF:])
    try:
        public.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decode(text: str) -> bytes:
    """Read what `_encode` wrote, and nothing else: the last letter's unused bits are zero."""
    content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _encode(content) != text:
        raise ValueError("not the one form of these bytes")
    return content


def _wrong(what: str) -> Broken:
    return Broken(Cause.SIGNATURE_WRONG, f"the signature {what}")


def as_json(keys: Sequence[Jwk]) -> Json:
    """The published form of all keys."""
    return {"keys": [dict(key) for key in keys]}
