"""Calls to Exact, counted by the simulator itself."""

from __future__ import annotations

import json
import sys
import tempfile
from math import ceil
from pathlib import Path

from bench.pages import LINES_PATH, UNLIMITED
from tests.support.pipeline import pipeline_in


def main(lines: int) -> list[list[str]]:
    """A first load and an idle run of one division."""
    with tempfile.TemporaryDirectory() as folder, pipeline_in(Path(folder), lines=lines, exact=UNLIMITED) as pipeline:
        pipeline.connect()
        pipeline.calls()
        pipeline.run()
        first = pipeline.calls()
        pipeline.clock.pass_time(hours=1)
        pipeline.run()
        idle = pipeline.calls()
        stored = pipeline.count("TransactionLines")
    return [
        [f"first load of {stored:,} lines: calls for lines", str(first[LINES_PATH]), str(max(1, ceil(stored / 1000)))],
        ["first load: calls for everything, rights included", str(sum(first.values())), ""],
        ["idle run: calls", str(sum(idle.values())), "9"],
    ]


if __name__ == "__main__":
    print(json.dumps(main(2_000 if "--small" in sys.argv else 20_000)))
