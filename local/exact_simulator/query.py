"""The options of one request, checked against the entity and against what Exact accepts."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from local.exact_simulator.books.values import Value
from local.exact_simulator.lexer import SYNTAX, BadQueryError, literals
from local.exact_simulator.schema import Entity

#: options Exact's own links carry, in the order they stand there
OPTIONS = ("$filter", "$orderby", "$select", "$top", "$skip", "$skiptoken")
#: entities whose full rows were recorded without a $select; all others insist on it
SELECT_OPTIONAL = frozenset({"Me", "Divisions", "Journals", "VATCodes"})
SELECT_MISSING = "Please add a $select or a $top=1 statement to the query string."


@dataclass(frozen=True, slots=True)
class Query:
    """The options of a list, `selected` in the entity's own order."""

    options: dict[str, str]  #: as they came, for the link to the next page
    selected: tuple[str, ...]
    filter: str
    orderby: str  #: a property, empty for the order of the key
    descending: bool
    top: int | None
    skip: int
    token: tuple[Value, ...]  #: constants of the $skiptoken, empty on the first page


def parse(text: str, entity: Entity) -> Query:
    """Read a query string; BadQueryError for what Exact refuses with 400."""
    options = _options(text)
    top = _count(options, "$top")
    orderby, descending = _orderby(options.get("$orderby", ""), entity)
    if entity.is_sync and (orderby or "$skip" in options):
        raise BadQueryError(SYNTAX)
    return Query(
        options=options,
        selected=_selected(options.get("$select", ""), top, entity),
        filter=options.get("$filter", "").strip(),
        orderby=orderby,
        descending=descending,
        top=top,
        skip=_count(options, "$skip") or 0,
        token=tuple(literals(options["$skiptoken"])) if "$skiptoken" in options else (),
    )


def _options(text: str) -> dict[str, str]:
    """Split the options; one that comes twice or that Exact does not know is a mistake."""
    pairs = [(name, value) for name, value in parse_qsl(text, keep_blank_values=True) if name.startswith("$")]
    options = dict(pairs)
    if len(options) < len(pairs) or not options.keys() <= set(OPTIONS):
        raise BadQueryError(SYNTAX)
    return options


def _selected(text: str, top: int | None, entity: Entity) -> tuple[str, ...]:
    """Resolve $select; the answer's properties come in the entity's order, not in the one asked."""
    names = {name.strip() for name in text.split(",")} - {""}
    if not names and top != 1 and entity.name not in SELECT_OPTIONAL:
        raise BadQueryError(SELECT_MISSING)
    if "*" in names and entity.is_sync:
        raise BadQueryError(SYNTAX)
    for name in sorted(names - entity.properties.keys() - {"*"}):
        raise BadQueryError(f"Could not find a property named '{name}' on type '{entity.type}'.")
    everything = not names or "*" in names
    return tuple(name for name in entity.properties if everything or name in names)


def _orderby(text: str, entity: Entity) -> tuple[str, bool]:
    name, _, direction = text.strip().partition(" ")
    if name and (name not in entity.properties or direction.strip() not in {"", "asc", "desc"}):
        raise BadQueryError(SYNTAX)
    return name, direction.strip() == "desc"


def _count(options: dict[str, str], name: str) -> int | None:
    text = options.get(name)
    if text is not None and not (text.isascii() and text.isdigit()):
        raise BadQueryError(SYNTAX)
    return None if text is None else int(text)
