"""The schema `reporting`: what a finance person reads, made of views over the copied books.

`VIEWS` in an order in which each comes after those it is made of. `schema` writes them down for an engine,
`questions` asks for a day or a currency a view cannot know, `labels` names everything in Dutch and English.
"""

from __future__ import annotations

from shared.errors import Cause, Refused
from shared.reporting import (
    calendar,
    chart,
    dimensions,
    freshness,
    groups,
    ledger,
    open_items,
    statements,
    tax_and_money,
)
from shared.reporting.model import Column, Role, View

__all__ = ["VIEWS", "Column", "Role", "View", "view"]

_SUBJECTS = (dimensions, calendar, chart, ledger, statements, open_items, tax_and_money, groups, freshness)

VIEWS: dict[str, View] = {each.name: each for subject in _SUBJECTS for each in subject.VIEWS}


def view(name: str) -> View:
    """The view of this name. Raises Refused(BAD_REQUEST)."""
    try:
        return VIEWS[name]
    except KeyError:
        raise Refused(Cause.BAD_REQUEST, f"no view is called {name}: docs/reporting.md lists them") from None
