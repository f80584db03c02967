"""The way to Exact's data: one GET at a time, inside the limits, on the grant's own host."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import requests
from requests.auth import AuthBase

from shared.errors import Broken, Cause, RetryLater, StreamStopped
from shared.exact.faults import Reply, fault
from shared.exact.hosts import base, endpoint, is_own
from shared.exact.limits import Limits, server_date
from shared.exact.session import TIMEOUTS, session

__all__ = ["PAUSES", "Bearer", "Call", "Client", "session"]

#: seconds before the quick repeats of a call that met a server error or no server
PAUSES = (1.0, 4.0)
#: what may pass by itself; all else that requests raises is a mistake of ours
PASSING = (
    requests.exceptions.ConnectionError,
    requests.exceptions.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was made, for the record. `status` 0: no reply came."""

    endpoint: str
    status: int
    millis: int


class Bearer(AuthBase):
    """The access token of one call. Given as auth, so that a `.netrc` of the machine cannot take its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the token on the request."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Client:
    """Reads one division of one grant. It can send nothing but GET (rule 10)."""

    def __init__(
        self,
        country: str,
        session: requests.Session,
        *,
        access: Callable[[bool], str],
        clock: Callable[[], datetime],
        limits: Limits,
        on_call: Callable[[Call], None],
        share: float,
        pauses: tuple[float, ...] = PAUSES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`access(force_new)` gives the token; `share` of the day's calls is left for the customer's other apps."""
        base(country)
        self._country = country
        self._session = session
        self._access = access
        self._clock = clock
        self.limits = limits
        self._on_call = on_call
        self._share = share
        self._pauses = pauses
        self._sleep = sleep

    def get(self, url: str) -> bytes:
        """Give the body at `url`, which must be on the grant's own host.

        Raises what `faults` names, RetryLater when a limit is reached or Exact cannot be reached,
        StreamStopped(FOREIGN_LINK) for any other address.
        """
        if not is_own(self._country, url):
            raise StreamStopped(Cause.FOREIGN_LINK, f"an address is not on the host of {self._country!r}")
        reply = self._authorised(url)
        if reply.is_answer:
            return reply.body
        raise fault(reply, self.limits)

    def _authorised(self, url: str) -> Reply:
        """Call; when the token is refused, once more with a new one."""
        reply = self._patient(url, self._access(False))  # noqa: FBT003 -- the one argument of a callable
        if reply.status == 401:
            reply = self._patient(url, self._access(True))  # noqa: FBT003
        return reply

    def _patient(self, url: str, token: str) -> Reply:
        """Call; repeat what passes by itself after a short pause. The last reply or error stands."""
        for pause in self._pauses:
            try:
                reply = self._once(url, token)
            except RetryLater as error:
                if error.cause is not Cause.UNREACHABLE:
                    raise
            else:
                if not _passes(reply):
                    return reply
            self._sleep(pause)
        return self._once(url, token)

    def _once(self, url: str, token: str) -> Reply:
        held = self.limits.wait(self._clock(), self._share)
        if held is not None:
            raise RetryLater(held[0], endpoint(url), held[1])
        begun = self._clock()
        try:
            reply = self._send(url, token)
        except PASSING as error:
            self._note(url, 0, begun)
            raise RetryLater(Cause.UNREACHABLE, f"{endpoint(url)}: {type(error).__name__}") from None
        except (requests.RequestException, ValueError) as error:  # http.client's ValueError quotes the token
            raise Broken(Cause.BUG, f"{endpoint(url)}: {type(error).__name__}") from None
        self.limits = self.limits.after(reply.headers, reply.status, server_date(reply.headers), self._clock())
        self._note(url, reply.status, begun)
        return reply

    def _send(self, url: str, token: str) -> Reply:
        answer = self._session.get(
            url,
            auth=Bearer(token),
            headers={"Accept": "application/json"},
            timeout=TIMEOUTS,
            allow_redirects=False,
        )
        return Reply(url, answer.status_code, answer.headers, answer.content)

    def _note(self, url: str, status: int, begun: datetime) -> None:
        millis = round((self._clock() - begun).total_seconds() * 1000)
        self._on_call(Call(endpoint(url), status, millis))


def _passes(reply: Reply) -> bool:
    """Whether the reply is a server's weakness that a repeat may find gone."""
    return reply.status >= 500 or (reply.status == 200 and not reply.is_answer)
