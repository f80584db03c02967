"""Keys and constants as they stand in an address, and the address of the next page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from urllib.parse import quote

from local.exact_simulator.books.values import Value
from local.exact_simulator.layout import naive, scalar
from local.exact_simulator.schema import Entity

#: what Exact leaves unencoded in the values of a __next
_PLAIN = ",'()*"


def literal(value: Value, edm: str) -> str:
    """Write a value as an OData literal in an address: guid'…', 387L, 'GMD', datetime'…'."""
    if edm == "Guid":
        return f"guid'{value}'"
    if edm == "Int64":
        return f"{value}L"
    if isinstance(value, date):
        return f"datetime'{_iso(value)}'"
    return "'" + str(value).replace("'", "''") + "'" if isinstance(value, str) else scalar(value)


def key_writer(entity: Entity) -> Callable[[Mapping[str, Value]], str]:
    """Give the writer of a row's key as it stands in its address: one literal, or name=literal of each part."""
    kinds = [(name, entity.properties[name]) for name in entity.keys]
    if kinds == [("ID", "Guid")]:
        return _guid_key
    if len(kinds) == 1:
        name, edm = kinds[0]
        return lambda row: literal(row[name], edm)
    return lambda row: ",".join(f"{name}={literal(row[name], edm)}" for name, edm in kinds)


def _guid_key(row: Mapping[str, Value]) -> str:
    return f"guid'{row['ID']}'"


def _iso(moment: date) -> str:
    """Write ISO without zone, a fraction only where there is one and then without trailing zeros."""
    text = naive(moment).isoformat(timespec="milliseconds")
    return text.rstrip("0").rstrip(".") if "." in text else text


def with_options(collection_uri: str, options: Iterable[tuple[str, str]]) -> str:
    """Give the address of a list with its options: names as they are, values percent-encoded as Exact does."""
    return collection_uri + "?" + "&".join(f"{name}={quote(value, safe=_PLAIN)}" for name, value in options)
