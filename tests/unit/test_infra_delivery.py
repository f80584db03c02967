"""From a commit to Azure: workflows against their schemas, and the hooks of azd."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.support.bicep import INFRA, ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
HOOKS = INFRA / "hooks"


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("vendor.dependabot", [ROOT / ".github" / "dependabot.yml"]),
    ],
)
def test_what_github_reads_follows_its_schema(schema: str, files: list[Path]) -> None:
    command = [Path(sys.executable).with_name("check-jsonschema"), "--builtin-schema", schema, *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert files
    assert done.returncode == 0, done.stdout + done.stderr


def test_github_holds_no_secret() -> None:
    for file in WORKFLOWS:
        assert not re.search(r"\bsecrets\.", file.read_text(encoding="utf-8"))


def test_only_the_jobs_that_deploy_can_become_the_deployer() -> None:
    able = {file.name: file.read_text(encoding="utf-8").count("id-token: write") for file in WORKFLOWS}
    assert able == {"deploy.yml": 2, "test.yml": 0}


@contextmanager
def front(planned_at: str | None) -> Iterator[str]:
    """A front that answers one thing."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"release": "1", "planned_at": planned_at}).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("planned_at", "code"),
    [
        ("2026-11-25T12:01:00.5+00:00", 0),
        ("2026-11-25T11:59:00.5+00:00", 1),
        (None, 1),
    ],
)
def test_a_deployment_counts_only_when_the_planner_ran_after_it(planned_at: str | None, code: int) -> None:
    with front(planned_at) as address:
        done = subprocess.run(
            ["sh", HOOKS / "smoke.sh", address, "2026-11-25T12:00:00Z"],
            env=os.environ | {"SMOKE_SECONDS": "0", "NO_PROXY": "127.0.0.1"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == code, done.stderr


#: what the Azure command line answers, by a word of the question
AZ = """#!/bin/sh
case "$*" in
    *"account show"*) exit {signed_in} ;;
    *"role assignment list"*) echo "{role}" ;;
    *"provider register"*) echo "$*" >> "{log}" ;;
    *capabilities*) echo "{sql}" ;;
esac
"""


@pytest.mark.parametrize(
    ("signed_in", "role", "sql", "says"),
    [
        (0, "Owner", "Available", ""),
        (1, "Owner", "Available", "not signed in"),
        (0, "Contributor", "Available", "no role Owner"),
        (0, "Owner", "Disabled", "Azure sells no SQL servers in westeurope"),
    ],
)
def test_what_would_fail_halfway_is_said_before_anything_is_made(
    tmp_path: Path, signed_in: int, role: str, sql: str, says: str
) -> None:
    az = tmp_path / "az"
    az.write_text(AZ.format(signed_in=signed_in, role=role, sql=sql, log=tmp_path / "registered"))
    az.chmod(0o700)
    known = {"AZURE_SUBSCRIPTION_ID": "s", "AZURE_PRINCIPAL_ID": "p", "AZURE_LOCATION": "westeurope"}
    done = subprocess.run(
        ["sh", HOOKS / "preprovision.sh"],
        env=os.environ | known | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) is (says == "")
    assert says in done.stderr
    if says == "":
        assert "--namespace Microsoft.App " in (tmp_path / "registered").read_text()


def test_with_nobody_to_ask_the_setup_says_the_one_command_that_is_left_and_ends_well() -> None:
    done = subprocess.run(
        ["sh", HOOKS / "postprovision.sh"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "    qics setup\n" in done.stdout
