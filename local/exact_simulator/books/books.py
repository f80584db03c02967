"""One division's books as facts: master records, entries, payment terms, row versions. All that writes goes here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from random import Random
from typing import cast

from .fiscal import FiscalCalendar
from .profiles import Profile
from .records import Entry, Exchange, Line, Record, Term
from .values import ONE, BooksError, Ids, Moment, Row
from .versions import DeleteLog, Deletion, Table, Versioned, Versions, free_version, regenerate

#: entity numbers of `sync/Deleted`
ENTITY_TYPES = {
    "TransactionLines": 1,
    "Accounts": 2,
    "GLAccounts": 7,
    "Items": 9,
    "PaymentTerms": 10,
    "GLClassifications": 18,
    "Projects": 21,
}
MASTERS = ("GLAccounts", "GLClassifications", "Accounts", "Items", "Projects")


class Books:
    """The facts of one division."""

    def __init__(self, code: int, profile: Profile, calendar: FiscalCalendar, rng: Random, moment: Moment) -> None:
        self.code = code
        self.profile = profile
        self.calendar = calendar
        self.rng = rng
        self.moment = moment
        self.ids = Ids(rng)
        self.versions = Versions(rng)
        self.masters: dict[str, Table[Record]] = {name: Table() for name in MASTERS}
        self.snapshots: dict[str, dict[str, Record]] = {}
        self.lines: Table[Line] = Table()
        self.terms: Table[Term] = Table()
        self.open_terms: dict[str, Term] = {}
        self.deleted = DeleteLog()
        self.entries: dict[str, Entry] = {}
        self.gl: dict[str, Record] = {}  # by role of the chart
        self.opening: dict[str, int] = {}  # cents by G/L account id, not among the lines
        self.closed_years: set[int] = set()
        self.needed: set[str] = set()  # ids of rows the books cannot do without
        self.revision = 0  # rises with every change
        self._numbers: dict[tuple[int, str], int] = {}

    @property
    def currency(self) -> str:
        """The division's own currency."""
        return self.profile.currency

    def add(self, entity: str, facts: Row, links: dict[str, Record] | None = None, record_id: str = "") -> Record:
        """Add a master record or a row of a snapshot entity."""
        record = Record(record_id or self.ids.new(), facts, self.moment.now, self.moment.now, links or {})
        self.revision += 1
        if entity in self.masters:
            self.masters[entity].put(record, self.versions.next())
        else:
            self.snapshots.setdefault(entity, {})[record.id] = record
        return record

    def records(self, entity: str) -> dict[str, Record]:
        """Give the records of an entity by id."""
        return self.masters[entity].rows if entity in self.masters else self.snapshots.setdefault(entity, {})

    def by_code(self, entity: str, code: str) -> Record:
        """Give the record with a code, blanks aside."""
        for record in self.records(entity).values():
            if str(record.facts["Code"]).strip() == code:
                return record
        raise BooksError(f"{entity} has no code {code!r} in division {self.code}")

    def change(self, entity: str, record: Record, facts: Row) -> None:
        """Change stored properties; a master record gets a new row version, rows that show its name do not."""
        record.facts |= facts
        record.modified = self.moment.now
        self.revision += 1
        if entity in self.masters:
            self.masters[entity].put(record, self.versions.next())

    def remove(self, entity: str, record_id: str) -> None:
        """Delete a master record or a row of a snapshot entity."""
        if entity in self.masters:
            self.masters[entity].drop(record_id)
            self._log(entity, record_id)
        else:
            del self.records(entity)[record_id]

    def entry(
        self,
        journal: str,
        kind: int,
        day: date,
        exchange: Exchange | None = None,
        *,
        status: int = 20,
        year_period: tuple[int, int] | None = None,
    ) -> Entry:
        """Begin an entry in the journal with that code; it is in the books once `book` gave it its lines."""
        period = self.calendar.at(day)
        year, number = year_period or (period.year, period.number)
        paid_in = exchange or Exchange(self.currency, ONE)
        heading = self.ids.new(), self.next_number(year, journal), self.by_code("Journals", journal)
        return Entry(*heading, kind, status, day, year, number, paid_in.currency, paid_in.rate, self.moment.now)

    def next_number(self, year: int, series: str) -> int:
        """Give the next number of a series in a year: two digits of year, two of series, five of sequence."""
        sequence = self._numbers.get((year, series), 0) + 1
        self._numbers[year, series] = sequence
        return (year % 100) * 10_000_000 + int(series) * 100_000 + sequence

    def book(self, entry: Entry, lines: Sequence[Line]) -> Entry:
        """Put an entry with its lines into the books. They must add up to zero in both currencies."""
        if sum(line.dc for line in lines) or sum(line.fc for line in lines):
            raise BooksError(f"entry {entry.number} does not balance")
        now, new_id, version, put = self.moment.now, self.ids.new, self.versions.next, self.lines.put
        for line in lines:
            line.id = new_id()
            line.modified = now
            put(line, version())
        entry.lines = list(lines)
        self.entries[entry.id] = entry
        self.revision += 1
        return entry

    def touch_lines(self, lines: Iterable[Line]) -> None:
        """Write down that lines changed: each gets a new row version."""
        for line in lines:
            line.modified = self.moment.now
            self.lines.put(line, self.versions.next())
        self.revision += 1

    def touch_term(self, term: Term) -> None:
        """Write down that a payment term is new or changed."""
        term.modified = self.moment.now
        self.terms.put(term, self.versions.next())
        if term.status < 50:
            self.open_terms[term.id] = term
        else:
            self.open_terms.pop(term.id, None)

    def remove_entry(self, entry: Entry) -> None:
        """Take an entry, its lines and their payment terms out of the books; each goes to the log of deletions."""
        for line in entry.lines:
            self.lines.drop(line.id)
            self._log("TransactionLines", line.id)
            for term in line.terms or ():
                self.remove_term(term)
        del self.entries[entry.id]
        self.revision += 1

    def remove_term(self, term: Term) -> None:
        """Take a payment term out of the books."""
        self.terms.drop(term.id)
        self.open_terms.pop(term.id, None)
        self._log("PaymentTerms", term.id)

    def book_late(self, entry: Entry, rows_back: int) -> None:
        """Give the lines of a booked entry versions just below those of the `rows_back` lines newest but for them."""
        ceiling = self.lines.newest(rows_back + len(entry.lines) - 1)
        for line in entry.lines:
            ceiling = free_version(ceiling, self._has_version)
            self.lines.put_late(line, ceiling)

    def regenerate_versions(self) -> None:
        """Give everything new, lower row versions, in the old order."""
        regenerate(self.versions, list(self._tables()), self.deleted)

    def references(self) -> set[str]:
        """Give the ids of the records that lines, entries or other records refer to."""
        used = {
            linked.id
            for entity in self._entities()
            for row in self.records(entity).values()
            for linked in row.links.values()
        }
        used |= self.needed | {record.id for record in self.gl.values()}
        for entry in self.entries.values():
            used.add(entry.journal.id)
            if entry.condition:
                used.add(entry.condition.id)
            for line in entry.lines:
                used.update(record.id for record in line.records() if record)
        return used

    def _entities(self) -> Iterator[str]:
        yield from self.masters
        yield from self.snapshots

    def _tables(self) -> Iterator[Table[Versioned]]:
        for table in (*self.masters.values(), self.lines, self.terms):
            yield cast("Table[Versioned]", table)

    def _has_version(self, version: int) -> bool:
        return self.deleted.has_version(version) or any(table.has_version(version) for table in self._tables())

    def _log(self, entity: str, key: str) -> None:
        self.deleted.add(Deletion(self.ids.new(), self.versions.next(), key, ENTITY_TYPES[entity], self.moment.now))
