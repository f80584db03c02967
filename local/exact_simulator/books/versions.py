"""Row versions: one rising counter per division database, tables in version order, the log of deletions."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from .values import BooksError

#: above 2^53, so that a reader that takes versions for floating point loses digits and shows it
HIGH = 2**55
#: a move halves the lowest version; below this a new database starts high again
LOW = 2**32
#: Exact keeps its log of deletions two months
DELETE_LOG = timedelta(days=61)


class Versioned(Protocol):
    """A row with an identity and a row version; version 0 means it is no longer there."""

    id: str
    version: int


class Versions:
    """The counter of one database. It rises by 2 to 9, as other tables of the database use it too."""

    def __init__(self, rng: Random) -> None:
        self._bits = rng.getrandbits
        self.highest = HIGH + rng.getrandbits(40)

    def next(self) -> int:
        """Give a version above all before it."""
        self.highest += 2 + self._bits(3) % 8
        return self.highest

    def restart_below(self, lowest: int) -> None:
        """Begin as another database does: below every version given so far, as long as there is room."""
        self.highest = lowest // 2 if lowest > LOW else HIGH + self._bits(40)


class Table[R: Versioned]:
    """Rows by id and in version order. A changed row leaves a stale place behind, which readers step over."""

    def __init__(self) -> None:
        self.rows: dict[str, R] = {}
        self._order: list[int] = []
        self._places: list[R] = []

    def __len__(self) -> int:
        return len(self.rows)

    def put(self, row: R, version: int) -> None:
        """Add a row, or give one that is there a version above all others."""
        row.version = version
        self.rows[row.id] = row
        self._order.append(version)
        self._places.append(row)
        if len(self._order) > 2 * len(self.rows) + 1000:
            self.rebuild()

    def put_late(self, row: R, version: int) -> None:
        """Add a row whose version lies below others: a transaction that was committed late."""
        place = bisect_left(self._order, version)
        row.version = version
        self.rows[row.id] = row
        self._order.insert(place, version)
        self._places.insert(place, row)

    def drop(self, row_id: str) -> R:
        """Remove a row."""
        row = self.rows.pop(row_id)
        row.version = 0
        return row

    def since(self, version: int) -> Iterator[R]:
        """Give rows with a version above this one, in rising order."""
        order, places = self._order, self._places
        for index in range(bisect_right(order, version), len(order)):
            if places[index].version == order[index]:
                yield places[index]

    def newest(self, back: int) -> int:
        """Give the version of the row that many places from the newest (0 is the newest); 0 when there are fewer."""
        for index in range(len(self._order) - 1, -1, -1):
            if self._places[index].version == self._order[index]:
                if not back:
                    return self._order[index]
                back -= 1
        return 0

    def has_version(self, version: int) -> bool:
        """Whether a place of the table was ever given this version since the last rebuild."""
        place = bisect_left(self._order, version)
        return place < len(self._order) and self._order[place] == version

    def rebuild(self) -> None:
        """Put the places in the order of the rows' present versions."""
        self._places = sorted(self.rows.values(), key=lambda row: row.version)
        self._order = [row.version for row in self._places]


@dataclass(slots=True, eq=False)
class Deletion:
    """One entry of `sync/Deleted`."""

    id: str
    version: int
    key: str
    entity_type: int
    at: datetime


class DeleteLog:
    """Deletions in version order; what is older than two months is gone."""

    def __init__(self) -> None:
        self._entries: list[Deletion] = []

    def add(self, entry: Deletion) -> None:
        """Write down a deletion."""
        insort(self._entries, entry, key=lambda deletion: deletion.version)

    def since(self, version: int, now: datetime) -> Iterator[Deletion]:
        """Give the deletions above a version that are still kept at this moment."""
        start = bisect_right(self._entries, version, key=lambda deletion: deletion.version)
        return (entry for entry in self._entries[start:] if entry.at > now - DELETE_LOG)

    def has_version(self, version: int) -> bool:
        """Whether a deletion has this version."""
        place = bisect_left(self._entries, version, key=lambda deletion: deletion.version)
        return place < len(self._entries) and self._entries[place].version == version

    def all(self) -> list[Deletion]:
        """Give every deletion, kept or not, in version order."""
        return list(self._entries)


def free_version(below: int, is_taken: Callable[[int], bool]) -> int:
    """Find a version under `below` that nothing has: a number the counter jumped over."""
    for version in range(below - 1, max(below - 1000, 0), -1):
        if not is_taken(version):
            return version
    raise BooksError(f"no free row version below {below}: raise it and try again")


def regenerate(versions: Versions, tables: list[Table[Versioned]], log: DeleteLog) -> None:
    """Give every row and deletion a new version in the old order, lower than before: the division moved."""
    rows: list[Versioned] = [row for table in tables for row in table.rows.values()]
    rows.extend(log.all())
    rows.sort(key=lambda row: row.version)
    if rows:
        versions.restart_below(rows[0].version)
    for row in rows:
        row.version = versions.next()
    for table in tables:
        table.rebuild()
