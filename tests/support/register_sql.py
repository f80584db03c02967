"""What the register's statements are on a T-SQL server, written down while its contract suite runs on SQLite."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import ClauseElement, Engine, event
from sqlalchemy.dialects.mssql.pyodbc import MSDialect_pyodbc
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.dml import DMLWhereBase, Insert
from sqlalchemy.sql.selectable import SelectBase

from shared.register.schema import METADATA

#: names the file that statements are written to
VARIABLE = "QICS_TEST_STATEMENTS"
SUITE = "tests/contract"
DIALECT = MSDialect_pyodbc(paramstyle="qmark")


def write_down(engine: Engine) -> None:
    """Write down what the engine is asked from now on, where a file is named."""
    if path := os.environ.get(VARIABLE):
        event.listen(engine, "before_execute", partial(_write, Path(path)))


def _write(path: Path, _connection: object, clause: ClauseElement, many: Any, one: Any, _options: object) -> None:
    if isinstance(clause, Insert | DMLWhereBase | SelectBase):
        keys = list((many[0] if many else one) or ())
        compiled = clause.compile(
            dialect=DIALECT, column_keys=keys or None, compile_kwargs={"render_postcompile": True}
        )
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(str(compiled)) + "\n")


def register_schema() -> list[str]:
    """The statements that make the register."""
    tables = METADATA.sorted_tables
    indexes = [CreateIndex(index) for table in tables for index in table.indexes]
    return [str(each.compile(dialect=DIALECT)) for each in (*map(CreateTable, tables), *indexes)]


def register_statements(folder: Path) -> list[str]:
    """Every statement the contract suite makes the register send, one of each."""
    path = folder / "statements"
    suites = [str(each) for each in Path(SUITE).glob("test_register_*.py") if "races" not in each.name]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "sqlite", *suites]
    done = subprocess.run(command, env={**os.environ, VARIABLE: str(path)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    return sorted(set(map(json.loads, path.read_text(encoding="utf-8").splitlines())))
