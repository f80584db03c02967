"""The templates, held by Microsoft's compiler: what it says, and what it would deploy."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.bicep import INFRA, RECORDED, ROOT, SNAPSHOTS, Bicep, find, take, text


def test_no_template_has_a_warning(bicep: Bicep) -> None:
    assert bicep("lint", "--pattern", str(INFRA / "**" / "*.bicep")) == ""


def test_every_file_of_parameters_builds_without_a_warning(bicep: Bicep, tmp_path: Path) -> None:
    assert bicep("build-params", "--pattern", str(INFRA / "*.bicepparam"), "--outdir", tmp_path) == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("deployer.json", "main.dev.json", "main.json", "main.prod.json")
    ]


@pytest.mark.parametrize("name", RECORDED)
def test_what_would_be_deployed_is_what_is_recorded(bicep: Bicep, name: str) -> None:
    """After a change on purpose: `python -m tests.support.bicep`, and look at the diff."""
    program = find()
    assert program
    assert text(take(program, name)) == (SNAPSHOTS / f"{name}.json").read_text(encoding="utf-8")


def documented_environment() -> dict[str, str]:
    """The settings docs/deployment.md gives for production, line by line."""
    page = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^azd env set (\w+) '(.*)'$", page, re.MULTILINE))


def test_the_documented_environment_of_production_gives_the_recorded_parameters(bicep: Bicep, tmp_path: Path) -> None:
    environment = documented_environment() | {"AZURE_ENV_NAME": "prod", "AZURE_LOCATION": "westeurope"}
    for name in ("main", "main.prod"):
        file, built = INFRA / f"{name}.bicepparam", tmp_path / f"{name}.json"
        assert bicep("build-params", file, "--outfile", built, environment=environment) == ""
    azd, prod = (json.loads((tmp_path / f"{name}.json").read_text())["parameters"] for name in ("main", "main.prod"))
    assert azd == prod
