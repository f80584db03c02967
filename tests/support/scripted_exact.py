"""Fixture: an HTTPS server under Exact's host name that answers from a script and writes down what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from local.net.server import Handler, TlsServer

HOST = "start.exactonline.nl"
API = f"https://{HOST}/api/v1/"


@dataclass
class Script:
    """Replies in the order they are sent (the last one again and again), and the requests that came."""

    replies: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def answers(self, status: int, body: bytes = b"", **headers: str) -> Script:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.replies.append((status, named, body))
        return self

    def next(self) -> tuple[int, dict[str, str], bytes]:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@pytest.fixture
def script(authority, exact_network: Callable[..., object]) -> Iterator[Script]:
    script = Script()

    class Scripted(Handler):
        def do_GET(self) -> None:  # noqa: N802
            script.requests.append((self.command, self.path, dict(self.headers), self.body()))
            status, headers, body = script.next()
            self.reply(status, headers.items(), body)

        do_POST = do_GET  # noqa: N815

    with TlsServer(Scripted, authority.server_context(HOST)) as server:
        exact_network({HOST: server.port})
        yield script
