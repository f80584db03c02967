"""Every copied row against the books behind the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from local.compare import Difference, differences
from local.demo.copy import Copy
from local.demo.exact import Exact
from shared.streams import CATALOGUE, TOTALS, stream
from shared.streams.model import Stream
from shared.warehouse.protocol import Row, Warehouse

#: books of some streams as they stood at another time, by division and stream
type Earlier = dict[tuple[int, str], list[dict[str, object]]]


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing found."""

    rows: int
    values: int
    differences: list[Difference]


def totals_now(exact: Exact, division: int) -> Earlier:
    """The totals of a division as the books have them now: they are read once a day at most, and compared with this."""
    return {(division, each.name): booked(exact, division, each) for each in TOTALS}


def booked(exact: Exact, division: int, of: Stream) -> list[dict[str, object]]:
    """What the books hold of a stream; of one with several scopes, each row says which it is of."""
    if len(of.scopes) == 1:
        return exact.books(division, of.name)
    parts = {scope: exact.books(division, f"{of.name}/{scope}") for scope in of.scopes}
    return [row | {of.key[0]: scope} for scope, rows in parts.items() for row in rows]


def compare(copy: Copy, exact: Exact, earlier: Earlier, tell: Callable[[str], None]) -> Compared:
    """Compare every row of every stream of every chosen division. `tell` hears what is compared next."""
    rows = values = 0
    found: list[Difference] = []
    with copy.warehouse() as warehouse:
        for division in copy.divisions:
            anonymised = _anonymised(exact, division)
            for each in CATALOGUE.values():
                tell(f"{each.name} of {division}")
                then = earlier.get((division, each.name))
                books = booked(exact, division, each) if then is None else then
                copied = _Counted(warehouse, each, division)
                found += differences(each, copied, books, anonymised)
                rows, values = rows + copied.rows, values + copied.rows * len(each.columns)
    return Compared(rows, values, found)


def _anonymised(exact: Exact, division: int) -> set[str]:
    return {str(row["ID"]) for row in booked(exact, division, stream("Accounts")) if row["IsAnonymised"]}


class _Counted:
    """The rows of a stream, counted while they are handed out."""

    def __init__(self, warehouse: Warehouse, of: Stream, division: int) -> None:
        self._source = warehouse.read_rows(of, division)
        self.rows = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._source:
            self.rows += 1
            yield row
