"""The simulator behind a requests session with no socket in between: for tests of thousands of calls."""

from __future__ import annotations

import io
from email.message import Message
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from local.exact_simulator.reply import Reply, Request
from local.exact_simulator.simulator import Simulator


class _Original:
    """What the cookie jar reads of a reply: its headers."""

    def __init__(self, headers: list[tuple[str, str]]) -> None:
        self.msg = Message()
        for name, value in headers:
            self.msg[name] = value

    def isclosed(self) -> bool:
        return True


class WirelessAdapter(HTTPAdapter):
    """Hands a prepared request to the simulator and its reply back."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__()
        self._simulator = simulator

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:  # type: ignore[override]
        """Answer one request."""
        reply = self._simulator.answer(_asked(request))
        return self.build_response(request, self._raw(reply))

    def _raw(self, reply: Reply) -> HTTPResponse:
        date = ("Date", format_datetime(self._simulator.clock(), usegmt=True))
        headers = [*reply.headers, date, ("Content-Length", str(len(reply.body)))]
        return HTTPResponse(
            body=io.BytesIO(reply.body),
            headers=HTTPHeaderDict(headers),
            status=reply.status,
            reason=reply.phrase,
            preload_content=False,
            original_response=_Original(headers),  # type: ignore[arg-type]
        )


def _asked(request: requests.PreparedRequest) -> Request:
    parts = urlsplit(str(request.url))
    headers = {name.lower(): str(value) for name, value in request.headers.items()}
    body = request.body or b""
    content = body.encode() if isinstance(body, str) else bytes(body)
    return Request(str(request.method), str(parts.hostname), parts.path, parts.query, headers, content)
