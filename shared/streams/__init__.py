"""The catalogue: every stream that is copied, in the order they are best read.

Lines and open items come before the master data they refer to, so that at a run's end no line refers to a record that
was read before the line was; the totals come last, as what was read is compared with them.
"""

from __future__ import annotations

from shared.errors import Cause, Refused
from shared.streams import (
    analysis,
    budgets,
    chart,
    currencies,
    divisions,
    ledger,
    open_items,
    periods,
    relations,
    tax,
    totals,
)
from shared.streams.deletions import DELETED
from shared.streams.model import Kind, Stream

__all__ = ["CATALOGUE", "CHANGES", "DELETED", "DELETED_TYPES", "PARTS", "SNAPSHOTS", "STORED", "TOTALS", "stream"]

_SUBJECTS = (ledger, open_items, chart, relations, analysis, periods, tax, currencies, budgets, divisions, totals)

#: by name; DELETED is not among them: it has no table of its own
CATALOGUE: dict[str, Stream] = {found.name: found for subject in _SUBJECTS for found in subject.STREAMS}


def _of(kind: Kind) -> tuple[Stream, ...]:
    return tuple(found for found in CATALOGUE.values() if found.kind is kind)


CHANGES = _of(Kind.CHANGES)
SNAPSHOTS = _of(Kind.SNAPSHOT)
TOTALS = _of(Kind.TOTALS)

#: pieces of the catalogue's streams that can be listed anew; they have no rows of their own
PARTS = (ledger.PERIOD_LINES, ledger.YEAR_LINES)

#: what a tenant's database has tables for
STORED = (*CATALOGUE.values(), *PARTS)

#: by EntityType of `sync/Deleted`
DELETED_TYPES: dict[int, Stream] = {found.deleted_type: found for found in CHANGES if found.deleted_type is not None}


def stream(name: str) -> Stream:
    """The stream of this name. Raises Refused(BAD_REQUEST)."""
    try:
        return CATALOGUE[name]
    except KeyError:
        raise Refused(Cause.BAD_REQUEST, f"no stream is called {name}; `qics streams` lists them") from None
