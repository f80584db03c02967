"""The views as Azure SQL would get them, bound to the tenant's schema by Microsoft's own parser and model."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from shared.reporting import VIEWS
from shared.reporting.questions import ageing_on, consolidated_in, open_items_on
from shared.reporting.schema import derived
from shared.streams import CATALOGUE
from shared.warehouse import ddl
from shared.warehouse.names import Dialect
from shared.warehouse.schema import tables

DAY = date(2026, 6, 30)
type Check = Callable[[Iterable[str], Iterable[str]], str]


@pytest.fixture
def check(kit: Path, tmp_path: Path) -> Check:
    """What the checker finds in views and in statements; "" when all of it binds."""
    program = shutil.which("mscheck") or str(kit / "tools" / "mscheck" / "mscheck")

    def run(views: Iterable[str], statements: Iterable[str]) -> str:
        made = [statement for table in tables(CATALOGUE.values()) for statement in ddl.create(table, Dialect.TSQL)]
        schemas = sorted({table.schema for table in tables(CATALOGUE.values())} | {"reporting"})
        batches = [*(f"CREATE SCHEMA {each}" for each in schemas), *made, *views]
        (tmp_path / "schema.sql").write_text("\nGO\n".join(batches), encoding="utf-8")
        (tmp_path / "questions.sql").write_text("\nGO\n".join(statements), encoding="utf-8")
        paths = ["--schema", str(tmp_path / "schema.sql"), "--statements", str(tmp_path / "questions.sql")]
        done = subprocess.run([program, "model", *paths], capture_output=True, text=True, check=False)
        return "" if done.returncode == 0 else done.stdout + done.stderr

    return run


def test_views_indexes_and_questions_bind_to_the_schema(check: Check) -> None:
    layer, tsql = derived(Dialect.TSQL), Dialect.TSQL
    questions = [ask(DAY, tsql, known=known) for ask in (open_items_on, ageing_on) for known in (False, True)]
    questions.append(consolidated_in("EUR", {"GBP": Decimal("1.17")}, tsql))
    assert {name for _, name in layer.views} == {*VIEWS}
    assert check([*layer.indexes.values(), *layer.views.values()], questions) == ""


def test_a_column_that_is_not_there_is_found(check: Check) -> None:
    layer = derived(Dialect.TSQL)
    lines = layer.views["reporting", "ledger_lines"]
    assert "AmountDD" in check([lines.replace("l.AmountDC)", "l.AmountDD)")], [])
