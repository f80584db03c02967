"""What we hand to a browser and take back: signed by us, for one purpose, until a moment."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

import msgspec

SIGNATURE_BYTES = hashlib.sha256().digest_size


class Signed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Anything signed; `expires` in epoch seconds."""

    expires: int


class Invitation(Signed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """May connect one tenant once; the register knows whether it was used."""

    id: str
    tenant: str


class State(Signed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A consent under way: for whom, on which invitation, in which browser (`browser`: hash of its cookie's nonce)."""

    invitation: str
    tenant: str
    browser: str
    language: str


class Signer:
    """Signs with HMAC-SHA256; a signature counts for the kind it was made for only."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, what: Signed) -> str:
        """Write it as text that is safe in an address."""
        content = msgspec.json.encode(what)
        return base64.urlsafe_b64encode(self._signature(type(what), content) + content).decode().rstrip("=")

    def read[T: Signed](self, kind: type[T], text: str, now: datetime) -> T | None:
        """Read it back; None when it is not ours, of another kind or release, changed, or expired at `now`."""
        try:
            both = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            signature, content = both[:SIGNATURE_BYTES], both[SIGNATURE_BYTES:]
            if not hmac.compare_digest(signature, self._signature(kind, content)):
                return None
            what = msgspec.json.decode(content, type=kind)
        except (binascii.Error, ValueError, msgspec.ValidationError):
            return None
        return what if now.timestamp() < what.expires else None

    def _signature(self, kind: type[Signed], content: bytes) -> bytes:
        return hmac.new(self._key, kind.__name__.encode() + b"\0" + content, hashlib.sha256).digest()
