"""Workers are killed at random points, their threads, SQLite and Azurite left as they are: the next one finishes."""

from __future__ import annotations

from pathlib import Path

from local.azurite import Azurite
from tests.kill.arena import TENANT, arena
from tests.kill.killer import battle

KILLS = 10


def test_whenever_a_worker_is_killed_the_next_one_finishes(azurite: Azurite, queue_prefix: str, tmp_path: Path) -> None:
    with arena(tmp_path, azurite.connection_string, 1, queue_prefix) as made:
        battle(made, KILLS)
        assert made.differences() == []
        runs = made.app.register.runs.last(TENANT, 1000)
        assert all(run.ended_at and run.open_divisions == 0 for run in runs)
        assert {row.state for run in runs for row in made.app.register.runs.rows(TENANT, run.run)} == {"done"}
