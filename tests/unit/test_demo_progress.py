"""How the demo shows a copy under way, and how long it waits."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from local.demo.copy import Look, Standing
from local.demo.failure import DemoFailedError
from local.demo.progress import _names, picture, wait_until

WAITING, READING, READ = Standing(0, False, False), Standing(1000, True, False), Standing(12, False, True)
LOOK = Look(False, 7, {"A": {1: READ, 2: READ}, "B": {1: READING, 2: READ}, "C": {1: WAITING, 2: WAITING}})


@pytest.mark.parametrize(("height", "names"), [(40, ["A", "B", "C"]), (5, ["B"])])
def test_a_low_screen_shows_what_is_being_read(height: int, names: list[str]) -> None:
    assert _names(LOOK, height) == names


def test_a_look_shows_each_list_and_the_sums() -> None:
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(picture(LOOK, 3.2, list(LOOK.streams)))
    shown = console.export_text()
    for text in ("12 ✓", "1,000 …", "·", "1 of 3 lists complete · 1,036 rows · 7 calls · 3 s"):
        assert text in shown


def test_what_never_comes_is_waited_for_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.demo.progress.PATIENCE", 0.0)
    with pytest.raises(DemoFailedError, match="the list did not come within 0 s"):
        wait_until(lambda: False, "the list", lambda: None)
