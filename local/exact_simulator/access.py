"""Who calls: the bearer token of a data call, and how Exact refuses one."""

from __future__ import annotations

from urllib.parse import quote

from local.exact_simulator.chains import Chains, Consent, TokenError
from local.exact_simulator.pages import OBJECT_MOVED
from local.exact_simulator.reply import Reply, Request, html_reply

#: a token cut short by a bounded database column was answered as if the caller had to log in
_SHORTEST = 600
_TEXTS = {"access_token_expired": "access token expired", "unknown_access_token": "access token unknown"}


def consent_of(request: Request, chains: Chains, host: str) -> Consent | Reply:
    """Give the consent behind the request's token, or the 401."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or len(token) < _SHORTEST:
        back = quote(request.address, safe="").replace("%2F", "%2f")
        return html_reply(401, OBJECT_MOVED.format(back))
    if request.host != host:
        return _unauthorised("unknown_access_token")
    try:
        return chains.consent_of(token)
    except TokenError as refused:
        return _unauthorised(refused.name)


def _unauthorised(name: str) -> Reply:
    challenge = f'Bearer error="invalid_token", error_description="{_TEXTS[name]}"'
    return Reply(401, (("WWW-Authenticate", challenge),), phrase="Authentication Required")
