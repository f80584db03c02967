"""The HTTP front: routes with Azure's auth levels, and the admin addresses, over plain HTTP or TLS on the loopback."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from local.host.admin import Admin
from local.host.cookies import set_cookie
from local.host.invoker import Outcome
from local.host.keys import Keys, given_key
from local.host.messages import RpcHttp, TypedData
from local.host.routes import Match, Router
from local.host.web import Answer
from local.net.loopback import LoopbackServer
from local.net.server import Handler


class Front:
    """Decides what a request gets. `invoke` runs an HTTP function."""

    def __init__(self, router: Router, keys: Keys, admin: Admin, invoke: Callable[[Match, RpcHttp], Outcome]) -> None:
        self._router, self._keys, self._admin, self._invoke = router, keys, admin, invoke

    def answer(self, request: RpcHttp) -> Answer:
        """Answer the admin addresses to the master key, and functions to whom their level admits."""
        path = urlsplit(request.url).path
        key = given_key(request.headers, request.query)
        if path.startswith("/admin/"):
            return self._admin.answer(request, path) if self._keys.admits("admin", key) else Answer(401)
        found = self._router.find(request.method, path)
        if isinstance(found, set):
            return Answer(405, (("Allow", ", ".join(sorted(found))),)) if found else Answer(404)
        if not self._keys.admits(found.route.trigger.level, key):
            return Answer(401)
        request.params = found.parameters
        return _from_outcome(self._invoke(found, request))


class HttpServer(LoopbackServer):
    """Serves a front on 127.0.0.1; port 0 takes a free one, no context means plain HTTP."""

    def __init__(self, front: Front, port: int, context: ssl.SSLContext | None) -> None:
        self._wanted, self._context, self.front = port, context, front
        super().__init__(_Request)

    @property
    def url(self) -> str:
        """Where the routes begin."""
        return f"{'https' if self._context else 'http'}://127.0.0.1:{self.port}"

    def server_bind(self) -> None:
        """Bind to the wanted port."""
        self.server_address = ("127.0.0.1", self._wanted)
        super().server_bind()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept; a TLS handshake is left to the connection's own thread."""
        plain, address = super().get_request()
        if self._context is None:
            return plain, address
        return self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address


class _Request(Handler):
    """Reads one request into the engine's form and writes the answer."""

    server: HttpServer

    def do_any(self) -> None:
        """Answer a request of any method; the base class looks for one name per method."""
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            self.close_connection = True
            self.reply(411)
            return
        answer = self.server.front.answer(self._request())
        self.reply(answer.status, answer.headers, answer.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_any  # noqa: N815 -- the base class's names

    def version_string(self) -> str:
        """What Azure's front says."""
        return "Kestrel"

    def _request(self) -> RpcHttp:
        base = urlsplit(self.server.url)
        url = f"{base.scheme}://{self.headers.get('Host', base.netloc)}{self.path}"
        query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        return RpcHttp(self.command, url, self._headers(), query, body=TypedData(bytes=self.body()))

    def _headers(self) -> dict[str, str]:
        """Lower-case names, and who asks as Azure's front end says it: appended to what the client claims."""
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            known = headers.get(name.lower())
            headers[name.lower()] = value if known is None else f"{known}, {value}"
        client = f"{self.client_address[0]}:{self.client_address[1]}"
        claimed = headers.get("x-forwarded-for")
        headers["x-forwarded-for"] = f"{claimed}, {client}" if claimed else client
        headers["x-forwarded-proto"] = urlsplit(self.server.url).scheme
        return headers


def _from_outcome(outcome: Outcome) -> Answer:
    if not outcome.succeeded:
        return Answer(500)
    value = outcome.value
    if value is None or value.http is None:
        return Answer(200, (("Content-Type", "text/plain; charset=utf-8"),), _content(value))
    cookies = [("Set-Cookie", set_cookie(cookie)) for cookie in value.http.cookies or []]
    headers = [header for header in value.http.headers.items() if header[0].lower() != "content-length"]
    return Answer(int(value.http.status_code), (*headers, *cookies), _content(value.http.body))


def _content(value: TypedData | None) -> bytes:
    if value is None:
        return b""
    return value.bytes if value.bytes is not None else (value.string or value.json or "").encode()
