"""The first address of a reading. Later ones are handed out by Exact; no `$skiptoken` is ever made here."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import quote

from shared.errors import Broken, Cause
from shared.exact.hosts import base
from shared.streams.model import Stream

#: Exact refuses addresses of more than about 6,000 characters
LONGEST = 6000


def int64(number: int) -> str:
    """Write a 64-bit integer as an OData literal."""
    return f"{number}L"


def text(value: str) -> str:
    """Write a text as an OData literal."""
    return "'" + value.replace("'", "''") + "'"


def escape(expression: str) -> str:
    """Percent-encode one option's value; what OData itself uses stays readable."""
    return quote(expression, safe=",'()/$")


def api(country: str, path: str, **options: str) -> str:
    """Build an address below `/api/v1/`. Options are given without encoding; `select` and `filter` get their `$`."""
    named = [("$" + name if name in ("select", "filter") else name, value) for name, value in options.items() if value]
    query = "&".join(f"{name}={escape(value)}" for name, value in named)
    return f"{base(country)}/api/v1/{path}?{query}"


def first_url(
    country: str, stream: Stream, division: int, *, above: int | None, scope: str, columns: Collection[str]
) -> str:
    """Build the address a reading begins at.

    `above`: only rows of a higher version (None: no such filter). `scope`: the part read on its own, "" for all.
    `columns` are asked for in the catalogue's order. Never `$top` (it silently cuts the list), `$skip` or
    `$orderby`. Raises Broken(BUG) when the address would be too long for Exact or the scope is no literal.
    """
    path = stream.path.format(division=division, scope=scope)
    select = ",".join(name for name in stream.names if name in columns)
    url = api(country, path, select=select, filter=_filter(stream, above, scope))
    if len(url) > LONGEST:
        raise Broken(Cause.BUG, f"{stream.name}: the address has {len(url)} characters, Exact takes {LONGEST}")
    return url


def _filter(stream: Stream, above: int | None, scope: str) -> str:
    if above is not None:
        return f"{stream.version} gt {int64(above)}"
    if not (scope and stream.scope_filter):
        return ""
    parts = scope.split("/")
    if not all(map(str.isdecimal, parts)):
        raise Broken(Cause.BUG, f"{stream.name}: scope {scope!r} is no year, or year and period")
    return stream.scope_filter.format(*parts, scope=scope)
