"""Rules 4 and 5: what disappears at the source leaves the copy, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local.exact_simulator.books.values import BooksError
from local.exact_simulator.books.versions import Deletion
from tests.support.pipeline import Pipeline


@pytest.fixture
def copied(pipeline: Pipeline) -> Pipeline:
    """A division copied once, an hour ago."""
    pipeline.connect()
    pipeline.run()
    pipeline.clock.pass_time(hours=1)
    return pipeline


def test_a_deleted_entry_leaves_in_the_next_run(copied: Pipeline) -> None:
    before = copied.count("TransactionLines")
    copied.change("delete_entry")
    copied.run()
    assert copied.count("TransactionLines") < before
    assert copied.differences(but=("ReportingBalance", "OpeningBalances")) == []


def test_a_list_that_turns_empty_deletes_nothing_and_closes_the_stream(copied: Pipeline) -> None:
    before = copied.count("Journals")
    copied.deny("Journals")
    copied.clock.pass_time(days=1)
    copied.run()
    assert copied.count("Journals") == before
    assert "Journals" not in copied.state().rights


def test_a_right_given_back_reads_the_list_in_full_again(copied: Pipeline) -> None:
    copied.deny("Journals")
    copied.clock.pass_time(days=1)
    copied.run()
    copied.deny()
    copied.change("new_row", entity="Journals")
    copied.clock.pass_time(days=7)
    copied.run()
    assert copied.differences() == []


def test_an_empty_changes_list_without_the_right_deletes_nothing(copied: Pipeline) -> None:
    before = copied.count("TransactionLines")
    copied.deny("TransactionLines", "Deleted")
    for _ in range(3):
        copied.clock.pass_time(days=31)
        copied.consent("tenant-1")
        copied.register.tenants.set_contract("tenant-1", copied.clock().date(), None)
        copied.run()
    assert copied.count("TransactionLines") == before


def delete_rows(pipeline: Pipeline, entity: str, most: int) -> int:
    deleted = 0
    for _ in range(most):
        try:
            pipeline.change("delete_row", entity=entity)
        except BooksError:
            break
        deleted += 1
    return deleted


def test_a_list_that_loses_a_row_sweeps_it_after_two_readings_of_one_run(copied: Pipeline) -> None:
    before = copied.count("ExchangeRates")
    assert delete_rows(copied, "ExchangeRates", 1) == 1
    copied.clock.pass_time(days=1)
    copied.run()
    assert copied.count("ExchangeRates") == before - 1


def test_a_list_that_loses_more_than_a_tenth_is_believed_when_a_later_run_repeats_it(copied: Pipeline) -> None:
    before = copied.count("Budgets")
    deleted = delete_rows(copied, "Budgets", before // 2)
    assert deleted > before // 10
    copied.clock.pass_time(days=7)
    copied.run()
    assert copied.count("Budgets") == before
    assert copied.checkpoint("Budgets").suspect
    copied.clock.pass_time(hours=1)
    copied.run()
    assert copied.count("Budgets") == before - deleted
    assert not copied.checkpoint("Budgets").suspect


def test_deletions_of_unknown_types_are_counted_and_change_nothing(
    copied: Pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    books = copied.world.divisions[copied.code].books
    books.deleted.add(Deletion(books.ids.new(), books.versions.next(), books.ids.new(), 99, books.moment.now))
    with caplog.at_level("INFO", "qics"):
        copied.run()
    assert any(
        "deletion.unknown-type" in record.message and '"type": 99' in record.message for record in caplog.records
    )
    assert copied.differences(but=("ReportingBalance", "OpeningBalances")) == []


def test_a_log_older_than_fifty_days_is_dead_and_every_stream_is_compared_in_full(copied: Pipeline) -> None:
    copied.register.tenants.set_contract("tenant-1", copied.clock().date(), None)
    copied.change("delete_entry")
    for _ in range(9):  # keep the grant alive without a run
        copied.clock.pass_time(days=7)
        copied.context.tokens.keep_alive("tenant-1")
    assert not list(copied.world.divisions[copied.code].deleted_since(0))
    copied.run()
    assert copied.differences() == []


def test_an_anonymised_relation_loses_its_names_everywhere(copied: Pipeline) -> None:
    account = copied.change("anonymise_account")["id"]
    copied.run()
    assert copied.column("Accounts", "Name", str(account)) == "[anonymised]"
    copied.change("rename_account", account=account, name="Iemand Anders")
    copied.run()
    assert copied.column("Accounts", "Name", str(account)) == "[anonymised]"
    assert copied.differences(but=("ReportingBalance", "OpeningBalances")) == []


def test_late_commits_within_the_overlap_are_caught(copied: Pipeline) -> None:
    copied.change("post_sale")
    copied.run()
    copied.change("commit_late")
    copied.run()
    assert copied.differences(but=("ReportingBalance", "OpeningBalances")) == []


def test_late_commits_beyond_the_overlap_are_caught_by_the_monthly_full_compare(
    pipeline_over: Callable[..., Pipeline],
) -> None:
    pipeline = pipeline_over(QICS_OVERLAP_ROWS="1")
    pipeline.connect()
    pipeline.register.tenants.set_contract("tenant-1", pipeline.clock().date(), None)
    pipeline.run()
    pipeline.change("commit_late", rows_back=50)
    pipeline.run()
    assert pipeline.differences(but=("ReportingBalance", "OpeningBalances")) != []
    pipeline.clock.pass_time(days=29)
    pipeline.context.tokens.keep_alive("tenant-1")
    pipeline.clock.pass_time(days=1)
    pipeline.run()
    assert pipeline.differences() == []
