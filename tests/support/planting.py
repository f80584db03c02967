"""Differences planted in a tenant's copy behind the pipeline's back, and what its proof says of them."""

from __future__ import annotations

import sqlite3
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from shared.warehouse.proofs import Difference, Proof, Standing
from tests.support.pipeline import Pipeline

LINES = '"exact_TransactionLines"'


@dataclass
class Copy:
    """The first division's copy, once proven; a line is chosen that the newest 500 do not hold."""

    pipeline: Pipeline

    def run(self, days: int = 7) -> Counter[str]:
        """A run so much later (after a week every year is compared); the calls it made."""
        self.pipeline.clock.pass_time(days=days)
        self.pipeline.calls()
        self.pipeline.run()
        return self.pipeline.calls()

    # --- planting

    def lose(self) -> str:
        line = self.line()
        self._run(f"DELETE FROM {LINES} WHERE ID = ?", line)
        return line

    def double(self) -> str:
        line = self.line()
        names = ", ".join(f'"{name}"' for name in self._columns() if name not in {"ID", "_id"})
        self._run(
            f'INSERT INTO {LINES} ("ID", {names}) SELECT ?, {names} FROM {LINES} WHERE ID = ?', str(uuid.uuid4()), line
        )
        return line

    def add_cent(self) -> str:
        line = self.line()
        self._run(f"UPDATE {LINES} SET AmountDC = AmountDC + 100 WHERE ID = ?", line)
        return line

    def move(self) -> str:
        line = self.line()
        self._run(
            f"UPDATE {LINES} SET FinancialPeriod = CASE FinancialPeriod WHEN 1 THEN 2 ELSE 1 END WHERE ID = ?", line
        )
        return line

    def miss_deletion(self) -> str:
        """The books delete an old entry, and the copy never hears of it."""
        books = self.pipeline.world.divisions[self.pipeline.code].books
        entry = books.lines.rows[self.line("MAX")].entry
        self.pipeline.change("delete_entry", entry=entry.id)
        lost = {line.id for line in entry.lines} | {term.id for line in entry.lines for term in line.terms or ()}
        log = books.deleted._entries
        log[:] = [deletion for deletion in log if deletion.key not in lost]
        return entry.id

    def line(self, year: str = "MIN") -> str:
        """The oldest line of a general journal entry of the first (or last) year; the overlap does not reach it."""
        query = (
            f"SELECT ID FROM {LINES} WHERE _division = ? AND Type IN (70, 90) "
            f"AND FinancialYear = (SELECT {year}(FinancialYear) FROM {LINES}) ORDER BY Timestamp LIMIT 1"
        )
        with self._database() as database:
            return str(database.execute(query, (self.pipeline.code,)).fetchone()[0])

    # --- looking

    @property
    def first_year(self) -> int:
        return self.pipeline.world.divisions[self.pipeline.code].years()[0]

    def pages(self, year: int) -> int:
        """Calls that reading ReportingBalance of a year takes."""
        return -(-len(self.pipeline.world.divisions[self.pipeline.code].reporting_balance(year)) // 60)

    def latest(self, subject: str = "ledger", scope: str = "") -> Proof:
        """The last proof of a subject; of the ledger, of its first year when no scope is named."""
        with closing(self.pipeline.warehouse()) as warehouse:
            found = warehouse.proofs(self.pipeline.code).latest()
        return next(each for each in found if each.subject == subject and scope in ("", each.scope))

    def history(self) -> list[tuple[str, str, str]]:
        """Every ledger proof: (year, state, healed by), in the order they were made."""
        with self._database() as database:
            query = "SELECT scope, state, healed_by FROM sync_proofs WHERE subject = 'ledger' ORDER BY number"
            return database.execute(query).fetchall()

    def differences(self, subject: str = "ledger") -> list[Difference]:
        with closing(self.pipeline.warehouse()) as warehouse:
            return warehouse.proofs(self.pipeline.code).differences(self.latest(subject).number)

    def found(self, state: str) -> list[Difference]:
        """What the ledger proofs that came out so have found."""
        with self._database() as database:
            numbers = database.execute(
                "SELECT number FROM sync_proofs WHERE state = ? ORDER BY number", (state,)
            ).fetchall()
        with closing(self.pipeline.warehouse()) as warehouse:
            proofs = warehouse.proofs(self.pipeline.code)
            return [each for (number,) in numbers for each in proofs.differences(number)]

    @property
    def standing(self) -> Standing:
        with closing(self.pipeline.warehouse()) as warehouse:
            return warehouse.proofs(self.pipeline.code).standing()

    def execute(self, statement: str, *values: Any) -> None:
        self._run(statement, *values)

    def _run(self, statement: str, *values: Any) -> None:
        with self._database() as database:
            database.execute(statement, values)
            database.commit()

    def _columns(self) -> list[str]:
        with self._database() as database:
            return [row[1] for row in database.execute(f"PRAGMA table_info({LINES})")]

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        (path,) = (self.pipeline.folder / "tenants").glob("tenant-1-books*")
        with closing(sqlite3.connect(path)) as database:
            yield database


@pytest.fixture
def proven_over(pipeline_over: Callable[..., Pipeline]) -> Callable[..., Copy]:
    """`proven_over(lines=1500)`: a division copied and proven; a contract runs, so that weeks may pass."""

    def build(**settings: Any) -> Copy:
        pipeline = pipeline_over(**settings)
        pipeline.connect()
        pipeline.register.tenants.set_contract("tenant-1", pipeline.clock().date(), None)
        pipeline.run()
        return Copy(pipeline)

    return build


@pytest.fixture
def proven(proven_over: Callable[..., Copy]) -> Copy:
    """One company of 1,100 lines, copied and proven; each reading asks for few of them again."""
    return proven_over(lines=1100, QICS_OVERLAP_ROWS="50")
