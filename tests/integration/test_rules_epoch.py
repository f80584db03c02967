"""Rule 6: when versions can no longer be compared a new epoch begins, and the copy still ends equal."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.pipeline import Pipeline


@pytest.fixture
def copied(pipeline: Pipeline) -> Pipeline:
    """A division copied once, an hour ago."""
    pipeline.connect()
    pipeline.run()
    pipeline.clock.pass_time(hours=1)
    return pipeline


@pytest.mark.parametrize("change", ["move", "hr_link"])
def test_a_moved_division_begins_an_epoch_and_is_read_in_full(copied: Pipeline, change: str) -> None:
    copied.change(change)
    copied.change("post_sale")
    copied.run()
    assert copied.state().epoch == 2
    assert copied.checkpoint("TransactionLines").epoch == 2
    assert copied.differences(but=("ReportingBalance", "OpeningBalances")) == []


def test_rows_of_the_old_epoch_that_are_gone_leave_with_the_second_reading(copied: Pipeline) -> None:
    before = copied.count("TransactionLines")
    copied.change("delete_entry")
    copied.change("move")
    copied.run()
    assert copied.count("TransactionLines") < before
    assert copied.differences(but=("ReportingBalance", "OpeningBalances")) == []


def test_a_blocked_division_is_left_alone_and_begins_an_epoch_when_it_is_free(copied: Pipeline) -> None:
    copied.change("block", status=2)
    copied.run()
    assert [row.cause for row in copied.divisions_of_run()] == ["division-blocked"]
    copied.change("unblock")
    copied.run()
    assert copied.state().epoch == 2
    assert copied.differences(but=("ReportingBalance", "OpeningBalances")) == []


def test_an_archived_division_is_read_on(copied: Pipeline) -> None:
    copied.change("archive")
    copied.run()
    assert copied.state().epoch == 1
    assert copied.differences(but=("ReportingBalance", "OpeningBalances")) == []


def test_a_full_reading_with_lower_versions_begins_an_epoch(copied: Pipeline) -> None:
    division = copied.world.divisions[copied.code]
    stamp = division.info["DivisionMoveDate"]
    copied.change("move")
    division.info["DivisionMoveDate"] = stamp  # a restore nobody told of
    copied.register.tenants.set_contract("tenant-1", copied.clock().date(), None)
    copied.clock.pass_time(days=28)
    copied.context.tokens.keep_alive("tenant-1")
    copied.clock.pass_time(days=3)
    copied.run()
    assert copied.state().epoch == 2
    assert copied.differences() == []


def test_an_overlap_that_twice_lacks_its_rows_begins_an_epoch(copied: Pipeline) -> None:
    division = copied.world.divisions[copied.code]
    stamp = division.info["DivisionMoveDate"]
    copied.change("move")
    division.info["DivisionMoveDate"] = stamp
    epochs = []
    for _ in range(4):
        copied.clock.pass_time(hours=1)
        copied.run()
        epochs.append(copied.state().epoch)
    assert epochs[0] == 1
    assert epochs[-1] == 2
    assert copied.differences(but=("ReportingBalance", "OpeningBalances")) == []


def test_deletions_never_raise_the_epoch(pipeline_over: Callable[..., Pipeline]) -> None:
    pipeline = pipeline_over()
    pipeline.connect()
    pipeline.run()
    for _ in range(4):
        pipeline.change("post_sale")
        pipeline.clock.pass_time(hours=1)
        pipeline.run()
        pipeline.change("delete_entry")
    pipeline.run()
    assert pipeline.state().epoch == 1
