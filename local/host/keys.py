"""The host's two keys, made once and kept beside its timers' state, as Azure keeps them in the host's storage."""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec


@dataclass(frozen=True, slots=True)
class Keys:
    """`function` opens routes of level function, `master` every route and the admin addresses."""

    function: str = field(repr=False)
    master: str = field(repr=False)

    def admits(self, level: str, given: str) -> bool:
        """Say whether a request with this key (or "") may call a route of that level."""
        if level == "anonymous":
            return True
        accepted = (self.master,) if level == "admin" else (self.master, self.function)
        return any(hmac.compare_digest(key.encode(), given.encode()) for key in accepted)


def given_key(headers: Mapping[str, str], query: Mapping[str, str]) -> str:
    """Read the key a request carries: header `x-functions-key`, else `code` in the query."""
    return headers.get("x-functions-key") or query.get("code", "")


def read_keys(folder: Path) -> Keys:
    """Read the keys in `folder`; at the first start make them, readable by this user only."""
    file = folder / "keys.json"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = Keys(function=secrets.token_urlsafe(32), master=secrets.token_urlsafe(32))
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as writable:  # noqa: PTH123 -- the mode is given at creation
            writable.write(msgspec.json.encode(made))
    return msgspec.json.decode(file.read_bytes(), type=Keys)
