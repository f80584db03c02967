"""TenantDatabase databases of every engine there is, and streams made by hand that show each kind once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from shared.streams.model import Column, Kind, Purpose, Stream, Word
from shared.warehouse.azure_sql import open_azure_sql
from shared.warehouse.derived import Derived
from shared.warehouse.protocol import Checkpoint, Claim, Deletion, Refusal, Row, Value, Warehouse, Written
from shared.warehouse.sqlite import create_sqlite, open_sqlite
from tests.support import t_sql

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def local(text: str) -> datetime:
    """A moment of Exact's naive clock."""
    return datetime.fromisoformat(text)


def at_noon() -> datetime:
    return NOW


def column(name: str, word: Word, *, soft: bool = False) -> Column:
    return Column(name, word, Purpose.LEDGER, soft=soft)


def made(name: str, kind: Kind, *columns: Column, **more: object) -> Stream:
    return Stream(name=name, path=name, kind=kind, columns=columns, rights=name, scope_group="", **more)  # type: ignore[arg-type]


ID, VERSION = column("ID", Word.KEY), column("Timestamp", Word.VERSION)

#: a `changes` stream with a column of every word
LINES = made(
    "Lines",
    Kind.CHANGES,
    ID,
    VERSION,
    column("Account", Word.KEY),
    column("FinancialYear", Word.NUMBER),
    column("Description", Word.TEXT, soft=True),
    column("Code", Word.CODE),
    column("Date", Word.DAY),
    column("Created", Word.LOCAL_TIME),
    column("Amount", Word.MONEY),
    column("Rate", Word.RATE),
    column("Quantity", Word.QUANTITY),
    column("Open", Word.FLAG),
    version="Timestamp",
    deleted_type=1,
    scope_column="FinancialYear",
    person="Account",
)
TERMS = made(
    "Terms",
    Kind.CHANGES,
    ID,
    VERSION,
    column("Account", Word.KEY),
    column("Reference", Word.TEXT, soft=True),
    version="Timestamp",
    deleted_type=10,
    person="Account",
    history=True,
)
RELATIONS = made(
    "Relations",
    Kind.CHANGES,
    ID,
    VERSION,
    column("Name", Word.TEXT, soft=True),
    column("IsAnonymised", Word.FLAG),
    version="Timestamp",
    deleted_type=2,
    person="ID",
)
JOURNALS = made("Journals", Kind.SNAPSHOT, ID, column("Description", Word.TEXT))
RATES = made(
    "Rates",
    Kind.SNAPSHOT,
    column("Currency", Word.CODE),
    column("Year", Word.NUMBER),
    column("Rate", Word.RATE),
    key=("Currency", "Year"),
    scope_column="Year",
)
BALANCES = made(
    "Balances",
    Kind.TOTALS,
    column("ReportingYear", Word.NUMBER),
    column("CostCenterCode", Word.CODE),
    column("Amount", Word.MONEY),
    key=("ReportingYear", "CostCenterCode"),
    scope_column="ReportingYear",
)
OPENINGS = made(
    "Openings",
    Kind.TOTALS,
    column("Variant", Word.CODE),
    column("ReportingYear", Word.NUMBER),
    column("GLAccount", Word.KEY),
    column("Amount", Word.MONEY),
    key=("Variant", "GLAccount", "ReportingYear"),
    scopes=("Current/Entry", "Current/Processed"),
)
ADMINISTRATIONS = made(
    "Administrations",
    Kind.SNAPSHOT,
    column("Code", Word.NUMBER),
    column("Description", Word.TEXT),
    key=("Code",),
    by_division=False,
)
#: the lines of one year and code, from a list that has no versions
PART = replace(
    LINES,
    name="Part",
    kind=Kind.PART,
    columns=tuple(column for column in LINES.columns if column.name != "Timestamp"),
    version=None,
    deleted_type=None,
    scope_column=None,
    part_of=LINES,
    part_columns=("FinancialYear", "Code"),
)
STREAMS = (LINES, TERMS, RELATIONS, JOURNALS, RATES, BALANCES, OPENINGS, ADMINISTRATIONS, PART)
TYPES = {stream.deleted_type: stream for stream in STREAMS if stream.deleted_type is not None}


def key(number: int) -> str:
    return str(uuid.UUID(int=number))


def row(stream: Stream, **values: Value) -> Row:
    """A row of the stream; what is not named is None."""
    return tuple(values.pop(name, None) for name in stream.names) if values.keys() <= set(stream.names) else ()


def line(number: int, version: int = 1, **values: Value) -> Row:
    filled: dict[str, Value] = {
        "ID": key(number),
        "Timestamp": version,
        "Account": key(900),
        "FinancialYear": 2026,
        "Description": "Factuur 🧾",
        "Code": "8000",
        "Date": date(2026, 1, 31),
        "Created": local("2026-01-31 23:59:59.999000"),
        "Amount": Decimal("-12.3400"),
        "Rate": Decimal("1.123456789"),
        "Quantity": Decimal("0.000001"),
        "Open": True,
    }
    return row(LINES, **filled | values)


