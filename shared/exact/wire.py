"""The JSON of Exact Online: OData's verbose form, decoded without losing a digit.

Numbers become int or Decimal straight from their text (rule 9). Texts lose NUL characters, which no database
takes; halves of surrogate pairs, left where Exact cut a text, become U+FFFD.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import NoReturn

import msgspec

from shared.errors import Cause, StreamStopped

type Raw = dict[str, object]

BOM = b"\xef\xbb\xbf"
SURROGATE = re.compile("[\ud800-\udfff]")

_decoder = msgspec.json.Decoder(float_hook=Decimal)


@dataclass(frozen=True, slots=True)
class RawPage:
    """What one list request returned: rows as they came, and the address of the next page ("" for none)."""

    rows: list[Raw]
    next_link: str


def decode_list(body: bytes) -> RawPage:
    """Decode a list, in any of its shapes; a single object is a list of one. Raises StreamStopped(PAGE_REFUSED)."""
    content = _content(body)
    link: object = None
    if isinstance(content, dict):
        link = content.get("__next")
        content = content.get("results", [content])
    if not isinstance(content, list) or not all(type(row) is dict for row in content):
        _refuse("no list of objects under 'd'")
    if link is not None and not isinstance(link, str):
        _refuse("'__next' is no text")
    return RawPage(content, link or "")


def decode_object(body: bytes) -> Raw:
    """Decode a reply that must hold exactly one object. Raises StreamStopped(PAGE_REFUSED)."""
    rows = decode_list(body).rows
    if len(rows) != 1:
        _refuse(f"one object is expected, {len(rows)} came")
    return rows[0]


def decode_function(body: bytes, name: str) -> object:
    """Decode the value of a function, under its own name or bare. Raises StreamStopped(PAGE_REFUSED)."""
    content = _content(body)
    if not isinstance(content, dict):
        return content
    if name not in content:
        _refuse(f"no {name!r} under 'd'")
    return content[name]


def decode_record(record: str) -> Raw:
    """Decode a record that was set aside (rule 16), as `records` wrote it."""
    return _object(_any(record.encode()))


def _content(body: bytes) -> object:
    envelope = _object(_any(body))
    if "d" not in envelope:
        _refuse("no 'd'")
    return envelope["d"]


def _object(value: object) -> Raw:
    if not isinstance(value, dict):
        _refuse("no JSON object")
    return value


def _any(body: bytes) -> object:
    """Decode JSON; what no reader of ours can hold is refused by name."""
    try:
        return _patient(body.removeprefix(BOM))
    except RecursionError:
        _refuse("JSON is nested too deeply")
    except InvalidOperation:
        _refuse("a number has an exponent no decimal can hold")


def _patient(body: bytes) -> object:
    """Decode JSON. msgspec first; what it refuses but a lenient reader can still make sense of is not lost."""
    try:
        value = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _map_texts(_lenient(body), _clean)
    return _map_texts(value, _without_nul) if b"\\u0000" in body else value


def _lenient(body: bytes) -> object:
    """Decode JSON with raw control characters, broken UTF-8 or halves of surrogate pairs in its texts."""
    text = body.decode(errors="replace")
    try:
        return json.loads(text, strict=False, parse_float=Decimal, parse_constant=_refuse_constant)
    except ValueError as error:
        place = error.pos if isinstance(error, json.JSONDecodeError) else 0
        _refuse(f"no valid JSON at character {place} of {len(text)}")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _map_texts(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_map_texts(each, change) for each in value]
    if isinstance(value, dict):
        return {name: _map_texts(each, change) for name, each in value.items()}
    return value


def _without_nul(text: str) -> str:
    return text.replace("\0", "")


def _clean(text: str) -> str:
    return SURROGATE.sub("\ufffd", _without_nul(text))


def _refuse(what: str) -> NoReturn:
    """Refuse the page; `what` never quotes it."""
    raise StreamStopped(Cause.PAGE_REFUSED, f"reply of Exact: {what}")
