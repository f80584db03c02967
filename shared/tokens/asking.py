"""Asking Exact for the next pair, and again with the same token when what came is no clear answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from shared.errors import Cause, ConsentNeeded, RetryLater
from shared.exact.oauth import Pair

type Wait = Callable[[float], None]

#: seconds before the second and the third try
PAUSES = (1.0, 2.0)
#: causes after which the token may have been used up without our knowing
UNANSWERED = {Cause.SERVER_ERROR, Cause.UNREACHABLE}
#: a withdrawal is what a refusal with no known text is taken for, and it deletes the pair: believed when it repeats
UNCLEAR = UNANSWERED | {Cause.CONSENT_WITHDRAWN}


class TokenEndpoint(Protocol):
    """The wire, `shared.exact.oauth.TokenEndpoint`; its errors are described there."""

    def exchange(self, code: str, redirect_uri: str) -> Pair:
        """Trade the code of a consent for the first pair."""

    def refresh(self, refresh_token: str) -> Pair:
        """Trade a refresh token for the next pair."""


def ask(endpoint: TokenEndpoint, refresh_token: str, wait: Wait) -> Pair:
    """Refresh in at most three tries. Raises what the last one does, and ConsentNeeded(REPLY_LOST)."""
    heard: set[Cause] = set()
    try:
        return _tried(endpoint, refresh_token, wait, heard)
    except ConsentNeeded as error:
        if error.cause is Cause.CHAIN_BROKEN and heard & UNANSWERED:  # the token was taken, its reply lost on the way
            raise ConsentNeeded(Cause.REPLY_LOST, error.detail) from error
        raise


def _tried(endpoint: TokenEndpoint, refresh_token: str, wait: Wait, heard: set[Cause]) -> Pair:
    for pause in PAUSES:
        try:
            return endpoint.refresh(refresh_token)
        except (RetryLater, ConsentNeeded) as error:
            if error.cause not in UNCLEAR:
                raise
            heard.add(error.cause)
        wait(pause)
    return endpoint.refresh(refresh_token)


def persist[T](write: Callable[[], T], wait: Wait) -> T:
    """Write what cannot be asked for again, and again while the register is busy."""
    for pause in PAUSES:
        try:
            return write()
        except RetryLater:
            wait(pause)
    return write()
