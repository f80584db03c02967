"""Every statement the code can send parses as T-SQL and keeps to what was decided."""

from __future__ import annotations

import re

import pytest
import sqlglot

from shared.streams import CATALOGUE
from tests.support.register_sql import register_schema
from tests.support.sql_server import tenant_schema, tenant_statements

TENANT = tenant_statements()


@pytest.mark.parametrize(
    "statements", [tenant_schema(), TENANT, register_schema()], ids=["schema", "tenant", "register"]
)
def test_every_statement_parses(statements: list[str]) -> None:
    assert statements
    for statement in statements:
        assert not any(part.find(sqlglot.exp.Command) for part in sqlglot.parse(statement, dialect="tsql") if part)


@pytest.mark.parametrize("word", ["MERGE ", "NOLOCK", "EXEC("])
def test_no_statement_uses(word: str) -> None:
    assert [statement for statement in TENANT if word in statement.upper()] == []


def test_each_stream_is_written_by_one_text_whatever_the_page() -> None:
    pages = [statement for statement in TENANT if "GROUP BY [_fate]" in statement]
    assert len(pages) == 2 * len(CATALOGUE)  # with all columns, and with one that Exact no longer knows


def test_every_table_a_statement_names_is_there() -> None:
    """Microsoft's model takes a table it does not know for one that is made later."""
    made = {found for statement in tenant_schema() for found in re.findall(r"CREATE TABLE (\S+)", statement)}
    asked = [statement for statement in TENANT if not statement.startswith("DROP")]
    used = {found for statement in asked for found in re.findall(r"\[\w+\]\.\[\w+\]", statement)}
    assert used <= made


def test_no_value_is_part_of_a_statement() -> None:
    assert not any("0f0f0f0f" in statement or "2026" in statement for statement in TENANT)
