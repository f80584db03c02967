"""How rows leave, on every engine: by the delete log, and by two readings that lack them."""

from dataclasses import replace

import pytest

from shared.streams import DELETED
from shared.warehouse.protocol import Deletion, Written
from tests.support.warehouse import (
    ADMINISTRATIONS,
    JOURNALS,
    LINES,
    RATES,
    TYPES,
    TenantDatabase,
    checkpoint,
    key,
    line,
    local,
    row,
)


def journal(number: int) -> tuple[object, ...]:
    return row(JOURNALS, ID=key(number), Description="")


def test_a_deletion_removes_the_row_and_says_so(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 5), line(2, 6))
    assert database.delete(LINES, 1, version=9) == 1
    assert database.keys(LINES) == [key(2)]


def test_a_deletion_below_the_stored_version_removes_nothing(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 5))
    assert database.delete(LINES, 1, version=4) == 0
    assert database.keys(LINES) == [key(1)]


@pytest.mark.parametrize(("epoch", "removed"), [(1, 1), (2, 0)])
def test_a_deletion_removes_rows_of_older_epochs_whatever_their_version(
    database: TenantDatabase, epoch: int, removed: int
) -> None:
    database.write(LINES, line(1, 50), epoch=epoch)
    assert database.delete(LINES, 1, version=3, epoch=2) == removed


@pytest.mark.parametrize(
    ("version", "written"), [(8, Written(deleted=1)), (9, Written(deleted=1)), (10, Written(inserted=1))]
)
def test_a_row_at_or_below_a_kept_deletion_never_comes_back(
    database: TenantDatabase, version: int, written: Written
) -> None:
    database.delete(LINES, 1, version=9)
    database.delete(LINES, 1, version=4)
    assert database.write(LINES, line(1, version)) == written


def test_a_row_below_both_a_kept_deletion_and_the_stored_row_tells_of_a_regress(database: TenantDatabase) -> None:
    database.delete(LINES, 1, version=5)
    database.write(LINES, line(1, 6))
    assert database.write(LINES, line(1, 4)) == Written(older=1, regressed=1)


def test_a_kept_deletion_says_nothing_about_a_newer_epoch(database: TenantDatabase) -> None:
    database.delete(LINES, 1, version=9, epoch=1)
    assert database.write(LINES, line(1, 2), epoch=2) == Written(inserted=1)


def test_a_kept_deletion_says_nothing_about_other_divisions_and_types(database: TenantDatabase) -> None:
    with database.warehouse.transaction(database.claim) as transaction:
        transaction.delete([Deletion(99, key(1), 9, None)], TYPES, 1)
    database.delete(LINES, 1, version=9)
    assert database.write(LINES, line(1), division=8) == Written(inserted=1)


def test_deletions_of_unknown_types_are_kept_but_not_counted(database: TenantDatabase) -> None:
    with database.warehouse.transaction(database.claim) as transaction:
        assert transaction.delete([Deletion(99, key(1), 9, None)], TYPES, 1) == {}
    assert database.warehouse.expected(DELETED, checkpoint(DELETED), 0, None) == {key(1)}


def test_of_deletions_only_the_younger_are_expected_again(database: TenantDatabase) -> None:
    days = {1: local("2026-09-01"), 2: local("2026-10-07"), 3: local("2026-10-06"), 4: None}
    entries = [Deletion(1, key(number), number, day) for number, day in days.items()]
    with database.warehouse.transaction(database.claim) as transaction:
        transaction.delete(entries, TYPES, 1)
    expected = database.warehouse.expected(DELETED, checkpoint(DELETED, start=1), 0, local("2026-10-06"))
    assert expected == {key(2)}
    assert database.warehouse.overlap_start(DELETED, checkpoint(DELETED), 2) == 2


def test_rows_a_reading_did_not_see_are_counted(database: TenantDatabase) -> None:
    database.write(JOURNALS, journal(1), journal(2), number=1)
    database.write(JOURNALS, journal(2), number=2)
    assert database.unseen(JOURNALS, number=2) == (2, 1)
    assert database.keys(JOURNALS) == [key(1), key(2)]


def test_a_sweep_removes_what_two_readings_lack_and_no_more(database: TenantDatabase) -> None:
    database.write(JOURNALS, journal(1), number=1)
    database.write(JOURNALS, journal(2), number=2)
    database.write(JOURNALS, journal(3), number=3)
    assert database.sweep(JOURNALS, since=2, number=3) == 1
    assert database.keys(JOURNALS) == [key(2), key(3)]


def test_a_sweep_never_removes_what_its_own_reading_saw(database: TenantDatabase) -> None:
    database.write(JOURNALS, journal(1), number=2)
    assert database.sweep(JOURNALS, since=9, number=2) == 0


def test_rows_not_taken_because_they_are_older_were_seen_all_the_same(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 5), number=1)
    database.write(LINES, line(1, 4), number=2)
    assert database.unseen(LINES, number=2) == (1, 0)


def test_a_late_page_of_an_earlier_reading_lowers_no_mark(database: TenantDatabase) -> None:
    database.write(JOURNALS, journal(1), number=2)
    database.write(JOURNALS, journal(1), number=1)
    assert database.unseen(JOURNALS, number=2) == (1, 0)


def test_a_row_written_after_a_removal_starts_without_its_mark(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 5), number=3)
    database.delete(LINES, 1, version=5)
    database.write(LINES, line(2, 6), number=0)
    assert database.unseen(LINES, number=3) == (1, 1)


def test_rows_of_an_older_epoch_leave_by_the_sweep(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 5), line(2, 5), epoch=1, number=1)
    database.write(LINES, line(1, 1), epoch=2, number=2)
    assert database.sweep(LINES, since=2, epoch=2, number=3) == 1


def test_a_sweep_keeps_to_its_division(database: TenantDatabase) -> None:
    database.write(JOURNALS, journal(1), division=8, number=1)
    assert database.unseen(JOURNALS, number=3) == (0, 0)
    assert database.sweep(JOURNALS, since=2, number=3) == 0


def test_a_sweep_keeps_to_its_scope(database: TenantDatabase) -> None:
    database.write(RATES, *(row(RATES, Currency="USD", Year=year) for year in (2025, 2026)), number=1)
    assert database.unseen(RATES, number=3, scope="2026") == (1, 1)
    assert database.sweep(RATES, since=2, number=3, scope="2026") == 1
    assert [found[1] for found in database.rows(RATES)] == [2025]


def test_no_sweep_removes_a_division(database: TenantDatabase) -> None:
    database.write(ADMINISTRATIONS, row(ADMINISTRATIONS, Code=7), number=1)
    assert database.unseen(ADMINISTRATIONS, number=3) == (1, 0)
    assert database.sweep(ADMINISTRATIONS, since=2, number=3) == 0


def test_what_is_still_stored_is_told_by_epoch_and_start(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 5), line(2, 6), epoch=2)
    database.write(LINES, line(3, 7), epoch=1)
    at = checkpoint(LINES, epoch=2, start=5)
    assert database.warehouse.stored(LINES, at, [key(n) for n in (1, 2, 3, 4)]) == {key(2)}
    assert database.warehouse.stored(LINES, replace(at, epoch=1), [key(3)]) == {key(3)}
