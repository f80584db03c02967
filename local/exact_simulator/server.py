"""The sockets: from bytes to a `Request`, from a `Reply` to bytes."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

from local.exact_simulator.delivery import deliver
from local.exact_simulator.reply import Reply, Request
from local.net.loopback import LoopbackServer
from local.net.server import Handler, TlsServer

type Answer = Callable[[Request], Reply]


def front(answer: Answer, clock: Callable[[], datetime], context: ssl.SSLContext) -> TlsServer:
    """Make the public HTTPS server."""
    return TlsServer(_handler(answer, clock), context)


def office(answer: Answer, clock: Callable[[], datetime]) -> LoopbackServer:
    """Make the admin's own server; plain http, since it never leaves 127.0.0.1."""
    return LoopbackServer(_handler(answer, clock))


def _handler(answer: Answer, clock: Callable[[], datetime]) -> type[Handler]:
    """Bind a connection handler to whoever answers."""

    class Connection(Handler):
        def do_GET(self) -> None:  # noqa: N802 -- the base class looks methods up by these names
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            host = headers.get("host", "").partition(":")[0]
            reply = answer(Request(self.command, host, path, query, headers, self.body()))
            self.send(reply)

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

        def send(self, reply: Reply) -> None:
            """Send head and body in one piece, or as a fault wants them; the Date is the simulator's."""
            own = {"Server": self.version_string(), "Date": format_datetime(clock().astimezone(UTC), usegmt=True)}
            named = {name for name, _ in reply.headers}
            head = [*((name, value) for name, value in own.items() if name not in named), *reply.headers]
            deliver(self, reply, [*head, ("Content-Length", str(len(reply.body)))])

    return Connection
