"""A mail server on this machine: enough of SMTP for one letter, over TLS from the start or by STARTTLS."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from local.net.authority import Authority


@dataclass
class MailHall:
    """What a server saw, and how it answers."""

    port: int = 0
    offers_starttls: bool = True
    answers: dict[str, str] = field(default_factory=dict)  #: to a command, instead of the usual one
    mails: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)  #: commands that came before TLS


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = True
    hall: MailHall
    context: ssl.SSLContext
    implicit: bool


class _Session(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        try:
            self._converse()
        except (ssl.SSLError, OSError):
            return
        finally:
            self.request.close()

    def _converse(self) -> None:
        self.secure = self.server.implicit
        if self.secure:
            self._wrap()
        self.lines = self.request.makefile("rb")
        self._say("220 mail.example.com")
        while (line := self.lines.readline().decode().strip()) and self._answer(line):
            pass
        self.lines.close()

    def _wrap(self) -> None:
        self.request = self.server.context.wrap_socket(self.request, server_side=True)

    def _answer(self, line: str) -> bool:
        hall, verb = self.server.hall, line.split(" ", maxsplit=1)[0].upper()
        if not self.secure:
            hall.plain.append(verb)
        if verb in hall.answers:
            self._say(hall.answers[verb])
        elif verb == "STARTTLS":
            self._say("220 go")
            self.lines.close()
            self._wrap()
            self.lines, self.secure = self.request.makefile("rb"), True
        elif verb == "EHLO":
            offers = "STARTTLS" if hall.offers_starttls and not self.secure else "AUTH PLAIN"
            self._say(f"250-mail.example.com\r\n250 {offers}")
        elif verb == "AUTH":
            hall.logins.append(base64.b64decode(line.split(" ")[2]).decode())
            self._say("235 ok")
        elif verb == "DATA":
            self._say("354 go")
            hall.mails.append(self._data())
            self._say("250 taken")
        else:
            self._say("221 bye" if verb == "QUIT" else "250 ok")
        return verb != "QUIT"

    def _data(self) -> str:
        lines = []
        while (line := self.lines.readline()) not in {b".\r\n", b""}:
            lines.append(line.decode())
        return "".join(lines)

    def _say(self, text: str) -> None:
        self.request.sendall(f"{text}\r\n".encode())


@pytest.fixture
def mail_server(authority: Authority) -> Iterator[Callable[..., MailHall]]:
    """`mail_server(implicit=…, names=…)`: a server with a certificate of the test's authority for these names."""
    with ExitStack() as stack:

        def build(*, implicit: bool, names: tuple[str, ...] = ("127.0.0.1",), **hall: Any) -> MailHall:
            server = stack.enter_context(_Server(("127.0.0.1", 0), _Session))
            server.hall, server.implicit = MailHall(server.server_address[1], **hall), implicit
            server.context = authority.server_context(*names)
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            return server.hall

        yield build
