"""The copy of a tenant's books, through planner, queues and loop, against the books themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shared.streams import CHANGES, DELETED
from tests.support.pipeline import Pipeline

IDLE = {each.path.removeprefix("{division}/"): 1 for each in (DELETED, *CHANGES)} | {"system/Divisions": 1}


def test_a_first_run_copies_every_stream_of_every_chosen_division(pipeline_over: Callable[..., Pipeline]) -> None:
    pipeline = pipeline_over(companies=2, lines=2600)
    pipeline.connect()
    assert pipeline.run() == ""
    assert pipeline.differences() == []


def test_divisions_that_were_not_chosen_leave_no_trace(pipeline_over: Callable[..., Pipeline]) -> None:
    pipeline = pipeline_over(companies=2, lines=1000)
    pipeline.connect(divisions=[pipeline.code])
    pipeline.run()
    others = {each for each in pipeline.world.divisions if each != pipeline.code}
    assert not any(path.split("/")[0] in map(str, others) for path in pipeline.calls())
    assert pipeline.count("Divisions") == 1


def test_an_idle_run_makes_one_call_per_changes_stream_and_one_for_the_list(pipeline: Pipeline) -> None:
    pipeline.connect()
    pipeline.run()
    pipeline.clock.pass_time(hours=1)
    pipeline.calls()
    pipeline.run()
    assert pipeline.calls() == IDLE


@pytest.mark.parametrize("full_last_page", [False, True])
@pytest.mark.parametrize("page", [50, 97])
def test_a_first_load_takes_as_many_calls_as_there_are_pages(
    pipeline_over: Callable[..., Pipeline], page: int, full_last_page: bool
) -> None:
    pipeline = pipeline_over(lines=970, exact={"page_size_sync": page, "next_on_full_last_page": full_last_page})
    pipeline.connect()
    pipeline.run()
    lines = pipeline.world.divisions[pipeline.code].count("TransactionLines")
    exact_fit = lines % page == 0
    assert pipeline.calls()["sync/Financial/TransactionLines"] == -(-lines // page) + (exact_fit and full_last_page)


def test_a_day_of_bookings_is_copied_with_the_next_run(pipeline: Pipeline) -> None:
    pipeline.connect()
    pipeline.run()
    for name in ("post_sale", "post_purchase", "post_bank", "post_memorial", "match", "unmatch", "delete_entry"):
        pipeline.change(name)
    pipeline.clock.pass_time(days=1)
    pipeline.run()
    assert pipeline.differences() == []


def test_a_renamed_relation_costs_one_row_not_all_its_lines(pipeline: Pipeline) -> None:
    pipeline.connect()
    pipeline.run()
    before = pipeline.checkpoint("TransactionLines").cursor
    pipeline.change("rename_account")
    pipeline.run()
    assert pipeline.checkpoint("TransactionLines").cursor == before
    assert pipeline.differences(but=("Divisions",)) == []
