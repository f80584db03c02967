"""What the demo tells the app and the command line."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from local.demo import environment
from local.demo.commands import Qics
from local.demo.failure import DemoFailedError
from shared.settings import LOCAL, TABLE, read


def test_every_setting_of_the_app_is_given_whatever_the_machine_has_set(tmp_path: Path) -> None:
    told = environment.settings(tmp_path, "UseDevelopmentStorage=true")
    assert {each.name for each in TABLE if each.storage in ("", LOCAL)} <= told.keys()
    assert read(told).base_url == "https://app.qics.test"


def test_the_environment_is_as_it_was_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QICS_TEST_OLD", "old")
    before = dict(os.environ)
    with environment.applied({"QICS_TEST_OLD": "new", "QICS_TEST_NEW": "new"}):
        assert (os.environ["QICS_TEST_OLD"], os.environ["QICS_TEST_NEW"]) == ("new", "new")
    assert dict(os.environ) == before


def test_a_shell_reads_the_written_environment(tmp_path: Path) -> None:
    file = tmp_path / "environment.sh"
    environment.write(file, {"ODD": "*/2 * 'x' $HOME;", "EMPTY": ""})
    said = subprocess.check_output(["sh", "-c", f'. {file}; printf "%s|%s" "$ODD" "$EMPTY"'], text=True)
    assert said == "*/2 * 'x' $HOME;|"


def test_a_command_that_does_not_end_well_ends_the_demo(tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []
    with environment.applied(environment.settings(tmp_path, "")), pytest.raises(DemoFailedError, match="exit code 3"):
        Qics(lambda *shown: told.append(shown))("tenant", "show", "nobody")
    assert told == [("qics tenant show nobody", "")]