def checkpoint(stream: Stream, *, division: int = 7, epoch: int = 1, number: int = 1, **more: object) -> Checkpoint:
    return Checkpoint(division=division, stream=stream.name, epoch=epoch, number=number, **more)  # type: ignore[arg-type]


def refusal(number: int, version: int, record: str = "{}") -> Refusal:
    return Refusal(key(number), version, "Amount: too many digits", record)


@dataclass
class TenantDatabase:
    """One tenant's database and the shortest way to write to it."""

    reopen: Callable[..., Warehouse]  #: can be handed to another process
    opened: list[Warehouse] = field(default_factory=list, repr=False)
    claim: Claim = field(default_factory=lambda: Claim(division=7, run=1, fence=1))

    def open(self, **options: object) -> Warehouse:
        """Another connection to the same database."""
        self.opened.append(self.reopen(**options))
        return self.opened[-1]

    @property
    def warehouse(self) -> Warehouse:
        return self.opened[0]

    def begin_run(self, run: int) -> None:
        self.claim = replace(self.claim, run=run)

    def write(self, stream: Stream, *rows: Row, **at: int) -> Written:
        with self.warehouse.transaction(replace(self.claim, division=at.get("division", 7))) as transaction:
            return transaction.upsert(stream, rows, checkpoint(stream, **at))

    def refuse(self, stream: Stream, *refusals: Refusal, **at: int) -> None:
        with self.warehouse.transaction(self.claim) as transaction:
            transaction.set_aside(stream, refusals, checkpoint(stream, **at))

    def delete(self, stream: Stream, number: int, version: int, epoch: int = 1) -> int:
        assert stream.deleted_type is not None
        entry = Deletion(stream.deleted_type, key(number), version, local("2026-11-01 08:00:00"))
        with self.warehouse.transaction(self.claim) as transaction:
            return transaction.delete([entry], TYPES, epoch)[stream.deleted_type]

    def sweep(self, stream: Stream, since: int, **at: object) -> int:
        with self.warehouse.transaction(self.claim) as transaction:
            return transaction.sweep(stream, checkpoint(stream, **at), since=since)  # type: ignore[arg-type]

    def unseen(self, stream: Stream, **at: object) -> tuple[int, int]:
        with self.warehouse.transaction(self.claim) as transaction:
            return transaction.unseen(stream, checkpoint(stream, **at))  # type: ignore[arg-type]

    def rows(self, stream: Stream, division: int = 7) -> list[Row]:
        return list(self.warehouse.read_rows(stream, division))

    def keys(self, stream: Stream, division: int = 7) -> list[Value]:
        return [found[0] for found in self.rows(stream, division)]

    def kept(self) -> list[tuple[str, str, int]]:
        return [(stream, kept.key, kept.version) for stream, kept in self.warehouse.set_aside(7)]


def reopen_sqlite(path: Path, release: str = "1", streams: tuple[Stream, ...] = STREAMS, **options: float) -> Warehouse:
    return open_sqlite(path, release=release, clock=at_noon, streams=streams, **options)


def sqlite_database(folder: Path) -> TenantDatabase:
    path = folder / "tenant.db"
    create_sqlite(path)
    return TenantDatabase(partial(reopen_sqlite, path))


def reopen_t_sql(
    database: str, release: str = "1", streams: tuple[Stream, ...] = STREAMS, derived: Derived | None = None
) -> Warehouse:
    where = {"pool": t_sql.pool(), "patience": t_sql.PATIENCE}
    return open_azure_sql(
        t_sql.server(), database, release=release, clock=at_noon, streams=streams, derived=derived, **where
    )


def t_sql_database(_folder: Path) -> TenantDatabase:
    return TenantDatabase(partial(reopen_t_sql, t_sql.emptied("tenant", tables=False)))


@dataclass
class DatabaseFactory:
    """Makes empty tenant databases of one engine."""

    folder: Path
    make: Callable[[Path], TenantDatabase]
    made: list[TenantDatabase] = field(default_factory=list, repr=False)

    def __call__(self) -> TenantDatabase:
        folder = self.folder / str(len(self.made))
        folder.mkdir()
        self.made.append(self.make(folder))
        self.made[-1].open().migrate()
        return self.made[-1]

    def close(self) -> None:
        for database in self.made:
            for warehouse in database.opened:
                warehouse.close()


#: an engine joins the contract suite with one line here
ENGINES: dict[str, Callable[[Path], TenantDatabase]] = {"sqlite": sqlite_database, "t-sql": t_sql_database}


@pytest.fixture(params=ENGINES)
def warehouse_factory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DatabaseFactory]:
    if request.param == "t-sql":
        t_sql.needed()
    with closing(DatabaseFactory(tmp_path, ENGINES[request.param])) as factory:
        yield factory


@pytest.fixture
def database(warehouse_factory: DatabaseFactory) -> TenantDatabase:
    return warehouse_factory()
