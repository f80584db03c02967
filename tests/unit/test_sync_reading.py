"""A reading as transitions of its checkpoint: when cursors move, when they are void, when rows may go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.streams import CATALOGUE, DELETED, stream
from shared.sync import reading
from shared.sync.reading import Page
from shared.warehouse.protocol import Checkpoint, DivisionState

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LINES = stream("TransactionLines")
FRESH = Checkpoint(division=1, stream="TransactionLines")


def test_a_checkpoint_of_another_epoch_is_void_but_its_numbers_go_on_rising() -> None:
    old = replace(FRESH, epoch=1, fingerprint="f", cursor=90, complete=3, number=3, suspect=2)
    new = reading.addressed(old, 2, "f")
    assert (new.epoch, new.cursor, new.complete, new.suspect, new.number) == (2, 0, 0, 0, 3)


def test_a_checkpoint_of_another_fingerprint_is_void() -> None:
    old = replace(FRESH, epoch=1, fingerprint="f", cursor=90, complete=1)
    assert reading.addressed(old, 1, "g").cursor == 0


def test_a_checkpoint_of_this_epoch_and_fingerprint_stays_as_it_is() -> None:
    old = replace(FRESH, epoch=1, fingerprint="f", cursor=90)
    assert reading.addressed(old, 1, "f") is old


@pytest.mark.parametrize(
    "change",
    [{"consent": "another"}, {"licence": "another"}],
    ids=["another consenting user", "another licence"],
)
def test_the_fingerprint_changes_with(change: dict[str, str]) -> None:
    state = DivisionState(division=1, consent="c", licence="l")
    assert reading.fingerprint(LINES, state) != reading.fingerprint(LINES, replace(state, **change))


def test_dropped_columns_are_outside_the_fingerprint_and_not_asked() -> None:
    dropped = reading.without(FRESH, "TrackingNumber", "1")
    asked = reading.asked_columns(LINES, dropped)
    assert "TrackingNumber" not in asked
    assert len(asked) == len(LINES.names) - 1


def test_a_new_release_asks_again_for_dropped_columns() -> None:
    dropped = reading.without(FRESH, "TrackingNumber", "1")
    assert reading.begun(dropped, "changes", 0, "1").dropped == ("TrackingNumber",)
    assert reading.begun(dropped, "changes", 0, "2").dropped == ()


@pytest.mark.parametrize("column", ["ID", "Timestamp", "AmountDC", "FinancialYear", "Account"])
def test_a_stream_never_goes_on_without(column: str) -> None:
    assert not reading.droppable(LINES, column)


def test_a_stream_may_go_on_without_a_text() -> None:
    assert reading.droppable(LINES, "TrackingNumber")


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))
def test_a_reading_never_starts_beyond_the_cursor_nor_below_the_floor(cursor: int, overlap: int, floor: int) -> None:
    start = reading.start_of_changes(replace(FRESH, cursor=cursor, floor=floor), overlap)
    assert start >= floor
    assert start <= max(cursor, floor, reading.FIRST_VERSION)


@given(st.lists(st.integers(0, 2**62), min_size=1))
def test_the_cursor_never_moves_back(highests: list[int]) -> None:
    checkpoint = replace(FRESH, cursor=7)
    for highest in highests:
        begun = reading.begun(checkpoint, "changes", 0, "1")
        after = reading.ended(reading.turned(begun, Page("", 1, highest)), 1, NOW)
        assert after.cursor >= checkpoint.cursor
        checkpoint = after


def test_keys_the_overlap_should_bring_are_crossed_off_page_by_page() -> None:
    first = reading.turned(FRESH, Page("next", 1, 1, frozenset("a")), {"a", "b", "c"})
    second = reading.turned(first, Page("", 1, 2, frozenset("b")), {"ignored after the first page"})
    assert (first.missing, second.missing) == (("b", "c"), ("c",))


@pytest.mark.parametrize(
    ("stored", "unseen", "suspect"),
    [(0, 0, False), (100, 0, False), (100, 10, False), (100, 11, True), (5, 1, True), (3, 3, True)],
)
def test_a_list_is_suspect_when_it_loses_more_than_a_tenth(stored: int, unseen: int, suspect: bool) -> None:
    assert reading.suspicious(stored, unseen) is suspect


def test_rows_missing_for_the_first_time_are_asked_for_again_in_the_same_run() -> None:
    after = reading.completed(replace(FRESH, number=1, mode="judge"), 2, 5, NOW)
    assert after.again
    assert after.run != 5


def test_what_a_second_reading_lacks_anew_waits_for_the_next_run() -> None:
    after = reading.completed(replace(FRESH, number=2, complete=1, again=True, mode="judge"), 1, 5, NOW)
    assert after.again
    assert after.run == 5


def test_a_doubted_reading_counts_as_done_but_not_as_complete() -> None:
    after = reading.doubted(replace(FRESH, number=4, complete=3, mode="judge"), 5, NOW)
    assert (after.run, after.complete, after.suspect, after.mode) == (5, 3, 4, "")


def test_the_reading_before_a_repeated_doubt_is_the_doubted_one() -> None:
    assert reading.previous(replace(FRESH, complete=3, suspect=4)) == 4


def test_the_variant_of_opening_balances_is_ours_and_not_asked() -> None:
    balances = stream("OpeningBalances")
    assert "Variant" not in reading.asked_columns(balances, Checkpoint(division=1, stream=balances.name))


@pytest.mark.parametrize("each", [*CATALOGUE.values(), DELETED], ids=lambda each: each.name)
def test_a_full_reading_of_a_versioned_list_starts_at_the_first_version(each: object) -> None:
    assert reading.starts_at(each) == (1 if each.version else 0)  # type: ignore[attr-defined,arg-type]
