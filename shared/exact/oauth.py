"""OAuth with Exact: the wire only. Who refreshes when, and where a pair is kept, is the matter of `shared.tokens`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

import msgspec
import requests

from shared.errors import Cause, RetryLater
from shared.exact.hosts import base
from shared.exact.session import TIMEOUTS
from shared.exact.token_faults import TokenReply, exchange_fault, refresh_fault


@dataclass(frozen=True, slots=True)
class AppCredentials:
    """Our registration at one country's host. Shows nothing of itself."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token and the refresh token that follows it. Shows nothing of them."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    issued_at: datetime  #: when the reply was here (aware UTC): at most a call's time after Exact issued it
    lifetime: int  #: seconds


class _TokenBody(msgspec.Struct):
    access_token: str
    refresh_token: str
    expires_in: int | str  # "600": a text on the wire
    token_type: str = "bearer"  # noqa: S105 -- a kind, no token


def authorise_url(country: str, client_id: str, redirect_uri: str, state: str) -> str:
    """Build the address of Exact's consent page. The login is forced: a browser may hold another user's session."""
    asked = {
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "state": state,
        "force_login": "1",
    }
    return f"{base(country)}/api/oauth2/auth?{urlencode(asked)}"


class TokenEndpoint:
    """The token endpoint of one country's host, for one app."""

    def __init__(
        self, country: str, session: requests.Session, app: AppCredentials, clock: Callable[[], datetime]
    ) -> None:
        self._url = f"{base(country)}/api/oauth2/token"
        self._session = session
        self._app = app
        self._clock = clock

    def exchange(self, code: str, redirect_uri: str) -> Pair:
        """Turn a code (used once, alive about 3 minutes) into a pair.

        Raises Refused(BAD_STATE) for a code that is not taken, Broken(WRONG_CREDENTIALS), RetryLater.
        """
        reply = self._post(grant_type="authorization_code", code=code, redirect_uri=redirect_uri)
        if reply.is_answer:
            return self._pair(reply)
        raise exchange_fault(reply)

    def refresh(self, refresh_token: str) -> Pair:
        """Turn a refresh token into the next pair; the old one is worth nothing after it.

        Raises ConsentNeeded(CHAIN_BROKEN | CONSENT_EXPIRED | CONSENT_WITHDRAWN | USER_BLOCKED), Broken, and
        RetryLater(TOKEN_TOO_YOUNG | SERVER_ERROR | UNREACHABLE): after the latter two the token may be used up.
        """
        reply = self._post(grant_type="refresh_token", refresh_token=refresh_token)
        if reply.status == 403:  # reported once, cause unclear: believed when it repeats
            reply = self._post(grant_type="refresh_token", refresh_token=refresh_token)
        if reply.is_answer:
            return self._pair(reply)
        raise refresh_fault(reply)

    def _post(self, **form: str) -> TokenReply:
        own = {"client_id": self._app.client_id, "client_secret": self._app.client_secret}
        try:
            answer = self._session.post(
                self._url,
                data={**form, **own},
                headers={"Accept": "application/json"},
                timeout=TIMEOUTS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise RetryLater(Cause.UNREACHABLE, f"token endpoint: {type(error).__name__}") from None
        return TokenReply(answer.status_code, answer.headers.get("Reason", ""), answer.content)

    def _pair(self, reply: TokenReply) -> Pair:
        try:
            body = msgspec.json.decode(reply.body, type=_TokenBody)
            pair = Pair(body.access_token, body.refresh_token, self._clock(), int(body.expires_in))
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
            raise RetryLater(Cause.SERVER_ERROR, "token endpoint answered 200 without a pair of tokens") from None
        if not (pair.access_token and pair.refresh_token):
            raise RetryLater(Cause.SERVER_ERROR, "token endpoint answered 200 with an empty token")
        return pair
