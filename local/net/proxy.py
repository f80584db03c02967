"""A CONNECT proxy on the loopback: real host names lead to local servers, every other name is refused."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Mapping

from local.net.loopback import LoopbackServer

#: bytes moved at once between client and server
CHUNK = 65536


class ConnectProxy(LoopbackServer):
    """Sends `CONNECT host:443` to 127.0.0.1 at the port `routes` names; put `.url` in HTTPS_PROXY.

    A route's name is a host or `*.suffix`. Nothing leaves the machine: an unknown host, another port and plain
    http get 403, and the host is noted in `.refused`.
    """

    def __init__(self, routes: Mapping[str, int]) -> None:
        super().__init__(_Tunnel)
        self.routes = routes
        self.refused: list[str] = []

    @property
    def url(self) -> str:
        """The proxy's own address."""
        return f"http://127.0.0.1:{self.port}"

    def route(self, target: str) -> int | None:
        """Give the local port for `host:port` of a CONNECT line; None where it is refused."""
        host, _, port = target.rpartition(":")
        if port != "443":
            return None
        return self.routes.get(host, self.routes.get("*." + host.partition(".")[2]))


class _Tunnel(socketserver.StreamRequestHandler):
    """One tunnel. Unbuffered reads: what follows the head belongs to the server behind."""

    server: ConnectProxy
    rbufsize = 0
    timeout = 120

    def handle(self) -> None:
        method, target = self._head()
        port = self.server.route(target) if method == "CONNECT" else None
        if port is None:
            self.server.refused.append(target)
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", port)) as upstream:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self.connection.settimeout(None)
            _join(self.connection, upstream)

    def _head(self) -> tuple[str, str]:
        """Read the head: method and target of the request line."""
        method, target, *_ = [*self.rfile.readline(CHUNK).decode("latin-1").split(), "", ""]
        while self.rfile.readline(CHUNK).strip():
            pass
        return method, target


def _join(client: socket.socket, upstream: socket.socket) -> None:
    """Move bytes both ways until either side ends."""
    back = threading.Thread(target=_pump, args=(upstream, client), daemon=True)
    back.start()
    _pump(client, upstream)
    back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    """Move bytes one way, then pass the end on."""
    with contextlib.suppress(OSError):
        while chunk := source.recv(CHUNK):
            sink.sendall(chunk)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
