"""The calls a run made, from the simulator's own log of requests, beside the fewest it could have made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from local.demo.copy import Copy
from shared.exact.hosts import endpoint
from shared.streams import CATALOGUE, CHANGES, DELETED
from shared.streams.model import Kind, Stream

#: calls by division and endpoint
type Calls = Counter[tuple[int, str]]

API = "/api/v1/"
DIVISIONS = CATALOGUE["Divisions"]
LISTED_AT_ONCE = 60


def counted(requests: Iterable[Mapping[str, Any]]) -> Calls:
    """The calls of the data API among requests; those without a division in the address count for no limit."""
    data = (request for request in requests if request["path"].startswith(API) and request["division"] is not None)
    return Counter((request["division"], endpoint(request["path"])) for request in data)


def pages(rows: int, size: int) -> int:
    """Calls it takes to read so many rows; an empty list has a page, too."""
    return max(1, -(-rows // size))


@dataclass(frozen=True, slots=True)
class Fewest:
    """The fewest calls with which a run can learn what it has to."""

    division: int
    by_endpoint: Counter[str]


def of_quiet(division: int) -> Fewest:
    """A division in which little or nothing happened: one call for each stream of changes, and the log of deletions."""
    return Fewest(division, Counter(_endpoint(stream) for stream in (DELETED, *CHANGES)))


def of_moved(division: int, copy: Copy) -> Fewest:
    """A division whose row versions are void: every list in full."""
    calls = Counter({_endpoint(DELETED): 1})
    with copy.warehouse() as warehouse:
        for stream in CATALOGUE.values():
            if stream.kind is Kind.TOTALS:
                at = 0 if len(stream.scopes) > 1 else stream.index[str(stream.scope_column)]
                scopes = Counter(str(row[at]) for row in warehouse.read_rows(stream, division))
                for scope, rows in scopes.items():
                    calls[_endpoint(stream, scope)] += pages(rows, stream.page_size)
            elif stream is not DIVISIONS:
                calls[_endpoint(stream)] += pages(warehouse.count(stream, division), stream.page_size)
    return Fewest(division, calls)


def with_list(fewest: Iterable[Fewest], divisions: int, by_way_of: int) -> Calls:
    """Add the list of divisions, which is read once for all of them by way of one."""
    calls: Calls = Counter()
    for each in fewest:
        calls.update({(each.division, path): count for path, count in each.by_endpoint.items()})
    calls[by_way_of, _endpoint(DIVISIONS)] += pages(divisions, LISTED_AT_ONCE)
    return calls


def table(made: Calls, fewest: Calls, divisions: Iterable[int]) -> Table:
    """Calls by endpoint and division; where they differ from the fewest, both."""
    columns = list(divisions)
    shown = Table("Endpoint", box=None, pad_edge=False, header_style="bold")
    for division in columns:
        shown.add_column(str(division), justify="right")
    for path in dict.fromkeys(path for _, path in (*fewest, *made)):
        shown.add_row(path, *(_cell(made[division, path], fewest[division, path]) for division in columns))
    sums = [(_sum(made, division), _sum(fewest, division)) for division in columns]
    shown.add_row("[bold]all[/bold]", *(f"[bold]{_cell(*both)}[/bold]" for both in sums), end_section=True)
    return shown


def _cell(made: int, fewest: int) -> str:
    if made == fewest:
        return f"{made:,}" if made else "—"
    return f"[red]{made:,} (fewest {fewest:,})[/red]"


def _sum(calls: Calls, division: int) -> int:
    return sum(count for (of, _), count in calls.items() if of == division)


def _endpoint(stream: Stream, scope: str = "") -> str:
    return endpoint(f"{API}{stream.path.format(division=0, scope=scope)}")
