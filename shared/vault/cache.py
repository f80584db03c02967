"""The newest versions read lately, so that a vault is not asked before every step. Safe with threads."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.vault.store import Secret


@dataclass(frozen=True, slots=True)
class _Entry:
    secret: Secret | None  # None: deleted, or not there; never answered from here, but an older reading must not return
    asked_at: datetime


class Cache:
    """Keeps secrets in memory for at most `max_age`."""

    def __init__(self, max_age: timedelta) -> None:
        self._max_age = max_age
        self._entries: dict[str, _Entry] = {}
        self._lock = threading.Lock()

    def get(self, name: str, now: datetime) -> Secret | None:
        """Give what is young enough."""
        with self._lock:
            entry = self._entries.get(name)
        return entry.secret if entry and self._young(entry, now) else None

    def keep(self, name: str, secret: Secret | None, asked_at: datetime) -> None:
        """Note what the vault answered to a question of `asked_at`; the later question counts."""
        with self._lock:
            known = self._entries.get(name)
            if known is None or known.asked_at <= asked_at:
                self._entries = {each: entry for each, entry in self._entries.items() if self._young(entry, asked_at)}
                self._entries[name] = _Entry(secret, asked_at)

    def _young(self, entry: _Entry, now: datetime) -> bool:
        return now - entry.asked_at < self._max_age
