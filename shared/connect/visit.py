"""What a browser sent, and the cookie by which it is known again."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from shared import pages
from shared.texts import Language
from shared.throttle import client_address

#: the prefix makes browsers refuse it from another host, over http, or for a part of the site
COOKIE = "__Host-qics-connect"
#: Lax: the way back from Exact is a link from another site, and must bring it along
RULES = "Path=/; Secure; HttpOnly; SameSite=Lax"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request, as far as it matters here."""

    query: Mapping[str, str]
    nonce: str = ""
    accept_language: str = ""
    address: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str], headers: Mapping[str, str]) -> Self:
        """Read a request; `headers` finds a name whatever its case."""
        return cls(
            query,
            _cookie(headers.get("Cookie", "")),
            headers.get("Accept-Language", ""),
            client_address(headers.get("X-Forwarded-For", "")),
        )

    @property
    def language(self) -> Language:
        """What to answer in."""
        return pages.preferred(self.accept_language, self.query.get("lang", ""))

    def is_by(self, browser: str) -> bool:
        """Whether it comes from the browser whose `fingerprint` this is."""
        return hmac.compare_digest(browser, fingerprint(self.nonce))


def fingerprint(nonce: str) -> str:
    """Give what may travel in the open of a browser's nonce."""
    return hashlib.sha256(nonce.encode()).hexdigest()


def remember(nonce: str, seconds: int) -> Mapping[str, str]:
    """Have the browser keep a nonce."""
    return {"Set-Cookie": f"{COOKIE}={nonce}; Max-Age={seconds}; {RULES}"}


def forget() -> Mapping[str, str]:
    """Have the browser drop its nonce."""
    return remember("", 0)


def _cookie(header: str) -> str:
    pairs = (pair.strip().partition("=") for pair in header.split(";"))
    return next((value for name, _, value in pairs if name == COOKIE), "")
