"""The scripts that make a database of a take-out, as an independent parser reads them."""

from __future__ import annotations

import pytest
import sqlglot

from shared.reporting import VIEWS
from shared.takeout.content import taken_tables
from shared.takeout.script import tsql_script

BATCHES = [batch.strip() for batch in tsql_script().split("\nGO") if batch.strip()]


def batches(begin: str) -> list[str]:
    return [batch for batch in BATCHES if batch.startswith(begin)]


@pytest.mark.parametrize("begin", ["CREATE TABLE", "INSERT INTO", "CREATE INDEX", "CREATE VIEW", "DROP TABLE"])
def test_every_batch_is_tsql(begin: str) -> None:
    assert batches(begin)
    for batch in batches(begin):
        (statement,) = sqlglot.parse(batch.rstrip(";"), dialect="tsql")
        assert statement is not None


def test_every_table_is_made_filled_and_given_its_views_on_sql_server() -> None:
    names = [f"[{table.schema}].[{table.name}]" for table in taken_tables()]
    assert [batch.split(" (")[0] for batch in batches("INSERT INTO")] == [f"INSERT INTO {name}" for name in names]
    assert len(batches("BULK INSERT")) == len(names)
    assert len(batches("CREATE VIEW")) == len(VIEWS)
