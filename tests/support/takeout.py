"""A copy made by the pipeline, changed after its first run, and taken out; read with nothing of the writer's."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from shared.provisioning import SqliteProvisioner
from shared.streams import CATALOGUE
from shared.streams.rows import Refusal
from shared.takeout.content import Part
from shared.takeout.folder import Order, take_out
from shared.takeout.manifest import Manifest
from shared.takeout.snapshot import sqlite_snapshot
from shared.warehouse.protocol import Checkpoint, Claim
from shared.warehouse.sqlite import open_sqlite
from tests.support.clock import FakeClock
from tests.support.pipeline import Pipeline, pipeline_in
from tests.support.reported import with_views

#: what makes superseded versions, foreign amounts, rates
DONE = ("post_sale", "post_purchase", "post_bank", "match", "pay_term", "rename_account")


#: one that could not be taken
RECORD = '{"AmountDC": 1.23456, "Description": "Été; \\"zo\\""}'


@dataclass
class Watched:
    """What a watcher was told; ends the take-out after so many tables, as a kill would."""

    last: int = 1_000
    parts: list[str] = field(default_factory=list)
    rows: int = 0

    def begin(self, part: Part, rows: int, place: int, parts: int) -> None:
        if place > self.last:
            raise KeyboardInterrupt
        self.parts.append(part.title)

    def wrote(self, rows: int) -> None:
        self.rows += rows


def taken(path: Path, folder: Path, watched: Watched, tenant: str = "tenant-1") -> Manifest:
    return take_out(Order(tenant, folder, "test", FakeClock()), partial(sqlite_snapshot, path), watched)


def tenant_path(pipeline: Pipeline) -> Path:
    return SqliteProvisioner(pipeline.folder / "tenants").path(pipeline.register.tenants.get("tenant-1"))


def change_row(path: Path, number: int) -> None:
    """A worker sets a record aside, which is a write like any other."""
    refused = Refusal(f"refused-{number}", number, "AmountDC: too many digits", RECORD)
    with closing(open_sqlite(path, release="test", clock=FakeClock())) as warehouse:
        division = int(asked(path, "SELECT MIN(division) FROM sync_fences")[0][0])
        fence = int(asked(path, "SELECT MAX(fence) FROM sync_fences")[0][0])
        with warehouse.transaction(Claim(division, 1, fence)) as transaction:
            at = Checkpoint(division=division, stream="TransactionLines", epoch=1, number=1)
            transaction.set_aside(CATALOGUE["TransactionLines"], [refused], at)


def asked(path: Path, statement: str) -> list[tuple[Any, ...]]:
    """What the database itself says."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def csv_sum(path: Path, column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in csv_rows(path) if row[column]), Decimal(0))


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A tenant's database: two companies, two runs, one record set aside; nobody writes to it any more."""
    with pipeline_in(tmp_path_factory.mktemp("books"), seed=2, lines=1500, companies=2) as pipeline:
        pipeline.connect()
        pipeline.run()
        for change in DONE:
            pipeline.change(change)
        pipeline.clock.pass_time(days=1)
        assert pipeline.run() == ""
        path = tenant_path(pipeline)
        change_row(path, 1)
        yield with_views(path)


@pytest.fixture(scope="session")
def take_out_of(books: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its take-out."""
    folder = tmp_path_factory.mktemp("out") / "acme"
    taken(books, folder, Watched())
    return folder


@pytest.fixture
def copy_of(books: Path, tmp_path: Path) -> Callable[[], Path]:
    """Makes a database of one's own, with the same rows."""

    def copy() -> Path:
        path = tmp_path / "copied.sqlite3"
        with closing(sqlite3.connect(books)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = WAL")
        return path

    return copy
