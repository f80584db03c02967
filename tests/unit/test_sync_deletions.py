"""What is still expected of the delete log."""

from __future__ import annotations

from datetime import UTC, datetime

from shared.streams import DELETED
from shared.streams.model import Word
from shared.sync.deletions import expected_since
from shared.warehouse.words import FORMS


def test_deletions_of_the_last_fifty_days_are_expected_by_exacts_own_clock() -> None:
    assert expected_since(datetime(2026, 11, 25, 23, 30, tzinfo=UTC)) == datetime(2026, 10, 7, 1, 30)  # noqa: DTZ001


def test_the_moment_is_one_that_a_destination_can_compare_with_whatever_the_clock_says() -> None:
    moment = expected_since(datetime(2026, 11, 25, 9, 0, 0, 204259, tzinfo=UTC))
    assert DELETED.columns[DELETED.index["DeletedDate"]].word is Word.LOCAL_TIME
    assert FORMS[Word.LOCAL_TIME].encode([moment]) == ["2026-10-06 11:00:00.000"]
