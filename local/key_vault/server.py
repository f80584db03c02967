"""The stand-in's server: one for all vaults, which are told apart by host name as in Azure."""

from __future__ import annotations

import json
import ssl
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from local.key_vault.refusals import Refusal
from local.key_vault.requests import Request, answer
from local.key_vault.tokens import challenge, refusal
from local.key_vault.vault import Vault
from local.net.server import Handler, TlsServer

type Clock = Callable[[], datetime]

SUFFIX = "vault.azure.net"


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it came in."""

    vault: str
    method: str
    path: str
    api_version: str
    had_token: bool
    body_bytes: int


class KeyVaults(TlsServer):
    """Serves `vaults` by name, for tokens of directory `tenant`.

    `faults` are answered first, one a request with a good token; the next `lose_answers` answers are lost on the way.
    """

    def __init__(
        self,
        context: ssl.SSLContext,
        vaults: Mapping[str, Vault],
        tenant: str,
        clock: Clock = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(_Handler, context)
        self.vaults = vaults
        self.tenant = tenant
        self.faults: deque[Refusal] = deque()
        self.lose_answers = 0
        self.seen: list[Seen] = []
        self._clock = clock
        self.turn = threading.Lock()

    def refuse(self, authorization: str) -> None:
        """Raise Refusal where the token will not do, and the next fault."""
        reason = refusal(authorization, f"https://sts.windows.net/{self.tenant}/", self._clock())
        if reason:
            raise challenge(reason, self.tenant)
        if self.faults:
            raise self.faults.popleft()


class _Handler(Handler):
    server: KeyVaults

    def _answer(self) -> None:
        body = self.body()
        host = self.headers.get("Host", "").removesuffix(":443")
        vault = host.removesuffix("." + SUFFIX)
        if vault not in self.server.vaults:  # in Azure the name would not be found at all
            self.close_connection = True
            return
        parts = urlsplit(self.path)
        request = Request(self.command, parts.path, dict(parse_qsl(parts.query)), body, f"https://{host}")
        with self.server.turn:
            self._take(vault, request)

    def _take(self, vault: str, request: Request) -> None:
        """Do one request; the vault's others wait."""
        server, token = self.server, self.headers.get("Authorization", "")
        version = request.query.get("api-version", "")
        server.seen.append(Seen(vault, request.method, request.path, version, bool(token), len(request.body)))
        try:
            server.refuse(token)
            content = answer(server.vaults[vault], request)
        except Refusal as refused:
            self._send(refused.status, refused.body(), refused.headers)
        else:
            self._send(200 if content is not None else 204, content, {})

    def _send(self, status: int, content: dict[str, Any] | None, headers: Mapping[str, str]) -> None:
        if self.server.lose_answers and status != 401:
            self.server.lose_answers -= 1
            self.close_connection = True
            return
        kind = ("Content-Type", "application/json; charset=utf-8")
        self.reply(status, [kind, *headers.items()], b"" if content is None else json.dumps(content).encode())

    do_GET = do_PUT = do_PATCH = do_DELETE = do_POST = _answer  # noqa: N815 -- the base class names them so
