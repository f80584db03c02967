"""One form of JSON for one content, so that bytes can be hashed and signed: sorted names, no spaces, UTF-8.

Whole numbers, texts, flags, lists and objects only; a fraction has no single written form and is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

type Json = str | int | bool | Sequence[Json] | Mapping[str, Json] | None


def canonical(value: Json) -> bytes:
    """Write a value in its one form. Raises TypeError for what has none."""
    _check(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def _check(value: object) -> None:
    match value:
        case Mapping():
            for name, each in value.items():
                if not isinstance(name, str):
                    raise TypeError(f"{type(name).__name__} cannot name a member")
                _check(each)
        case str() | int() | bool() | None:
            return
        case Sequence():
            for each in value:
                _check(each)
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")
