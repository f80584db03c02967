"""The templates, held by Microsoft's compiler: what it says, and what it would deploy."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.bicep import INFRA, RECORDED, ROOT, SNAPSHOTS, Bicep, find, take, text


def test_no_template_has_a_warning(bicep: Bicep) -> None:
    assert bicep("lint", "--pattern", str(INFRA / "**" / "*.bicep")) == ""


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


def test_every_file_of_parameters_builds_and_the_documented_environment_is_production(
    bicep: Bicep, tmp_path: Path
) -> None:
    """One test for both: each build costs the compiler seconds."""
    built, azd = tmp_path / "built", tmp_path / "azd.json"
    assert bicep("build-params", "--pattern", str(INFRA / "*.bicepparam"), "--outdir", built) == ""
    assert {path.stem for path in built.iterdir()} == {*RECORDED.values(), "main"}
    environment = documented_environment() | {"AZURE_ENV_NAME": "prod", "AZURE_LOCATION": "westeurope"}
    assert bicep("build-params", INFRA / "main.bicepparam", "--outfile", azd, environment=environment) == ""
    given, recorded = (json.loads(file.read_text())["parameters"] for file in (azd, built / "main.prod.json"))
    assert given == recorded
