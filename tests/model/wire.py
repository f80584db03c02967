"""The network between a worker and Exact: each call is two steps, may take time, and may go wrong as the seed says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import parse_qs

import requests

from local.exact_simulator.reply import Reply, Request
from local.exact_simulator.simulator import Simulator
from tests.model.fibers import Fiber, step
from tests.support.clock import FakeClock
from tests.support.wireless import WirelessAdapter, _asked

TOKEN = "/api/oauth2/token"
#: names in `Fiber.notes`: the user whose new pair this worker holds and has not written down yet
UNWRITTEN = "unwritten pair"

type Fault = Callable[[Request, Callable[[Request], Reply]], Reply]


def _unreached(request: Request, answer: Callable[[Request], Reply]) -> Reply:
    raise requests.ConnectionError("unreached")


def _reply_lost(request: Request, answer: Callable[[Request], Reply]) -> Reply:
    answer(request)
    raise requests.ReadTimeout("reply lost")


def _broken_off(request: Request, answer: Callable[[Request], Reply]) -> Reply:
    answer(request)
    raise requests.exceptions.ChunkedEncodingError("broken off")


def _instead(status: int, body: bytes = b"", *headers: tuple[str, str]) -> Fault:
    return lambda request, answer: Reply(status, headers, body)


def _bodiless(request: Request, answer: Callable[[Request], Reply]) -> Reply:
    reply = answer(request)
    return Reply(reply.status, reply.headers, b"")


CALLS_LEFT = (("X-RateLimit-Remaining", "900"), ("X-RateLimit-Minutely-Remaining", "40"))
#: what can go wrong with any call, with its weight
FAULTS: dict[str, tuple[int, Fault]] = {
    "unreached": (4, _unreached),
    "reply lost": (4, _reply_lost),
    "broken off": (2, _broken_off),
    "500": (3, _instead(500)),
    "503": (3, _instead(503, b"<html>Service unavailable</html>")),
    "408": (1, _instead(408)),
    "login page": (2, _instead(200, b"<html>Log in</html>")),
    "empty": (2, _bodiless),
}
POOL_EMPTY = _instead(429, b"", *CALLS_LEFT)


@dataclass
class Weather:
    """How the network is at the moment, and what it has done so far."""

    clock: FakeClock
    rng: Random
    storm: float = 0.0  #: share of calls that go wrong
    armed: list[Fault] = field(default_factory=list)  #: faults for the next data calls
    lost: set[str] = field(default_factory=set)  #: users a pair of whom was lost before it could be written down
    withdrawn: set[str] = field(default_factory=set)  #: properties Exact answers 400 for at the moment

    def pick(self, request: Request) -> Fault | None:
        """What goes wrong with this call, if anything."""
        if request.path.split("/")[3:4] != ["current"] and request.path != TOKEN and self.armed:
            return self.armed.pop(0)
        if self.rng.random() >= self.storm:
            return None
        weights = [weight for weight, _ in FAULTS.values()]
        return self.rng.choices([fault for _, fault in FAULTS.values()], weights)[0]

    def unknown(self, request: Request) -> Reply | None:
        """The 400 of a property that was withdrawn."""
        asked = request.parameters().get("$select", "").split(",")
        for name in self.withdrawn.intersection(asked):
            text = f'{{"error": {{"code": "", "message": {{"lang": "", "value": "No property \'{name}\' exists."}}}}}}'
            return Reply(400, (), text.encode())
        return None


class SteppedAdapter(WirelessAdapter):
    """Hands requests to the simulator, through the weather."""

    def __init__(self, simulator: Simulator, weather: Weather, called: Callable[[Request], None]) -> None:
        super().__init__(simulator)
        self._weather = weather
        self._called = called

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:  # type: ignore[override]
        step()
        self._weather.clock.pass_time(seconds=self._weather.rng.choice((0.1, 0.3, 0.8, 2.0)))
        reply = self.answer(_asked(request))
        step()
        return self.build_response(request, self._raw(reply))

    def answer(self, request: Request) -> Reply:
        """Answer one request, or let something happen to it."""
        self._called(request)
        fault = self._weather.pick(request)
        if fault is None:
            return self._weather.unknown(request) or self._true(request)
        user = self._user(request)
        try:
            reply = fault(request, self._true)
        except requests.RequestException:
            self._settle(user)
            raise
        self._settle(user)
        return reply

    def _true(self, request: Request) -> Reply:
        user = self._user(request)
        reply = self._simulator.answer(request)
        fiber = Fiber.current()
        if user and fiber and reply.status == 200:
            fiber.notes[UNWRITTEN] = user
        return reply

    def _settle(self, user: str) -> None:
        """A fault hid the reply: a pair that was in it is lost."""
        fiber = Fiber.current()
        if fiber and fiber.notes.pop(UNWRITTEN, None):
            self._weather.lost.add(user)

    def _user(self, request: Request) -> str:
        """Whose pair a token call is about, known from the chains before the call is made; "" for any other call."""
        if request.path != TOKEN:
            return ""
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        chains = self._simulator.chains
        if code := form.get("code"):
            found = chains._codes.get(code)
            return found.consent.user_id if found else ""
        chain = chains._refresh.get(form.get("refresh_token", ""))
        return chain.consent.user_id if chain else ""
