"""The copy of a tenant's books, through planner, queues and loop, against the books themselves."""

from __future__ import annotations

from tests.support.pipeline import Pipeline


def test_a_first_run_copies_every_stream_of_every_chosen_division(pipeline: Pipeline) -> None:
    pipeline.connect()
    assert pipeline.run() == ""
    assert pipeline.differences() == []
