"""Messages that come twice, late, early, never, in the wrong order, or while held elsewhere: the copy is the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shared.messages import SyncDivision, decode
from shared.sync.plan import plan_syncs
from shared.sync.step import sync_division
from tests.support.pipeline import Pipeline
from tests.support.queue_faults import QueueFault, disturb


@pytest.fixture
def pipeline(pipeline_over: Callable[..., Pipeline]) -> Pipeline:
    """Two companies, read in several steps because a minute holds 40 calls; nothing was read yet."""
    pipeline = pipeline_over(lines=200, companies=2, exact={"page_size_sync": 100, "minute_limit": 40})
    pipeline.connect()
    return pipeline


def assert_whole(pipeline: Pipeline) -> None:
    assert {row.state for row in pipeline.divisions_of_run()} == {"done"}
    assert pipeline.differences() == []


@pytest.mark.parametrize(
    "fault",
    [
        QueueFault("twice", times=50),
        QueueFault("twice", times=50, seconds=90),
        QueueFault("late", times=50, seconds=45),
        QueueFault("early", times=8),
    ],
    ids=str,
)
def test_messages_that_are_sent_wrong_make_no_difference(pipeline: Pipeline, fault: QueueFault) -> None:
    queues = disturb(pipeline, fault)
    pipeline.run()
    assert queues.met > 3
    assert_whole(pipeline)


def test_messages_in_the_wrong_order_make_no_difference(pipeline: Pipeline) -> None:
    disturb(pipeline, QueueFault("twice", times=50, seconds=30)).backwards = True
    pipeline.run()
    assert_whole(pipeline)


def test_a_step_that_is_never_delivered_is_sent_again_by_the_net(pipeline: Pipeline) -> None:
    queues = disturb(pipeline, QueueFault("lost", nth=4))
    pipeline.plan()
    while pipeline.queues.next_visible():
        pipeline.work()
        pipeline._wait()
    pipeline.clock.pass_time(minutes=15)
    plan_syncs(pipeline.context)
    pipeline.settle()
    assert queues.met == 1
    assert_whole(pipeline)


def test_a_message_that_comes_back_while_a_worker_holds_it_is_worked_on_once(pipeline: Pipeline) -> None:
    disturb(pipeline).forgetful = True
    pipeline.plan()
    pipeline.work("tenant-sync")
    held = pipeline.queues.receive("division-sync", 600)
    again = pipeline.queues.receive("division-sync", 600)
    assert {one.id for one in held} == {one.id for one in again}
    for received in (*held, *again):
        sync_division(pipeline.context, decode(SyncDivision, received.body))
    assert [pipeline.queues.delete(one) for one in (*held, *again)] == [False] * len(held) + [True] * len(again)
    pipeline.settle()
    assert_whole(pipeline)
