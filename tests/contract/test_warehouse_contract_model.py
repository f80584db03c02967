"""Random histories of pages, deletions, readings and epochs against a model in plain Python, on every engine."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.streams.model import Stream
from shared.warehouse.protocol import Row, Superseded, Written
from tests.support.warehouse import LINES, TERMS, DatabaseFactory, TenantDatabase, key, line, row

type Line = tuple[int, int, int]  # number, version, year (of lines) or reference (of terms)


@dataclass
class Model:
    """What a database with these streams' rules must hold."""

    epoch: int = 1
    reading: int = 1
    run: int = 1
    rows: dict[int, tuple[int, int, int, int]] = field(default_factory=dict)  # epoch, version, content, run
    marks: dict[int, int] = field(default_factory=dict)
    deletions: dict[int, tuple[int, int]] = field(default_factory=dict)
    superseded: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)

    def write(self, page: Sequence[Line]) -> Written:
        newest: dict[int, Line] = {}
        for each in page:
            if each[0] not in newest or each[1] >= newest[each[0]][1]:
                newest[each[0]] = each
        return sum((self._take(*each) for each in newest.values()), Written())

    def _take(self, number: int, version: int, content: int) -> Written:
        old = self.rows.get(number)
        if old and old[:2] > (self.epoch, version):
            self.marks[number] = self.reading
            return Written(older=1, regressed=1)
        if self.deletions.get(number, (0, 0)) >= (self.epoch, version):
            return Written(deleted=1)
        if old and old[:3] != (self.epoch, version, content):
            self._remove(number)
        self.marks[number] = self.reading
        if self.rows.get(number):
            return Written(unchanged=1)
        self.rows[number] = (self.epoch, version, content, self.run)
        self.changed.add(str(content))
        return Written(updated=1) if old else Written(inserted=1)

    def _remove(self, number: int) -> None:
        _, version, content, run = self.rows.pop(number)
        self.marks.pop(number, None)
        self.superseded.append((number, version, content, run, self.run))
        self.changed.add(str(content))

    def delete(self, number: int, version: int) -> int:
        self.deletions[number] = max(self.deletions.get(number, (0, 0)), (self.epoch, version))
        found = self.rows.get(number, (99, 0))
        if found[:2] > (self.epoch, version):
            return 0
        self._remove(number)
        return 1

    def sweep(self, since: int) -> int:
        gone = [number for number in self.rows if self.marks.get(number, 0) < min(since, self.reading)]
        for number in gone:
            self._remove(number)
        return len(gone)

    def unseen(self) -> tuple[int, int]:
        return len(self.rows), sum(self.marks.get(number, 0) < self.reading for number in self.rows)


NUMBERS, VERSIONS, CONTENTS = st.integers(1, 4), st.integers(1, 4), st.integers(2024, 2026)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.lists(st.tuples(NUMBERS, VERSIONS, CONTENTS), max_size=5)),
        st.tuples(st.just("delete"), st.tuples(NUMBERS, VERSIONS)),
        st.tuples(st.just("sweep"), st.integers(0, 3)),
        st.tuples(st.sampled_from(["reading", "epoch", "run", "clear"]), st.none()),
    ),
    max_size=25,
)


def stored_line(number: int, version: int, content: int) -> Row:
    return line(number, version, FinancialYear=content)


def stored_term(number: int, version: int, content: int) -> Row:
    return row(TERMS, ID=key(number), Timestamp=version, Account=key(900), Reference=str(content))


STREAMS = {stream.name: stream for stream in (LINES, TERMS)}
ROW = {"Lines": stored_line, "Terms": stored_term}


def clear(database: TenantDatabase, stream: Stream) -> None:
    found = database.warehouse.changed_scopes(stream, 7)
    with database.warehouse.transaction(database.claim) as transaction:
        transaction.clear_changed(stream, list(found), max(found.values(), default=0))


def step(database: TenantDatabase, stream: Stream, model: Model, name: str, what: object) -> None:
    """Do one step in both and compare what they answer."""
    at = {"epoch": model.epoch, "number": model.reading}
    match name, what:
        case "write", list(page):
            assert database.write(stream, *(ROW[stream.name](*each) for each in page), **at) == model.write(page)
        case "delete", (number, version):
            assert database.delete(stream, number, version, model.epoch) == model.delete(number, version)
        case "sweep", int(since):
            assert database.sweep(stream, since=since, **at) == model.sweep(since)
        case "clear", None:
            clear(database, stream)
            model.changed.clear()
        case counter, None:
            setattr(model, counter, getattr(model, counter) + 1)
            database.begin_run(model.run)


def compare(database: TenantDatabase, stream: Stream, model: Model) -> None:
    make = ROW[stream.name]
    assert database.rows(stream) == [make(number, *model.rows[number][1:3]) for number in sorted(model.rows)]
    assert database.unseen(stream, epoch=model.epoch, number=model.reading) == model.unseen()
    if stream.history:
        kept = Counter(database.warehouse.history(stream, 7))
        assert kept == Counter(Superseded(make(n, v, c), first, last) for n, v, c, first, last in model.superseded)
    if stream.scope_column:
        assert set(database.warehouse.changed_scopes(stream, 7)) == model.changed


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(list(STREAMS)), steps=STEPS)
def test_any_history_ends_as_the_model_says(
    warehouse_factory: DatabaseFactory, name: str, steps: list[tuple[str, object]]
) -> None:
    database, model, stream = warehouse_factory(), Model(), STREAMS[name]
    for action, what in steps:
        step(database, stream, model, action, what)
    compare(database, stream, model)
