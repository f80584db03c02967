"""The views as SQLite has them: columns, where they come from, what they cost."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from shared.reporting import VIEWS
from shared.reporting.dialects import SCALED
from shared.streams import CATALOGUE
from shared.streams.model import SCALE
from shared.warehouse.sqlite import create_sqlite
from tests.support.reported import with_views

_NAMED = re.compile(r"\b([A-Z]\w+)(?: \(superseded\))?\.(\w+)")
DERIVED = {
    (f"exact_{each.name}", column.name) for each in CATALOGUE.values() for column in each.columns if column.derived
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("views") / "tenant.db"
    create_sqlite(path)
    with closing(sqlite3.connect(with_views(path))) as connection:
        yield connection


def reads(connection: sqlite3.Connection, name: str) -> set[tuple[str, str]]:
    """The columns of tables that reading a view touches."""
    touched: set[tuple[str, str]] = set()

    def note(action: int, table: str | None, column: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ:
            touched.add((str(table), str(column)))
        return sqlite3.SQLITE_OK

    connection.set_authorizer(note)
    connection.execute(f"SELECT * FROM reporting_{name}").fetchall()
    connection.set_authorizer(None)
    return touched


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_has_the_columns_it_says(name: str, empty: sqlite3.Connection) -> None:
    columns = [column.name for column in VIEWS[name].columns]
    assert len(set(columns)) == len(columns)
    for schema in ("reporting", SCALED):
        found = empty.execute(f"SELECT * FROM {schema}_{name}").description
        assert [column[0] for column in found] == columns


@pytest.mark.parametrize("name", VIEWS)
def test_no_view_uses_a_column_copied_from_another_record(name: str, empty: sqlite3.Connection) -> None:
    assert reads(empty, name) & DERIVED == set()


@pytest.mark.parametrize("name", VIEWS)
def test_the_sources_the_dictionary_names_are_read(name: str, empty: sqlite3.Connection) -> None:
    touched = reads(empty, name)
    named = {found for _, of in VIEWS[name].sources() for found in _NAMED.findall(of) if found[0] in CATALOGUE}
    assert {(table, column) for table, column in named if (f"exact_{table}", column) not in touched} == set()


def test_amounts_are_divided_in_the_last_view_only(empty: sqlite3.Connection) -> None:
    found = dict(empty.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'view'"))
    for each in VIEWS.values():
        amounts = [column for column in each.columns if column.word in SCALE]
        assert found[f"reporting_{each.name}"].count(".0 AS") == len(amounts)
        assert "reporting_" not in found[f"{SCALED}_{each.name}"]


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("account_movements", "reporting_movements"),
        ("period_movements", "reporting_movements"),
        ("period_balances", "reporting_movements"),
        ("trial_balance", "reporting_movements"),
        ("openings_outside_lines", "reporting_openings"),
        ("vat_per_period", "reporting_vat"),
        ("payment_behaviour", "reporting_terms"),
    ],
)
def test_a_question_reads_an_index_and_not_the_wide_rows(name: str, index: str, empty: sqlite3.Connection) -> None:
    plan = [row[3] for row in empty.execute(f"EXPLAIN QUERY PLAN SELECT * FROM reporting_{name}")]
    assert any(f"USING COVERING INDEX {index}" in step or f"USING INDEX {index}" in step for step in plan)
    assert [step for step in plan if re.fullmatch(r"SCAN [lp]", step)] == []


@pytest.mark.parametrize("name", ["trial_balance", "balance_sheet", "profit_and_loss", "unmapped_amounts"])
def test_a_statement_reads_the_ledger_once(name: str, empty: sqlite3.Connection) -> None:
    plan = [row[3] for row in empty.execute(f"EXPLAIN QUERY PLAN SELECT * FROM reporting_{name}")]
    assert len([step for step in plan if re.fullmatch("SCAN .* reporting_movements", step)]) == 1
