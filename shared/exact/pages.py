"""Paging as a pure state machine: which link may be followed after which."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from shared.errors import Cause, StreamStopped
from shared.exact.hosts import endpoint, is_own


def following(country: str, link: str, previous: str) -> str:
    """Give the link to follow after the page at `previous`; "" after the last page.

    Whether the page held rows does not matter: an empty page with a link goes on. Raises
    StreamStopped(FOREIGN_LINK) for another host, scheme or endpoint-less address, StreamStopped(PAGING_LOOP) when
    the link leads back to the page just read.
    """
    if link and not is_own(country, link):
        raise StreamStopped(Cause.FOREIGN_LINK, f"{endpoint(previous)}: the link leaves the host of {country!r}")
    if link and token(link) == token(previous):
        raise StreamStopped(Cause.PAGING_LOOP, f"{endpoint(previous)}: the link leads back to its own page")
    return link


def token(url: str) -> str:
    """Give what tells one page from another: the `$skiptoken`, or the whole address of a first page."""
    return dict(parse_qsl(urlsplit(url).query)).get("$skiptoken", url)


class Paging:
    """The links of one reading, so that a circle of any length is noticed, not only a page that names itself."""

    def __init__(self, country: str) -> None:
        self._country = country
        self._seen: set[str] = set()

    def check(self, link: str, previous: str) -> str:
        """Give the link to follow after `previous`, as `following`; also raises when it was followed before."""
        link = following(self._country, link, previous)
        self._seen.add(token(previous))
        if link and token(link) in self._seen:
            raise StreamStopped(
                Cause.PAGING_LOOP, f"{endpoint(previous)}: a link returns after {len(self._seen)} pages"
            )
        return link
