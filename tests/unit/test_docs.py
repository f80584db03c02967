"""What the documents name is there, and what is there is named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from qics.cli import cli
from shared import settings
from shared.messages import QUEUES
from shared.streams import CHANGES, DELETED, SNAPSHOTS, TOTALS

ROOT = Path(__file__).parents[2]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")) if path.name != "CHANGELOG.md"]
#: a name in a table of settings: | `NAME` | `default` | ...
SETTING = re.compile(r"^\| `(QICS_\w+)` \| (?:`(.*?)`)? *\|", re.MULTILINE)


def documented(kind: str) -> list[str]:
    row = next(line for line in ARCHITECTURE.splitlines() if line.startswith(f"| {kind} |"))
    return re.findall(r"[A-Z]\w+", row)


def commands() -> set[str]:
    """Every command of the operator's line, such as "tenant add"."""
    found: set[str] = set()

    def walk(command: object, path: list[str]) -> None:
        for name, child in getattr(command, "commands", {}).items():
            found.add(" ".join([*path, name]))
            walk(child, [*path, name])

    walk(get_command(cli), [])
    return found


def test_the_settings_table_is_the_one_the_app_reads() -> None:
    table = dict(SETTING.findall(ARCHITECTURE))
    assert table == {each.name: each.default or "" for each in settings.TABLE}


def test_the_example_settings_name_every_setting() -> None:
    values = json.loads((ROOT / "local.settings.example.json").read_text(encoding="utf-8"))["Values"]
    read = {each.name for each in settings.TABLE if each.storage in ("", settings.LOCAL)}
    assert {name for name in values if name.startswith("QICS_")} == read
    assert settings.read(values).base_url == values["QICS_BASE_URL"]


@pytest.mark.parametrize(
    ("kind", "streams"), [("changes", (*CHANGES, DELETED)), ("snapshot", SNAPSHOTS), ("totals", TOTALS)]
)
def test_the_streams_are_those_of_the_catalogue(kind: str, streams: tuple[object, ...]) -> None:
    assert sorted(documented(kind)) == sorted(each.name for each in streams)  # type: ignore[attr-defined]


def test_the_queues_are_those_of_the_app() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| `(\w+)\(", ARCHITECTURE, re.MULTILINE)
    assert dict(rows) == {name: kind.__name__ for name, kind in QUEUES.items()}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_command_that_is_named_exists_and_has_help(path: Path) -> None:
    named = set(re.findall(r"`qics ((?:[a-z-]+ ?){1,2})", path.read_text(encoding="utf-8")))
    known = commands()
    unknown = {name.strip() for name in named if name.strip() not in known and name.split()[0] not in known}
    assert unknown == set()


@pytest.mark.parametrize("command", sorted(commands()))
def test_a_command_explains_itself(command: str) -> None:
    told = CliRunner().invoke(cli, [*command.split(), "--help"])
    assert told.exit_code == 0
    assert len(told.output.splitlines()) > 5


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_make_target_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"`?make ([a-z]+)`", path.read_text(encoding="utf-8")))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_readme_names_the_operators_commands() -> None:
    rows = re.findall(r"^\| `qics (\w+)(.*?)\|", README, re.MULTILINE)
    named = {f"{group} {word}" for group, rest in rows for word in re.findall(r"`?([\w-]+)`?", rest.strip("` "))}
    named |= {group for group, _ in rows}
    assert {name for name in commands() if " " in name} <= named
