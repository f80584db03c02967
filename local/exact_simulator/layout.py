r"""How Exact Online lays out a reply: given a recording's values, its bytes.

Braces and brackets are followed and preceded by CRLF, members are joined by ", " on one line, everything non-ASCII is
`\uXXXX`, dates are `"\/Date(ms)\/"`, row versions are texts, numbers carry no trailing zeros.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from local.exact_simulator.books.values import Value

EOL = "\r\n"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_MILLISECOND = timedelta(milliseconds=1)
_text: Callable[[Any], str] = json.encoder.encode_basestring_ascii


def brace(inner: str) -> str:
    """Lay out an object's members."""
    return f"{{{EOL}{inner}{EOL}}}"


def bracket(inner: str) -> str:
    """Lay out a list's items."""
    return f"[{EOL}{inner}{EOL}]"


@lru_cache(maxsize=65536)
def milliseconds(moment: date) -> int:
    """Give Exact's number for a day (midnight UTC) or for a moment of its naive local clock, written as if UTC."""
    return (naive(moment) - _EPOCH) // _MILLISECOND


def scalar(value: Value) -> str:
    """Write one value by its Python type; row versions need `column`, since they are numbers written as text."""
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, date):
        return _moment(value)
    return _text(value) if isinstance(value, str) else number(value)


def number(value: int | Decimal) -> str:
    """Write a number without trailing zeros and without exponent: 300, 316.5, 0, -0.01."""
    if isinstance(value, int):
        return str(int(value))
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def column(edm: str) -> Callable[[Value], str]:
    """Give the writer of a column of an Edm type."""
    return _quoted_number if edm == "Int64" else _WRITERS.get(edm, scalar)


def metadata(uri: str, kind: str) -> str:
    """Lay out the member every row begins with."""
    return f'"__metadata": {brace(f'"uri": "{uri}", "type": "{kind}"')}'


def deferred(name: str, uri: str) -> str:
    """Lay out a navigation property that was not expanded."""
    return f'"{name}": {brace(f'"__deferred": {brace(f'"uri": "{uri}"')}')}'


def listing(rows: Iterable[str], next_link: str = "", *, as_array: bool = False) -> bytes:
    """Lay out a list: the bare array, or `results` with the link to the next page."""
    items = bracket(", ".join(rows))
    if as_array:
        return document("d", items)
    link = f', "__next": {_text(next_link)}' if next_link else ""
    return document("d", brace(f'"results": {items}{link}'))


def document(name: str, inner: str) -> bytes:
    """Lay out a whole reply: `d` has a blank before its colon, `error` has none."""
    blank = " " if name == "d" else ""
    return brace(f'"{name}"{blank}: {inner}').encode("ascii")


def error(text: str) -> bytes:
    """Lay out the envelope of a refusal."""
    message = brace(f'"lang": "", "value": {_text(text)}')
    return document("error", brace(f'"code": "", "message": {message}'))


def naive(moment: date) -> datetime:
    """Give a day the form of a moment: midnight."""
    return moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 -- Exact's clock has no zone


@lru_cache(maxsize=65536)
def _moment(value: Any) -> str:
    return f'"\\/Date({milliseconds(value)})\\/"'


def _quoted_number(value: Value) -> str:
    return "null" if value is None else f'"{value}"'


def _maybe_text(value: Value) -> str:
    return "null" if value is None else _text(value)


def _maybe_moment(value: Value) -> str:
    return "null" if value is None else _moment(value)


def _maybe_guid(value: Value) -> str:
    return "null" if value is None else f'"{value}"'


def _maybe_number(value: Value) -> str:
    return "null" if value is None else _number_text(value)


_WORDS = {None: "null", True: "true", False: "false"}
_number_text: Callable[[Any], str] = lru_cache(maxsize=65536)(number)
_WRITERS: dict[str, Callable[[Value], str]] = {
    "String": _maybe_text,
    "Guid": _maybe_guid,
    "DateTime": _maybe_moment,
    "Double": _maybe_number,
    "Int32": _maybe_number,
    "Int16": _maybe_number,
    "Byte": _maybe_number,
}
