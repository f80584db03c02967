"""One simulated Exact Online: its state, and the way of a request through it.

`answer` takes a request and gives a reply, with no socket in between; `faults` disturbs the exchange where asked to.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Self

from local.exact_simulator import access
from local.exact_simulator.admin import Admin
from local.exact_simulator.chains import Chains, Consent
from local.exact_simulator.clock import Clock
from local.exact_simulator.endpoints import DataApi
from local.exact_simulator.faults import Faults
from local.exact_simulator.limits import Caller, Limits
from local.exact_simulator.oauth import OAuth
from local.exact_simulator.people import People
from local.exact_simulator.reply import Delivery, Reply, Request, SeenRequest
from local.exact_simulator.routes import PREFIX, Route, route
from local.exact_simulator.seam import Books
from local.exact_simulator.server import front, office
from local.exact_simulator.settings import Settings


class Simulator:
    """A running Exact Online on 127.0.0.1: `port` speaks TLS, `admin_port` plain http with the admin key."""

    def __init__(
        self,
        books: Books,
        context: ssl.SSLContext,
        settings: Settings,
        clock: Callable[[], datetime],
        admin_key: str = "",
    ) -> None:
        """`context` holds the certificate for the settings' host; without an admin key the admin answers nobody."""
        self.settings = settings
        self.books = books
        self.clock = Clock(clock)
        self.people = People(books)
        self.chains = Chains(settings, self.clock)
        self.limits = Limits(settings)
        self.faults = Faults(books)
        self.requests: list[SeenRequest] = []
        self._lock = threading.RLock()
        self._oauth = OAuth(settings, self.people, self.chains)
        self._data = DataApi(settings, books, self.people, self.clock)
        self._front = front(self.answer, self.clock, context)
        self._office = office(Admin(self, admin_key).answer, self.clock)
        self.port = self._front.port
        self.admin_port = self._office.port

    def start(self) -> int:
        """Answer, in threads of their own; gives the port."""
        self._front.start()
        self._office.start()
        return self.port

    def stop(self) -> None:
        """Stop both servers. Repeatable."""
        self._front.stop()
        self._office.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def answer(self, request: Request) -> Reply:
        """Answer one request and write down that it came."""
        with self.at_work():
            now = self.clock()
            consent, found = self._caller(request)
            user = consent.user_id if isinstance(consent, Consent) else ""
            reply = self.faults.answer(request, user, now, lambda: self._reply(request, consent, found, now))
            if isinstance(consent, Consent):
                self.limits.note(_error_key(request, consent, found), reply.status, now)
            self.requests.append(_seen(request, reply, user, found, now))
            return reply

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Hold the books, their clock set to the simulator's. One request at a time: the books are one world."""
        with self._lock:
            self.books.now = self.clock.local()
            yield

    def _caller(self, request: Request) -> tuple[Consent | Reply | None, Route | None]:
        """Find who calls and what; None for a request outside the data API."""
        if not request.path.startswith(PREFIX):
            return None, None
        return access.consent_of(request, self.chains, self.settings.host), route(request.path)

    def _reply(self, request: Request, consent: Consent | Reply | None, found: Route | None, now: datetime) -> Reply:
        if consent is None:
            return self._oauth.answer(request) or Reply(404)
        if isinstance(consent, Reply):
            return consent
        blocked = self.limits.blocked(_error_key(request, consent, found), now)
        return blocked or self._counted(request, consent, found, now)

    def _counted(self, request: Request, consent: Consent, found: Route | None, now: datetime) -> Reply:
        """Answer within the limits; calls without a division in the address do not count and carry no headers."""
        if found is None:
            return Reply(404)
        if found.division is None:
            return self._data.answer(request, found, consent)
        company = self.books.divisions.get(found.division)
        caller = Caller(consent.client_id, found.division, str(company.info["Customer"]) if company else "")
        refused = self.limits.count(caller, now)
        if refused is not None:
            return refused
        reply = self._data.answer(request, found, consent)
        return Reply(reply.status, reply.headers + self.limits.headers(caller, now), reply.body, reply.phrase)


def _error_key(request: Request, consent: Consent, found: Route | None) -> tuple[str, ...]:
    """Give what client errors are counted by: app, user, division, endpoint."""
    endpoint = found.endpoint if found else request.path
    return (consent.client_id, consent.user_id, str(found.division if found else None), endpoint)


def _seen(request: Request, reply: Reply, user: str, found: Route | None, now: datetime) -> SeenRequest:
    status = 0 if reply.delivery is Delivery.LOST else reply.status
    return SeenRequest(
        request.method, request.path, request.query, status, user, found.division if found else None, now
    )
