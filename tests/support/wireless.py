"""The simulator behind a requests session with no socket in between: for tests of thousands of calls.

A reply that a fault disturbs on its way becomes the exception of requests that a real connection would end in.
"""

from __future__ import annotations

import io
from email.message import Message
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from local.exact_simulator.reply import Delivery, Reply, Request
from local.exact_simulator.simulator import Simulator


class _Original:
    """What the cookie jar reads of a reply: its headers."""

    def __init__(self, headers: list[tuple[str, str]]) -> None:
        self.msg = Message()
        for name, value in headers:
            self.msg[name] = value

    def isclosed(self) -> bool:
        return True

    def close(self) -> None:
        """There is no connection to close."""


class WirelessAdapter(HTTPAdapter):
    """Hands a prepared request to the simulator and its reply back."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__()
        self._simulator = simulator

    def send(self, request: requests.PreparedRequest, *_: Any, timeout: Any = None, **__: Any) -> requests.Response:  # type: ignore[override]
        """Answer one request. `timeout`: seconds to connect, seconds without a byte."""
        reply = self._simulator.answer(_asked(request))
        _, patience = timeout if isinstance(timeout, tuple) else (timeout, timeout)
        _travel(reply, float("inf") if patience is None else patience)
        return self.build_response(request, self._raw(reply))

    def _raw(self, reply: Reply) -> HTTPResponse:
        own = [("Date", format_datetime(self._simulator.clock(), usegmt=True))]
        date = [] if "Date" in dict(reply.headers) else own
        headers = [*reply.headers, *date, ("Content-Length", str(len(reply.body)))]
        return HTTPResponse(
            body=io.BytesIO(reply.body),
            headers=HTTPHeaderDict(headers),
            status=reply.status,
            reason=reply.phrase,
            preload_content=False,
            original_response=_Original(headers),  # type: ignore[arg-type]
        )


def _travel(reply: Reply, patience: float) -> None:
    """Raise what requests does when a reply does not come through whole."""
    if reply.delivery is Delivery.LOST and reply.pause >= patience:
        raise requests.ReadTimeout("read timed out")
    if reply.delivery is Delivery.LOST or (reply.delivery is Delivery.TRICKLE and reply.pause >= patience):
        raise requests.ConnectionError("connection aborted")
    if reply.delivery in (Delivery.RESET, Delivery.BROKEN_OFF):
        raise requests.exceptions.ChunkedEncodingError("connection broken")


def _asked(request: requests.PreparedRequest) -> Request:
    parts = urlsplit(str(request.url))
    headers = {name.lower(): str(value) for name, value in request.headers.items()}
    body = request.body or b""
    content = body.encode() if isinstance(body, str) else bytes(body)
    return Request(str(request.method), str(parts.hostname), parts.path, parts.query, headers, content)
