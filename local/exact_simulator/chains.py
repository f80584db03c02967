"""Consents and their chains of tokens: rotation, the 570-second rule, expiry, revocation.

A chain belongs to one app and one user. A second consent of the same two starts a new chain and ends the first one's
refresh token; access tokens already handed out live their 600 seconds.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from local.exact_simulator.books.values import CANARY
from local.exact_simulator.settings import App, Settings


class TokenError(Exception):
    """A token is refused; `name` is a row of `oauth.REFUSALS`."""

    def __init__(self, name: str, **details: str) -> None:
        super().__init__(name)
        self.name = name
        self.details = details


@dataclass(frozen=True, slots=True)
class Consent:
    """What a user granted to an app."""

    client_id: str
    user_id: str
    divisions: frozenset[int]


@dataclass(frozen=True, slots=True)
class Pair:
    """What a token call gives. Its repr shows nothing."""

    access_token: str
    refresh_token: str

    def __repr__(self) -> str:
        return "Pair(…)"


@dataclass(slots=True)
class _Chain:
    consent: Consent
    newest: str
    issued_at: datetime
    alive: bool = True


@dataclass(frozen=True, slots=True)
class _Code:
    consent: Consent
    redirect_uri: str
    issued_at: datetime


class Chains:
    """Every code, chain and token of one simulator."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._codes: dict[str, _Code] = {}
        self._current: dict[tuple[str, str], _Chain] = {}
        self._refresh: dict[str, _Chain] = {}
        self._access: dict[str, tuple[_Chain, datetime]] = {}

    def code(self, consent: Consent, redirect_uri: str) -> str:
        """Hand out a code for a consent just given."""
        code = _fresh(24) + "!" + secrets.token_urlsafe(24)
        self._codes[code] = _Code(consent, redirect_uri, self._clock())
        return code

    def exchange(self, app: App, code: str, redirect_uri: str) -> Pair:
        """Turn a code into the first pair of a new chain; a code works once."""
        found = self._codes.pop(code, None)
        if found is None or (found.consent.client_id, found.redirect_uri) != (app.client_id, redirect_uri):
            raise TokenError("bad_code")
        if self._clock() - found.issued_at > timedelta(seconds=self._settings.code_seconds):
            raise TokenError("bad_code")
        chain = _Chain(found.consent, "", self._clock())
        self._current[app.client_id, found.consent.user_id] = chain
        return self._issue(chain)

    def refresh(self, app: App, token: str) -> Pair:
        """Rotate: the given refresh token ends, a new pair begins."""
        chain = self._refresh.get(token)
        if chain is None or chain.consent.client_id != app.client_id or not chain.alive:
            raise TokenError("chain_broken")
        now = self._clock()
        if chain.newest != token or self._current[app.client_id, chain.consent.user_id] is not chain:
            raise TokenError("old_refresh_token")
        ends = chain.issued_at + timedelta(days=self._settings.refresh_days)
        if now >= ends:
            raise TokenError("refresh_token_expired", ended=us_date(ends), now=us_date(now))
        if now - chain.issued_at < timedelta(seconds=self._settings.young_seconds):
            raise TokenError("too_early")
        return self._issue(chain)

    def consent_of(self, access_token: str) -> Consent:
        """Give what a valid access token stands for; TokenError when it is unknown, expired or revoked."""
        chain, issued_at = self._access.get(access_token, (None, None))
        if chain is None or issued_at is None or not chain.alive:
            raise TokenError("unknown_access_token")
        if self._clock() - issued_at >= timedelta(seconds=self._settings.access_seconds):
            raise TokenError("access_token_expired")
        return chain.consent

    def revoke(self, user_id: str, client_id: str) -> None:
        """Withdraw a user's consent, as in the security centre of My Exact Online."""
        chain = self._current.get((client_id, user_id))
        if chain is not None:
            chain.alive = False

    def _issue(self, chain: _Chain) -> Pair:
        """Give the chain its next pair. Old refresh tokens stay known, so that their use can be named."""
        pair = Pair(_fresh(480), _fresh(60) + "!" + secrets.token_urlsafe(24))
        chain.newest, chain.issued_at = pair.refresh_token, self._clock()
        self._refresh[pair.refresh_token] = chain
        self._access[pair.access_token] = (chain, chain.issued_at)
        return pair


def us_date(moment: datetime) -> str:
    """Write a moment as token errors do: 7/31/2022 7:45:12 PM."""
    hour = moment.hour % 12 or 12
    return f"{moment.month}/{moment.day}/{moment.year} {hour}:{moment:%M:%S} {'PM' if moment.hour >= 12 else 'AM'}"


def _fresh(size: int) -> str:
    """Make a secret; the canary in it makes a leak findable."""
    return f"stampNL001.{CANARY}.{secrets.token_urlsafe(size)}"
