"""An HTTPS server with HTTP/1.1 keep-alive: the base of the replay server and the simulator."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler
from typing import Any

from local.net.loopback import LoopbackServer


class Handler(BaseHTTPRequestHandler):
    """One connection. Subclasses write `do_GET` and `do_POST` and answer with `reply`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave in one piece
    timeout = 120  # an abandoned connection gives its thread back

    def reply(self, status: int, headers: Iterable[tuple[str, str]] = (), body: bytes = b"") -> None:
        """Send one whole reply; `Content-Length` is added."""
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def body(self) -> bytes:
        """Read the request's body. Do so even when it is not wanted: else the next request starts inside it."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def version_string(self) -> str:
        """Nothing about Python: what stands in for Exact does not name its own software."""
        return "Server"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base class names it so
        """Stay silent: addresses and queries belong in the subclass's own records."""


class TlsServer(LoopbackServer):
    """Answers on 127.0.0.1 with `handler`, under the certificate in `context`."""

    def __init__(self, handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext) -> None:
        super().__init__(handler)
        self._context = context

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept without a handshake: that is done by the connection's own thread at its first read."""
        plain, address = super().get_request()
        return self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address
