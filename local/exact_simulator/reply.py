"""Requests and replies inside the simulator, apart from any socket: what a fault layer can wrap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Header names are lower case; `host` is the name the client used."""

    method: str
    host: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes = b""

    def parameters(self) -> dict[str, str]:
        """Give the query's parameters; of one that comes twice, the last."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    def form(self) -> list[tuple[str, str]]:
        """Give the fields of a posted form."""
        return parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    @property
    def address(self) -> str:
        """Path with query."""
        return f"{self.path}?{self.query}" if self.query else self.path


class Delivery(Enum):
    """How a reply travels. All but the first are disturbances, which `faults` asks for."""

    WHOLE = "whole"
    LOST = "lost"  #: nothing is sent: the connection closes after the pause
    BROKEN_OFF = "broken-off"  #: closed in good order half-way the body
    RESET = "reset"  #: cut off half-way the body
    TRICKLE = "trickle"  #: in eight pieces, the pause before each


@dataclass(frozen=True, slots=True)
class Reply:
    """One whole reply; `phrase` replaces the standard reason phrase. A `Date` among the headers replaces the true one.

    `pause` is in seconds.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    phrase: str | None = None
    delivery: Delivery = Delivery.WHOLE
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """What is written down of a request. Never a token, never a form."""

    method: str
    path: str
    query: str
    status: int  #: 0: nothing was sent back
    user: str  #: id of the user whose token it carried, empty without one
    division: int | None
    at: datetime


def json_reply(status: int, body: bytes, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """Answer with JSON as the data API does."""
    return Reply(status, (("Content-Type", "application/json;charset=utf-8"), *headers), body)


def html_reply(status: int, body: str, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """Answer with a page."""
    return Reply(status, (("Content-Type", "text/html; charset=utf-8"), *headers), body.encode())
