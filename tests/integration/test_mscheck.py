"""Microsoft's own T-SQL parser and model of Azure SQL: every table and every statement the code can send."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from shared.provisioning import firewall, reader, sql_server
from shared.takeout import sql_snapshot
from shared.takeout.content import table_parts, view_parts
from tests.support.register_sql import register_schema, register_statements
from tests.support.sql_server import tenant_schema, tenant_statements

type Check = Callable[[Sequence[str], Sequence[str]], str]


@pytest.fixture(scope="session")
def mscheck(kit: Path) -> Path:
    """The checker: on PATH, or in the kit, where it must be."""
    found = shutil.which("mscheck")
    program = Path(found) if found else kit / "tools" / "mscheck" / "mscheck"
    assert program.is_file(), f"mscheck is neither on PATH nor at {program}"
    return program


@pytest.fixture
def check(mscheck: Path, tmp_path: Path) -> Check:
    """What the checker says of statements bound to a schema; "" when it finds nothing."""

    def run(schema: Sequence[str], statements: Sequence[str]) -> str:
        files = []
        for option, batches in (("--schema", schema), ("--statements", statements)):
            path = tmp_path / f"{option.strip('-')}.sql"
            path.write_text("\nGO\n".join(batches), encoding="utf-8")
            files += [option, str(path)] if batches else []
        home = os.environ.get("HOME", "")
        environment = {**os.environ, "HOME": home if Path(home).is_dir() and home else str(tmp_path)}
        done = subprocess.run([mscheck, "model", *files], capture_output=True, text=True, env=environment, check=False)
        assert done.returncode in (0, 1), done.stderr
        return done.stdout

    return run


def test_a_tenants_schema_and_every_statement_are_azure_sqls(check: Check) -> None:
    assert check(tenant_schema(), tenant_statements()) == ""


def test_the_registers_schema_and_every_statement_are_azure_sqls(check: Check, tmp_path: Path) -> None:
    assert check(register_schema(), register_statements(tmp_path)) == ""


def test_what_makes_readers_and_rules_is_azure_sqls(check: Check) -> None:
    asked = [reader.THERE, reader.CREATE, reader.CHANGE, reader.GRANT, reader.DROP, sql_server.EXISTS]
    asked += [sql_server.SNAPSHOTS, firewall.ALLOW, firewall.FORBID, firewall.RULES]
    assert check(["CREATE SCHEMA [reporting]"], asked) == ""


def test_what_a_snapshot_asks_is_azure_sqls(check: Check) -> None:
    parts = [*table_parts(), *view_parts()]
    asked = [ask(part) for part in parts for ask in (sql_snapshot.asked, sql_snapshot.counted)]
    asked += [sql_snapshot.WRITTEN, sql_snapshot.MADE, sql_snapshot.LAST_RUN, sql_snapshot.STOOD]
    assert check(tenant_schema(), asked) == ""


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT [Nmae] FROM [exact].[Accounts];",
        "UPDATE kept SET [Nmae] = 1 FROM [exact].[Accounts] AS kept;",
        "INSERT INTO [exact].[Accounts] ([Nmae]) SELECT ?;",
        "SELECT 1 FRM [exact].[Accounts] AS a;",
    ],
)
def test_the_checker_finds_what_is_wrong(check: Check, statement: str) -> None:
    schema = [made for made in tenant_schema() if "[exact]" in made.splitlines()[0] and "Accounts]" in made]
    assert "error" in check(["CREATE SCHEMA [exact]", *schema], [statement])
