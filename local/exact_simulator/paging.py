"""Which rows one request returns, and whether a link to the next page follows.

Rows of a sync endpoint come by row version. Others come in the order of their key, a GUID in the order of SQL Server; a
`$top` above the page size cuts the list: the link carries the rest, and its last page has none (recordings 05 to 09).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

from local.exact_simulator.address import literal, with_options
from local.exact_simulator.books.values import Value
from local.exact_simulator.lexer import SYNTAX, BadQueryError
from local.exact_simulator.odata import comparable, comparison, predicate
from local.exact_simulator.query import OPTIONS, Query
from local.exact_simulator.schema import Entity
from local.exact_simulator.seam import Row

#: the only properties each restricted endpoint may be filtered on, and how
_FILTERS = {"sync": ("Timestamp", "gt"), "ReportingBalance": ("ReportingYear", "eq")}


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one reply; `next_options` are those of the next page's link, empty on the last page."""

    rows: list[Row]
    next_options: list[tuple[str, str]]
    as_array: bool

    def next_link(self, collection_uri: str) -> str:
        """Give the link to the next page, empty on the last one."""
        return with_options(collection_uri, self.next_options) if self.next_options else ""


def start_version(query: Query, entity: Entity) -> int:
    """Give the row version above which a sync endpoint reads: the filter's, or the token's on later pages."""
    wanted = _restricted(query.filter, entity, "sync")
    token = query.token[0] if query.token else 0
    if not isinstance(wanted, int) or not isinstance(token, int) or len(query.token) > 1:
        raise BadQueryError(SYNTAX)
    return max(wanted, token)


def chosen(rows: Iterable[Row], query: Query, entity: Entity) -> list[Row]:
    """Filter and order the rows of a list that is not read by version, from the token on."""
    if entity.name in _FILTERS:
        _restricted(query.filter, entity, entity.name)
    kept = list(filter(predicate(query.filter, entity), rows)) if query.filter else list(rows)
    kept.sort(key=_key(entity))
    if query.orderby:
        kept.sort(key=_order(query.orderby, entity), reverse=query.descending)
    return _behind(kept, query, entity)[query.skip :]


def page(rows: Iterable[Row], query: Query, entity: Entity, size: int, *, next_on_full: bool) -> Page:
    """Take one page from rows that begin where it begins."""
    wanted = size if query.top is None else min(size, query.top)
    taken = list(islice(rows, wanted + 1))
    more = len(taken) > wanted or (next_on_full and len(taken) == size)
    taken = taken[:wanted]
    inside = query.top is not None and query.top <= size
    link = _next(query, entity, taken[-1], size) if more and not inside else []
    return Page(taken, link, as_array=inside and not query.token)


def _next(query: Query, entity: Entity, last: Row, size: int) -> list[tuple[str, str]]:
    """Give the options of the next page: those asked, the rest of $top, no $skip, and where to go on."""
    kept = dict(query.options)
    kept.pop("$skip", None)
    if query.top is not None:
        kept["$top"] = str(query.top - size)
    names = ([query.orderby] if query.orderby else []) + list(entity.keys)
    kept["$skiptoken"] = ",".join(literal(last[name], entity.properties[name]) for name in names)
    return [(name, kept[name]) for name in OPTIONS if name in kept]


def _restricted(text: str, entity: Entity, kind: str) -> Value:
    """Give the constant of the one filter an endpoint accepts; 0 where none is given."""
    if not text:
        return 0
    name, sign = _FILTERS[kind]
    wanted = comparison(text, entity)
    if (wanted.name, wanted.operator) != (name, sign):
        raise BadQueryError(f"Invalid filter on type '{entity.type}': only '{name} {sign}' is supported.")
    return wanted.value


def _behind(rows: list[Row], query: Query, entity: Entity) -> list[Row]:
    """Drop what comes up to the token."""
    if not query.token:
        return rows
    names = ([query.orderby] if query.orderby else []) + list(entity.keys)
    if len(query.token) != len(names):
        raise BadQueryError(SYNTAX)
    mark = dict(zip(names, query.token, strict=True))
    key, order = _key(entity), _order(query.orderby, entity) if query.orderby else _same

    def is_behind(row: Row) -> bool:
        if order(row) != order(mark):
            return bool(order(row) < order(mark)) if query.descending else bool(order(row) > order(mark))
        return bool(key(row) > key(mark))

    try:
        return [row for row in rows if is_behind(row)]
    except (TypeError, ValueError) as mistyped:
        raise BadQueryError(SYNTAX) from mistyped


def _key(entity: Entity) -> Callable[[Row], tuple[object, ...]]:
    """Give the sort key of a list without $orderby."""
    parts = [(itemgetter(name), _form(entity.properties[name])) for name in entity.keys]
    return lambda row: tuple(form(take(row)) for take, form in parts)


def _order(name: str, entity: Entity) -> Callable[[Row], tuple[bool, object]]:
    """Give the sort key of one property; empty values come first."""
    form = _form(entity.properties[name])
    return lambda row: (row[name] is not None, form(row[name]) if row[name] is not None else 0)


def _form(edm: str) -> Callable[[Value], object]:
    return (lambda value: server_order(str(value))) if edm == "Guid" else comparable


def _same(_row: Row) -> tuple[bool, object]:
    return (False, 0)


def server_order(guid: str) -> str:
    """Rearrange a GUID's text so that plain comparison gives SQL Server's order (its last group counts most)."""
    a, b, c, d, e = guid.split("-")
    return e + d + _swapped(c) + _swapped(b) + _swapped(a)


def _swapped(group: str) -> str:
    return bytes.fromhex(group)[::-1].hex()
