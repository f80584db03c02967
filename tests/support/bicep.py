"""Microsoft's Bicep compiler, and the recorded deployments it makes of the templates.

`python -m tests.support.bicep` records them anew in infra/snapshots/ after the templates were changed on purpose.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
INFRA = ROOT / "infra"
SNAPSHOTS = INFRA / "snapshots"
ENVIRONMENTS = ("dev", "prod")
#: each recorded deployment and its file of parameters
RECORDED = {"dev": "main.dev", "prod": "main.prod", "deployer": "deployer"}
#: made up, so that names come out the same on every machine
SUBSCRIPTION = "00000000-0000-4000-8000-0000000000aa"
DIRECTORY = "00000000-0000-4000-8000-0000000000bb"

type Resource = dict[str, Any]
type Bicep = Callable[..., str]


def find() -> str | None:
    """Look on PATH first, then in the kit."""
    kit = Path(os.environ.get("QICS_KIT", "nowhere")) / "tools" / "bicep" / "bicep"
    return shutil.which("bicep") or (str(kit) if kit.is_file() else None)


def run(program: str, *arguments: object, environment: Mapping[str, str] | None = None) -> str:
    """Return everything said: a warning is a mistake as much as an error, and it leaves the exit code 0."""
    done = subprocess.run(
        [program, *map(str, arguments)],
        env=os.environ | (environment or {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.stdout + done.stderr + (f"exit code {done.returncode}" if done.returncode else "")


def take(program: str, name: str) -> dict[str, Any]:
    """What would be deployed, in an order that does not change: the compiler's own differs from run to run."""
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(INFRA, Path(folder) / "infra")
        said = run(
            program,
            *("snapshot", copy / f"{RECORDED[name]}.bicepparam", "--mode", "overwrite"),
            *("--subscription-id", SUBSCRIPTION, "--tenant-id", DIRECTORY, "--location", "westeurope"),
        )
        assert not said, said
        taken: dict[str, Any] = json.loads((copy / f"{RECORDED[name]}.snapshot.json").read_text())
    taken["predictedResources"].sort(key=lambda each: each["id"])
    return taken


def text(taken: dict[str, Any]) -> str:
    return json.dumps(taken, indent=1, sort_keys=True) + "\n"


@dataclass(frozen=True, slots=True)
class Deployment:
    """One recorded deployment."""

    environment: str
    resources: tuple[Resource, ...]
    outputs: dict[str, Any]

    def of(self, kind: str) -> list[Resource]:
        return [each for each in self.resources if each["type"] == f"Microsoft.{kind}"]

    def one(self, kind: str, part: str) -> Resource:
        """The resource of that type whose name has `part` in it."""
        (found,) = [each for each in self.of(kind) if part in each["name"]]
        return found

    def settings(self, app: str) -> dict[str, str]:
        site = self.one("Web/sites", f"-{app}-")
        return {each["name"]: each["value"] for each in site["properties"]["siteConfig"]["appSettings"]}


def recorded(name: str) -> Deployment:
    taken = json.loads((SNAPSHOTS / f"{name}.json").read_text(encoding="utf-8"))
    return Deployment(name, tuple(taken["predictedResources"]), taken["outputs"])


@pytest.fixture(scope="session")
def bicep() -> Bicep:
    """`bicep("lint", file)`: what the compiler says; nothing when all is well."""
    program = find()
    if program is None:
        assert os.environ.get("CI") != "true" or not os.environ.get("QICS_KIT"), "the kit is there, its compiler is not"
        pytest.skip("needs the kit, or the Bicep compiler on PATH")
    return lambda *arguments, **options: run(program, *arguments, **options)


@pytest.fixture(params=ENVIRONMENTS)
def deployment(request: pytest.FixtureRequest) -> Deployment:
    """Each recorded deployment: what holds must hold in the cheap installation too."""
    return recorded(request.param)


@pytest.fixture
def prod() -> Deployment:
    return recorded("prod")


@pytest.fixture
def dev() -> Deployment:
    return recorded("dev")


def main() -> None:
    program = find()
    if program is None:
        raise SystemExit("needs the Bicep compiler: on PATH, or in the kit (QICS_KIT)")
    for name in RECORDED:
        (SNAPSHOTS / f"{name}.json").write_text(text(take(program, name)), encoding="utf-8")


if __name__ == "__main__":
    main()
