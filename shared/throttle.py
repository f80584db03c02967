"""How often one address may knock: a fixed window in memory, per instance. Addresses are kept as hashes only."""

from __future__ import annotations

import hashlib
import ipaddress
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from shared.errors import Cause, Refused


class Throttle:
    """Lets `limit` requests of an address pass in each window of `seconds`, counted from the hour.

    `salt` (random, per process) keeps the hashes from being compared with anything.
    """

    def __init__(self, limit: int, seconds: int, clock: Callable[[], datetime], salt: bytes) -> None:
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._salt = salt
        self._lock = threading.Lock()
        self._window = 0
        self._seen: Counter[bytes] = Counter()

    def check(self, address: str) -> None:
        """Count a request. Raises Refused(TOO_MANY_REQUESTS) once the address has used up its window."""
        key = hashlib.blake2b(address.encode(), key=self._salt, digest_size=16).digest()
        window = int(self._clock().timestamp()) // self._seconds
        with self._lock:
            if window != self._window:
                self._window = window
                self._seen.clear()
            self._seen[key] += 1
            if self._seen[key] > self._limit:
                raise Refused(Cause.TOO_MANY_REQUESTS, f"more than {self._limit} requests in {self._seconds} s")


def client_address(forwarded_for: str) -> str:
    """Give the caller's address from X-Forwarded-For: its last entry, Azure's own; the others can be made up.

    An IPv6 caller owns a whole /64, so that counts as one address. What is no address counts as one caller.
    """
    entry = forwarded_for.rpartition(",")[2].strip()
    host = entry[1:].partition("]")[0] if entry.startswith("[") else entry
    if host.count(":") == 1:  # IPv4 with a port
        host = host.partition(":")[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
