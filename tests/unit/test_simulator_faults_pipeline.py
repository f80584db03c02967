"""Every fault against the whole pipeline: the copy heals in the same run, or stops with a cause and heals after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from local.exact_simulator.fault import Fault
from tests.support.pipeline import Pipeline

LINES = "Financial/TransactionLines"
TOKEN = "oauth2/token"


@pytest.fixture
def pipeline(pipeline_over: Callable[..., Pipeline]) -> Pipeline:
    """A tenant is connected to a company whose lines take several pages; nothing was read yet."""
    pipeline = pipeline_over(lines=450, exact={"page_size_sync": 100})
    pipeline.connect()
    return pipeline


def meet(pipeline: Pipeline, kind: str, **fields: Any) -> None:
    pipeline.exact.simulator.faults.plan(Fault(kind, **{"endpoint": LINES} | fields))


def met(pipeline: Pipeline) -> int:
    return len(pipeline.exact.simulator.faults.met)


def ends(pipeline: Pipeline) -> tuple[str, str]:
    """How the division ended its part of a run."""
    pipeline.run()
    row = pipeline.divisions_of_run()[0]
    return row.state, row.cause


def settle(pipeline: Pipeline) -> None:
    """A day later, with nothing wrong any more."""
    pipeline.exact.simulator.faults.calm()
    pipeline.clock.pass_time(hours=25)
    pipeline.run()


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("no_answer", {"seconds": 90}),
        ("reply_lost", {"seconds": 90}),
        ("reset", {}),
        ("broken_off", {"times": 2}),
        ("trickle", {"seconds": 5, "times": 0}),
        ("empty", {}),
        ("html", {"times": 2}),
        ("status", {"status": 500, "times": 4}),
        ("status", {"status": 429, "headers": {"Retry-After": "30"}}),
        ("pool_empty", {}),
        ("headers_missing", {"endpoint": "", "times": 0}),
        ("headers_zero", {"endpoint": "", "times": 0}),
        ("skewed", {"endpoint": "", "times": 0, "seconds": 240}),
        ("skewed", {"endpoint": "", "times": 0, "seconds": -240}),
        ("repeated_rows", {"rows": 100, "times": 0}),
        ("risen", {"times": 0}),
        ("committed_late", {"rows": 20}),
        ("moved", {}),
        ("changed", {"name": "delete_entry"}),
    ],
)
def test_the_copy_is_whole_at_the_end_of_the_run(pipeline: Pipeline, kind: str, fields: dict[str, Any]) -> None:
    meet(pipeline, kind, **{"nth": 2} | fields)
    assert ends(pipeline) == ("done", "")
    settle(pipeline)
    assert met(pipeline)
    assert pipeline.differences() == []


@pytest.mark.parametrize(
    ("kind", "fields", "cause"),
    [
        ("status", {"status": 500, "times": 0}, "server-error"),
        ("status", {"status": 404, "times": 0}, "endpoint-gone"),
        ("truncated", {"times": 3}, "page-refused"),
        ("foreign_next", {}, "foreign-link"),
        ("repeated_page", {}, "paging-loop"),
        ("property_gone", {"name": "AmountDC", "times": 0}, "bad-query"),
    ],
)
def test_a_list_that_cannot_be_read_is_parked_by_its_cause_and_read_when_it_can_be(
    pipeline: Pipeline, kind: str, fields: dict[str, Any], cause: str
) -> None:
    meet(pipeline, kind, **{"nth": 2} | fields)
    assert ends(pipeline)[0] == "parked"
    assert pipeline.register.calls.parked("nl", pipeline.code)["TransactionLines"].cause == cause
    settle(pipeline)
    assert pipeline.differences() == []


def test_a_withdrawn_property_costs_that_column_only(pipeline: Pipeline) -> None:
    meet(pipeline, "property_gone", name="TrackingNumber", times=0)
    assert ends(pipeline) == ("done", "")
    assert pipeline.checkpoint("TransactionLines").dropped == ("TrackingNumber",)


def test_a_division_blocked_between_two_pages_goes_on_in_a_new_epoch(pipeline: Pipeline) -> None:
    meet(pipeline, "changed", nth=2, name="block")
    assert ends(pipeline) == ("failed", "division-blocked")
    pipeline.change("unblock")
    settle(pipeline)
    assert pipeline.state().epoch > 1
    assert pipeline.differences() == []


def test_a_right_lost_between_two_runs_deletes_nothing(pipeline: Pipeline) -> None:
    pipeline.run()
    copied = pipeline.count("Journals")
    meet(pipeline, "right_lost", endpoint="financial/Journals")
    pipeline.clock.pass_time(hours=25)
    pipeline.run()
    assert met(pipeline)
    assert pipeline.count("Journals") == copied > 0
    assert "Journals" not in pipeline.state().rights


def test_lines_committed_late_between_two_runs_are_caught(pipeline: Pipeline) -> None:
    pipeline.run()
    pipeline.clock.pass_time(hours=1)
    meet(pipeline, "committed_late", rows=50)
    pipeline.run()
    assert met(pipeline)
    assert pipeline.differences(but=("ReportingBalance", "OpeningBalances")) == []


# --- the token endpoint


@pytest.fixture
def copied(pipeline: Pipeline) -> Pipeline:
    """A division copied once, an hour ago: the next run needs a new token."""
    pipeline.run()
    pipeline.clock.pass_time(hours=1)
    return pipeline


def test_a_refresh_whose_reply_is_lost_asks_for_consent_and_keeps_the_cursors(copied: Pipeline) -> None:
    before = copied.checkpoint("TransactionLines")
    meet(copied, "reply_lost", endpoint=TOKEN, seconds=90)
    assert copied.run() == "reply-lost"
    copied.consent("tenant-1")
    copied.run()
    after = copied.checkpoint("TransactionLines")
    assert (after.cursor, after.epoch, after.number) == (before.cursor, before.epoch, before.number)
    assert copied.divisions_of_run()[0].state == "done"


@pytest.mark.parametrize(
    ("kind", "fields"), [("no_answer", {"seconds": 90}), ("status", {"status": 503}), ("status", {"status": 403})]
)
def test_a_refresh_that_was_not_done_is_asked_again(copied: Pipeline, kind: str, fields: dict[str, Any]) -> None:
    meet(copied, kind, endpoint=TOKEN, **fields)
    assert copied.run() == ""
    assert met(copied)
    assert copied.divisions_of_run()[0].state == "done"


@pytest.mark.parametrize("kind", ["truncated", "empty", "reset"])
def test_a_pair_that_arrives_broken_is_a_lost_reply(copied: Pipeline, kind: str) -> None:
    meet(copied, kind, endpoint=TOKEN)
    assert copied.run() == "reply-lost"
