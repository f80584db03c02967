"""The words and constants of the vendor's query syntax: guid'…', datetime'…', 123L, texts with doubled quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from local.exact_simulator.books.values import Value

SYNTAX = "Bad Request - Error in query syntax."


class BadQueryError(Exception):
    """The query is refused with 400; the text is what the envelope says."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a filter and where it began."""

    kind: str
    text: str
    at: int


_TOKENS = re.compile(
    r"""\s*(?:
      (?P<guid>guid'[^']*')
    | (?P<datetime>datetime'[^']*')
    | (?P<string>'(?:[^']|'')*')
    | (?P<long>-?\d+[lL])
    | (?P<double>-?\d+\.\d+[dDmMfF]?|-?\d+[dDmMfF])
    | (?P<int>-?\d+)
    | (?P<word>[A-Za-z_][A-Za-z0-9_/]*)
    | (?P<sign>[(),])
    )""",
    re.VERBOSE,
)
_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_WORDS: dict[str, Value] = {"null": None, "true": True, "false": False}


def literals(text: str) -> list[Value]:
    """Read the constants of a `$skiptoken`, joined by commas."""
    values: list[Value] = []
    for token in tokens(text):
        if token.kind == "sign":
            continue
        values.append(constant(token, text))
    return values


def tokens(text: str) -> Iterator[Token]:
    """Cut a text into tokens; BadQueryError at the first character that begins none."""
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKENS.match(text, at)
        if found is None or found.lastgroup is None:
            raise BadQueryError(SYNTAX)
        yield Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup))
        at = found.end()


def constant(token: Token, text: str) -> Value:
    """Turn a literal into a value; BadQueryError for a malformed one and for a property's name."""
    inner = token.text.partition("'")[2][:-1]
    match token.kind:
        case "guid" if not _GUID.fullmatch(inner):
            raise BadQueryError(f"Unrecognized 'Edm.Guid' literal '{token.text}' in '{text}'.")
        case "guid":
            return inner.lower()
        case "datetime":
            return _moment(inner, token, text)
        case "string":
            return inner.replace("''", "'")
        case "int" | "long":
            return int(token.text.rstrip("lL"))
        case "double":
            return Decimal(token.text.rstrip("dDmMfF"))
        case "word" if token.text in _WORDS:
            return _WORDS[token.text]
    raise BadQueryError(SYNTAX)


def _moment(inner: str, token: Token, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(inner)
    except ValueError:
        moment = None
    if moment is None or "T" not in inner or moment.tzinfo is not None:
        raise BadQueryError(f"Unrecognized 'Edm.DateTime' literal '{token.text}' in '{text}'.")
    return moment
