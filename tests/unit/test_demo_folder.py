"""The folder of a demo, and the logs in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.demo.failure import DemoFailedError
from local.demo.folder import fresh
from local.demo.servers import Server


def test_a_folder_of_an_earlier_demo_is_emptied(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "here")
    (folder / "data").mkdir()
    assert [path.name for path in fresh(folder).iterdir() if path.name == "data"] == []


def test_a_folder_of_anything_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(DemoFailedError, match="holds something else"):
        fresh(tmp_path)


def test_a_server_that_is_gone_is_seen_and_its_last_lines_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("".join(f"line {number}\n" for number in range(100)))
    server = Server("server", 1, log)  # nothing listens at port 1
    assert not server.answers()
    assert server.last_words().splitlines() == [f"line {number}" for number in range(85, 100)]
