"""What stands in a queue message, under host.json's `messageEncoding` (one for the whole app)."""

from __future__ import annotations

import base64


class UndecodableError(ValueError):
    """A message that the app's encoding cannot have produced."""


def encode(body: str | bytes, encoding: str) -> str:
    """Give the text to store. Raises UndecodableError for bytes that are no UTF-8 text where there is no base64."""
    if encoding == "base64":
        return base64.b64encode(body.encode() if isinstance(body, str) else body).decode("ascii")
    if isinstance(body, str):
        return body
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise UndecodableError("bytes that are no UTF-8 text need messageEncoding base64") from None


def decode(text: str, encoding: str) -> str | bytes:
    """Give what was sent: text where it is UTF-8, else bytes. Raises UndecodableError."""
    if encoding == "none":
        return text
    try:
        body = base64.b64decode(text, validate=True)
    except ValueError:
        raise UndecodableError("the message is no base64, but host.json's messageEncoding is base64") from None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body
