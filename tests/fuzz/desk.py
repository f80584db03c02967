"""The connect pages over a register of their own, made once per process, for inputs by the thousand."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Mapping
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

from shared.connect import Answer, Connect, Visit
from shared.throttle import Throttle
from tests.support.chain import Bench


class Desk:
    """Answers visits; `{invitation}`, `{state}` and `{nonce}` in them stand for good ones."""

    def __init__(self, folder: Path) -> None:
        self.bench = Bench(folder)
        self.connect = Connect(
            self.bench.register,
            self.bench.vault,
            self.bench.tokens("web"),
            Throttle(limit=10**9, seconds=60, clock=self.bench.clock, salt=b"salt"),
            client_id_for=lambda country: f"app-{country}",
            user_of=self.bench.exact.user_of,
            base_url="https://app.example.com",
            clock=self.bench.clock,
        )
        self.good = self._good()

    def _good(self) -> dict[str, str]:
        invitation = parse_qs(urlsplit(self.connect.invite("first")).query)["invitation"][0]
        sent = self.connect.begin(Visit({"invitation": invitation}))
        nonce = SimpleCookie(sent.headers["Set-Cookie"])["__Host-qics-connect"].value
        state = parse_qs(urlsplit(sent.headers["Location"]).query)["state"][0]
        return {"{invitation}": invitation, "{state}": state, "{nonce}": nonce}

    def visit(self, path: str, query: str, headers: Mapping[str, str]) -> Answer:
        """Answer a request to `begin` or `finish` with this query string."""
        asked = Visit.of(dict(parse_qsl(self._filled(query), keep_blank_values=True)), self._headers(headers))
        return self.connect.finish(asked) if path == "finish" else self.connect.begin(asked)

    def _headers(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        return type(headers)({name: self._filled(value) for name, value in headers.items()})  # type: ignore[call-arg]

    def _filled(self, text: str) -> str:
        for name, value in self.good.items():
            text = text.replace(name, value)
        return text


@cache
def desk() -> Desk:
    """The desk of this process."""
    folder = tempfile.TemporaryDirectory()
    made = Desk(Path(folder.name))
    atexit.register(folder.cleanup)
    atexit.register(made.bench.register.close)
    return made
