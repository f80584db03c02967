"""Keyed protection of what leaves our hands: sealed, nobody else can read it; hashed, nobody else can recognise it.

Keys are 32 random bytes, kept in the vault as base64.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.errors import Broken, Cause

GRANT_KEY = "grant-key"  # seals the token pair in the grant's row
USER_KEY = "user-key"  # hashes the ids of Exact users
INVITATION_KEY = "invitation-key"  # signs invitations and states
KEY_NAMES = (GRANT_KEY, USER_KEY, INVITATION_KEY)

KEY_BYTES = 32
NONCE_BYTES = 12  # what AES-GCM is made for; random is safe far beyond the number of refreshes one key will see
FORM = b"\x01"  # first byte of what was sealed: the form below


def new_key(random: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Make a key as it is kept in the vault."""
    return base64.b64encode(random(KEY_BYTES)).decode()


def key_bytes(name: str, text: str) -> bytes:
    """Read a key as it is kept in the vault. Raises Broken(SECRET_MISSING) that names it when it is none."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise Broken(Cause.SECRET_MISSING, f"secret {name} is not {KEY_BYTES} bytes in base64")
    return key


class Sealer:
    """AES-256-GCM. What was sealed opens only with the same key in the same context (such as a tenant's id)."""

    def __init__(self, key: bytes, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._cipher = AESGCM(key)
        self._random = random

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """Encrypt under a fresh nonce."""
        nonce = self._random(NONCE_BYTES)
        return FORM + nonce + self._cipher.encrypt(nonce, plain, FORM + context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Decrypt. Raises Broken(SEAL_BROKEN) when key, context or bytes are not those of the sealing."""
        form, nonce, body = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, form + context)
        except (InvalidTag, ValueError):
            raise Broken(Cause.SEAL_BROKEN, f"sealed for {context.decode(errors='replace')}") from None


def keyed_hash(key: bytes, *parts: str) -> str:
    """Hash parts so that only the key's holder can tell who is meant: HMAC-SHA256 in hex, parts kept apart."""
    text = "\0".join(parts)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
