"""A threaded server on a free port of the loopback that stops cleanly: no thread, no socket stays behind."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import sys
import threading
from types import TracebackType
from typing import Any, Self

#: seconds the threads of open connections get to end once their sockets are shut
PATIENCE = 5.0


class LoopbackServer(socketserver.ThreadingTCPServer):
    """Listens from the moment it is made, answers between `start` and `stop`."""

    daemon_threads = True  # a forgotten server must not keep the process alive
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, handler: type[socketserver.BaseRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), name=type(self).__name__, daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])

    def start(self) -> Self:
        """Answer, in a thread of its own."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening, cut open connections, and wait until their threads are done. Repeatable."""
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        self.server_close()
        with self._changed:
            for connection in self._open:
                _cut(connection)
            self._changed.wait_for(lambda: not self._open, PATIENCE)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def process_request(self, request: object, client_address: object) -> None:
        """Note the connection before its thread begins, so that `stop` misses none."""
        assert isinstance(request, socket.socket)  # noqa: S101 -- the base class also serves datagrams
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: object) -> None:
        """Close the connection and forget it."""
        assert isinstance(request, socket.socket)  # noqa: S101 -- the base class also serves datagrams
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def handle_error(self, request: Any, client_address: object) -> None:
        """Peers that hang up or refuse our certificate are everyday; anything else is a mistake worth a trace."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def _cut(connection: socket.socket) -> None:
    """Wake whoever reads the connection. Below TLS on purpose: its thread may be inside the TLS object."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
