"""What the project says of its own shape: sizes, and who may import what."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.release import RELEASE

ROOT = Path(__file__).parents[2]
FOLDERS = ("shared", "qics", "local", "tests", "bench")
PYTHON = [ROOT / "function_app.py", *(path for each in FOLDERS for path in sorted((ROOT / each).rglob("*.py")))]
LOCKS = ("requirements.txt", "qics/requirements.txt", "tests/requirements.txt", "package-lock.json")

#: packages that only these files may import, and why
KEPT_APART = {
    "azure.functions": {"function_app.py"},  # triggers translate, the domain knows no host
    "azure.storage": {"shared/estate/*", "shared/queues.py", "shared/evidence.py", "shared/takeout/store.py"},
    "sqlite3": {"shared/warehouse/sqlite/*", "shared/register/*"},
    "azure.mgmt": {"shared/provisioning/arm.py"},  # 17 MB that only the worker needs
    "pyodbc": {
        "shared/sql_server/driver.py",
        "shared/warehouse/azure_sql/connection.py",
    },  # its driver manager is not everywhere
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = 1 if ast.get_docstring(function) is not None else 0
    start = function.body[first].lineno if len(function.body) > first else function.end_lineno
    return int(function.end_lineno or 0) - int(start or 0) + 1


@pytest.mark.parametrize("path", PYTHON, ids=name)
def test_a_file_has_at_most_400_lines_and_its_functions_50(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    functions = (each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
    assert [each.name for each in functions if body_lines(each) > 50] == []


@pytest.mark.parametrize("package", KEPT_APART)
def test_a_package_is_imported_only_where_it_belongs(package: str) -> None:
    production = [path for path in PYTHON if not name(path).startswith(("tests/", "bench/", "local/"))]
    users = {name(path) for path in production if any(each.startswith(package) for each in imports(path))}
    assert [user for user in users if not any(Path(user).match(kept) for kept in KEPT_APART[package])] == []


def test_the_release_is_the_projects_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == RELEASE


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_carries_no_download_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"--(extra-)?index-url|^[^\s#]+ @ |\"resolved\":|\.(tgz|whl|tar\.gz)\b", text, re.MULTILINE)
