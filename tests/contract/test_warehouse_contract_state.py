"""Checkpoints, states, fences, crashes and reads, on every engine."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shared.errors import Broken, Cause, ClaimLost
from shared.warehouse.protocol import Checkpoint, Claim, DivisionState
from tests.support.warehouse import LINES, NOW, TenantDatabase, checkpoint, key, line

FULL = Checkpoint(
    division=7,
    stream="Lines",
    scope="2026",
    epoch=2,
    fingerprint="f" * 32,
    cursor=2**62,
    mode="full",
    link="https://start.exactonline.nl/" + "x" * 3000,
    start=1,
    floor=4,
    highest=2**63 - 1,
    rows=9,
    number=3,
    complete=2,
    suspect=1,
    again=True,
    missing=("a", "b|c", ""),
    unexplained=1,
    dropped=("Notes",),
    dropped_by="1.2",
    run=5,
    completed_at=NOW + timedelta(microseconds=1),
    full_at=datetime(2026, 1, 1, tzinfo=UTC),
)
STATE = DivisionState(
    division=7,
    epoch=3,
    known=True,
    move_date="2026-01-01T00:00:00",
    blocked=True,
    consent="c",
    licence="123",
    rights=("Lines",),
    rights_at=NOW,
    release="1.2",
)


def save(database: TenantDatabase, saved: Checkpoint | DivisionState, fence: int = 1) -> None:
    with database.warehouse.transaction(replace(database.claim, fence=fence)) as transaction:
        if isinstance(saved, Checkpoint):
            transaction.save(saved)
        else:
            transaction.save_division(saved)


def test_the_sample_checkpoint_fills_every_field() -> None:
    fresh = Checkpoint(division=7, stream="Lines")
    assert [f.name for f in fields(FULL) if getattr(FULL, f.name) == getattr(fresh, f.name)] == ["division", "stream"]


def test_a_checkpoint_comes_back_as_it_was(database: TenantDatabase) -> None:
    save(database, FULL)
    assert database.warehouse.checkpoint(7, LINES, "2026") == FULL
    assert database.warehouse.checkpoints(7) == [FULL]


def test_a_checkpoint_nobody_saved_is_fresh(database: TenantDatabase) -> None:
    assert database.warehouse.checkpoint(7, LINES, "x") == Checkpoint(division=7, stream="Lines", scope="x")
    assert database.warehouse.checkpoints(7) == []


def test_a_state_comes_back_as_it_was(database: TenantDatabase) -> None:
    assert database.warehouse.division(7) == DivisionState(division=7)
    save(database, STATE)
    assert database.warehouse.division(7) == STATE


def test_an_epoch_never_falls(database: TenantDatabase) -> None:
    save(database, STATE)
    with pytest.raises(ClaimLost):
        save(database, replace(STATE, epoch=2))
    assert database.warehouse.division(7) == STATE


def test_a_stale_fence_writes_nothing(database: TenantDatabase) -> None:
    save(database, FULL, fence=5)
    with pytest.raises(ClaimLost) as lost:
        save(database, replace(FULL, rows=1), fence=4)
    assert lost.value.cause is Cause.LEASE_HELD
    assert database.warehouse.checkpoint(7, LINES, "2026") == FULL


def test_the_same_fence_writes_again(database: TenantDatabase) -> None:
    for rows in (1, 2):
        save(database, replace(FULL, rows=rows), fence=5)
    assert database.warehouse.checkpoint(7, LINES, "2026").rows == 2


def test_fences_are_kept_by_division(database: TenantDatabase) -> None:
    save(database, FULL, fence=5)
    with database.warehouse.transaction(Claim(division=8, run=1, fence=1)) as transaction:
        transaction.save(replace(FULL, division=8))
    assert database.warehouse.checkpoint(8, LINES, "2026").division == 8


def fail_after_writing(database: TenantDatabase) -> None:
    with database.warehouse.transaction(Claim(7, 2, fence=9)) as transaction:
        transaction.upsert(LINES, [line(1)], checkpoint(LINES))
        transaction.save(FULL)
        raise KeyboardInterrupt


def test_a_transaction_that_fails_leaves_nothing(database: TenantDatabase) -> None:
    with pytest.raises(KeyboardInterrupt):
        fail_after_writing(database)
    assert database.rows(LINES) == database.warehouse.checkpoints(7) == []
    save(database, FULL, fence=1)


def test_rows_of_another_division_than_the_claims_are_a_bug(database: TenantDatabase) -> None:
    with pytest.raises(Broken, match="division 7"), database.warehouse.transaction(database.claim) as transaction:
        transaction.upsert(LINES, [line(1)], checkpoint(LINES, division=8))


@pytest.mark.parametrize(("rows", "start"), [(1, 39), (2, 29), (4, 9), (5, 0)])
def test_the_overlap_begins_below_the_nth_newest_row(database: TenantDatabase, rows: int, start: int) -> None:
    database.write(LINES, *(line(n, n * 10) for n in (1, 2, 3, 4)), epoch=2)
    database.write(LINES, line(5, 90), epoch=1)
    assert database.warehouse.overlap_start(LINES, checkpoint(LINES, epoch=2), rows) == start


@pytest.mark.parametrize(("upto", "numbers"), [(0, {2, 3}), (20, {2}), (30, {2, 3})])
def test_what_lies_above_the_start_is_expected_again(database: TenantDatabase, upto: int, numbers: set[int]) -> None:
    database.write(LINES, *(line(n, n * 10) for n in (1, 2, 3)), epoch=2)
    database.write(LINES, line(5, 90), epoch=1)
    expected = database.warehouse.expected(LINES, checkpoint(LINES, epoch=2, start=10), upto, None)
    assert expected == {key(number) for number in numbers}


def test_values_are_distinct_and_sorted(database: TenantDatabase) -> None:
    years = (2026, 2024, None, 2026)
    database.write(LINES, *(line(n, FinancialYear=year) for n, year in enumerate(years)))
    assert database.warehouse.values(LINES, 7, "FinancialYear") == [2024, 2026]
    assert database.warehouse.values(LINES, 7, "Amount") == [Decimal("-12.3400")]


def test_rows_are_read_in_the_order_of_their_key(database: TenantDatabase) -> None:
    database.write(LINES, *(line(n) for n in (3, 1, 2)))
    assert database.keys(LINES) == [key(1), key(2), key(3)]
    assert database.warehouse.count(LINES, 7) == 3


def test_many_rows_are_read_a_batch_at_a_time(database: TenantDatabase) -> None:
    database.write(LINES, *(line(n, n) for n in range(2500)))
    assert database.rows(LINES) == [line(n, n) for n in range(2500)]


def test_migrating_again_changes_nothing(database: TenantDatabase) -> None:
    database.write(LINES, line(1))
    database.open().migrate()
    assert database.rows(LINES) == [line(1)]
