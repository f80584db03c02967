"""Views are replaced when what this release derives differs, all at once, and never by an older release."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from shared.errors import Broken
from shared.reporting.schema import derived
from shared.warehouse.derived import Derived
from shared.warehouse.names import Dialect
from shared.warehouse.sqlite import create_sqlite, open_sqlite
from tests.support.clock import FakeClock

FULL = derived(Dialect.SQLITE)
SMALL = Derived(
    "reporting",
    1,
    "small",
    {
        ("scaled", "codes"): 'CREATE VIEW "scaled_codes" AS SELECT 1 AS code',
        ("reporting", "codes"): 'CREATE VIEW "reporting_codes" AS SELECT code FROM "scaled_codes"',
    },
    {"reporting_days": 'CREATE INDEX "reporting_days" ON "exact_TransactionLines" ("Date")'},
)
type Refresh = Callable[[Derived], set[str]]


@pytest.fixture
def refresh(tmp_path: Path) -> Refresh:
    """Open the database with a layer, and give the names of what is derived in it."""
    path = tmp_path / "tenant.db"
    create_sqlite(path)

    def opened(layer: Derived) -> set[str]:
        with closing(open_sqlite(path, release="1", clock=FakeClock(), derived=layer)) as warehouse:
            warehouse.migrate()
        with closing(sqlite3.connect(path)) as connection:
            found = "SELECT name FROM sqlite_schema WHERE type = 'view' OR name LIKE 'reporting%'"
            return {name for (name,) in connection.execute(found)}

    return opened


def names(layer: Derived) -> set[str]:
    return {*(f"{schema}_{name}" for schema, name in layer.views), *layer.indexes}


def test_a_fresh_database_gets_all_views_and_indexes(refresh: Refresh) -> None:
    assert refresh(FULL) == names(FULL)


def test_what_differs_is_replaced_as_a_whole(refresh: Refresh) -> None:
    refresh(FULL)
    assert refresh(SMALL) == names(SMALL)
    assert refresh(FULL) == names(FULL)


def test_views_of_a_later_release_are_left_alone(refresh: Refresh) -> None:
    refresh(replace(SMALL, revision=2))
    assert refresh(FULL) == names(SMALL)


def test_the_same_views_are_not_made_again(refresh: Refresh) -> None:
    refresh(SMALL)
    broken = replace(SMALL, views={("reporting", "codes"): "CREATE VIEW this is never run"})
    assert refresh(broken) == names(SMALL)


def test_a_view_that_cannot_be_made_leaves_the_old_ones(refresh: Refresh) -> None:
    refresh(SMALL)
    with pytest.raises(Broken):
        refresh(
            replace(SMALL, fingerprint="other", views={("reporting", "codes"): "CREATE VIEW reporting_codes AS SELEC"})
        )
    assert refresh(SMALL) == names(SMALL)


def test_an_index_whose_statement_changed_is_made_anew(refresh: Refresh, tmp_path: Path) -> None:
    refresh(SMALL)
    by_year = 'CREATE INDEX "reporting_days" ON "exact_TransactionLines" ("FinancialYear")'
    refresh(replace(SMALL, fingerprint="other", indexes={"reporting_days": by_year}))
    with closing(sqlite3.connect(tmp_path / "tenant.db")) as connection:
        ((found,),) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'reporting_days'")
    assert found == by_year


def test_every_index_bears_the_name_of_its_layer() -> None:
    assert all(name.startswith(f"{FULL.name}_") for name in FULL.indexes)
