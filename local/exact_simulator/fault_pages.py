"""Faults of paging: rows and pages handed out twice, links that lead elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from local.exact_simulator.fault import Scene
from local.exact_simulator.reply import Reply

ABROAD = "start.exactonline.be"
_LIST = re.compile(r'"(?:results|d)" ?: \[\r\n')
_LINK = re.compile(rb'("__next": "https://)[^/]+')
_decoder = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Listing:
    """A list reply taken apart, each row as its own text: no digit is read, so none is lost."""

    head: str
    rows: list[str]
    tail: str

    @classmethod
    def of(cls, body: bytes) -> Listing | None:
        """Take a body apart; None when it is no list."""
        text = body.decode()
        begin = _LIST.search(text)
        if begin is None:
            return None
        rows = list(_rows(text, begin.end()))
        return cls(text[: begin.end()], rows, text[begin.end() + len(", ".join(rows)) :])

    def body(self) -> bytes:
        """Put it together again."""
        return (self.head + ", ".join(self.rows) + self.tail).encode()


def _rows(text: str, at: int) -> Iterator[str]:
    while text.startswith("{", at):
        _, end = _decoder.raw_decode(text, at)
        yield text[at:end]
        at = end + len(", ") if text.startswith(", ", end) else end


def row_ids(reply: Reply) -> list[str]:
    """Give the ids of the rows of a list."""
    found = Listing.of(reply.body)
    return [str(json.loads(row).get("ID")) for row in found.rows] if found else []


def repeated_rows(scene: Scene) -> Reply:
    """Begin the page with the last `rows` rows of the page before it."""
    whole = scene.answer()
    now, before = Listing.of(whole.body), Listing.of(scene.before.body) if scene.before else None
    if now is None or before is None:
        return whole
    return replace(whole, body=replace(now, rows=before.rows[-scene.fault.rows :] + now.rows).body())


def repeated_page(scene: Scene) -> Reply:
    """Give the page before it once more, its link included."""
    whole = scene.answer()
    return replace(whole, body=scene.before.body) if scene.before else whole


def foreign_next(scene: Scene) -> Reply:
    """Let the link to the next page lead to another host."""
    host = (scene.fault.name or ABROAD).encode()
    whole = scene.answer()
    return replace(whole, body=_LINK.sub(rb"\g<1>" + host, whole.body))


def empty_page(scene: Scene) -> Reply:
    """Give no row, but the link: some pages of Exact are empty although more follow."""
    whole = scene.answer()
    found = Listing.of(whole.body)
    return replace(whole, body=replace(found, rows=[]).body()) if found else whole
