"""Texts that name a record by its GUID: sent as such they find the row in the index of keys."""

from __future__ import annotations

import re

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def guid(text: str) -> str | None:
    """The text, where it is a GUID as we keep it; None for a key that could not be read."""
    return text if _GUID.fullmatch(text) else None
