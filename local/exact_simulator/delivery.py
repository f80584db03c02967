"""How the bytes of a reply leave: whole, or disturbed on the way as no well-behaved server would."""

from __future__ import annotations

import select
import socket
import struct
from collections.abc import Callable, Iterable, Sequence
from http.server import BaseHTTPRequestHandler

from local.exact_simulator.reply import Delivery, Reply

type Head = Sequence[tuple[str, str]]

PIECES = 8
#: on, and no time to linger: closing the socket then resets the connection
NO_LINGER = struct.pack("ii", 1, 0)


def deliver(handler: BaseHTTPRequestHandler, reply: Reply, head: Head) -> None:
    """Send a reply over a connection in the way it asks for."""
    _WAYS[reply.delivery](handler, reply, head)


def _whole(handler: BaseHTTPRequestHandler, reply: Reply, head: Head) -> None:
    _send_head(handler, reply, head)
    handler.wfile.write(reply.body)


def _lost(handler: BaseHTTPRequestHandler, reply: Reply, _head: Head) -> None:
    _wait(handler, reply.pause)
    handler.close_connection = True


def _broken_off(handler: BaseHTTPRequestHandler, reply: Reply, head: Head) -> None:
    _send_head(handler, reply, head)
    handler.wfile.write(reply.body[: len(reply.body) // 2])
    handler.close_connection = True


def _reset(handler: BaseHTTPRequestHandler, reply: Reply, head: Head) -> None:
    """Below TLS, so that no farewell of its own softens the cut."""
    _broken_off(handler, reply, head)
    handler.wfile.flush()
    with socket.socket(fileno=handler.connection.detach()) as bare:
        bare.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)


def _trickle(handler: BaseHTTPRequestHandler, reply: Reply, head: Head) -> None:
    _send_head(handler, reply, head)
    for piece in _pieces(reply.body):
        handler.wfile.flush()
        _wait(handler, reply.pause)
        handler.wfile.write(piece)


def _pieces(body: bytes) -> Iterable[bytes]:
    size = -(-len(body) // PIECES) or 1
    return (body[at : at + size] for at in range(0, len(body), size))


def _send_head(handler: BaseHTTPRequestHandler, reply: Reply, head: Head) -> None:
    handler.send_response_only(reply.status, reply.phrase)
    for name, value in head:
        handler.send_header(name, value)
    handler.end_headers()


def _wait(handler: BaseHTTPRequestHandler, seconds: float) -> None:
    """Wait, or until the client hangs up: it has nothing else to say meanwhile."""
    select.select([handler.connection], [], [], seconds)


_WAYS: dict[Delivery, Callable[[BaseHTTPRequestHandler, Reply, Head], None]] = {
    Delivery.WHOLE: _whole,
    Delivery.LOST: _lost,
    Delivery.BROKEN_OFF: _broken_off,
    Delivery.RESET: _reset,
    Delivery.TRICKLE: _trickle,
}
