"""What is kept besides the rows, on every engine: superseded versions, refused records, years that changed."""

from decimal import Decimal

import pytest

from shared.streams.model import Stream
from shared.warehouse.protocol import Row, Superseded
from tests.support.warehouse import (
    BALANCES,
    JOURNALS,
    LINES,
    RATES,
    TERMS,
    TenantDatabase,
    checkpoint,
    key,
    line,
    refusal,
    row,
)


def term(number: int, version: int, reference: str = "") -> Row:
    return row(TERMS, ID=key(number), Timestamp=version, Account=key(900), Reference=reference)


def history(database: TenantDatabase) -> list[Superseded]:
    return list(database.warehouse.history(TERMS, 7))


def test_a_superseded_version_is_kept_with_the_runs_it_was_true_for(database: TenantDatabase) -> None:
    for run, version in ((3, 1), (5, 2), (6, 2), (9, 3)):
        database.begin_run(run)
        database.write(TERMS, term(1, version))
    assert history(database) == [Superseded(term(1, 1), 3, 5), Superseded(term(1, 2), 5, 9)]


def test_a_deleted_version_is_kept(database: TenantDatabase) -> None:
    database.write(TERMS, term(1, 5), term(2, 5))
    database.begin_run(4)
    database.delete(TERMS, 1, version=6)
    assert history(database) == [Superseded(term(1, 5), 1, 4)]


def test_a_swept_version_is_kept(database: TenantDatabase) -> None:
    database.write(TERMS, term(1, 5), number=1)
    database.begin_run(4)
    database.sweep(TERMS, since=2, number=3)
    assert history(database) == [Superseded(term(1, 5), 1, 4)]


def test_a_row_that_is_not_taken_supersedes_nothing(database: TenantDatabase) -> None:
    database.write(TERMS, term(1, 5))
    database.write(TERMS, term(1, 4, "older"))
    assert history(database) == []


def test_a_refused_record_is_kept_whole(database: TenantDatabase) -> None:
    kept = refusal(1, 5, '{"ID":"x","Amount":1.23456}')
    database.refuse(LINES, kept)
    assert database.warehouse.set_aside(7) == [("Lines", kept)]
    assert database.warehouse.set_aside(8) == []


def test_the_newest_refusal_of_a_record_stands(database: TenantDatabase) -> None:
    for version in (5, 7, 6):
        database.refuse(LINES, refusal(1, version))
    database.refuse(LINES, refusal(1, 2), epoch=2)
    database.refuse(LINES, refusal(1, 9), epoch=1)
    assert database.kept() == [("Lines", key(1), 2)]


@pytest.mark.parametrize(("epoch", "version", "cleared"), [(1, 4, False), (1, 5, True), (1, 6, True), (2, 1, True)])
def test_a_record_set_aside_is_cleared_by_a_row_as_new(
    database: TenantDatabase, epoch: int, version: int, cleared: bool
) -> None:
    database.refuse(LINES, refusal(1, 5), refusal(2, 5))
    database.write(LINES, line(1, version), epoch=epoch)
    assert (("Lines", key(1), 5) not in database.kept()) is cleared
    assert ("Lines", key(2), 5) in database.kept()


def test_a_record_set_aside_is_cleared_by_an_unchanged_row_without_version(database: TenantDatabase) -> None:
    journal = row(JOURNALS, ID=key(1))
    database.write(JOURNALS, journal)
    database.refuse(JOURNALS, refusal(1, 0))
    database.write(JOURNALS, journal)
    assert database.kept() == []


def test_a_record_with_a_longer_key_is_known_by_its_parts(database: TenantDatabase) -> None:
    rate = row(RATES, Currency="USD", Year=2026, Rate=Decimal(1))
    kept = refusal(1, 0)
    with database.warehouse.transaction(database.claim) as transaction:
        transaction.set_aside(RATES, [type(kept)("USD|2026", 0, kept.reason, "{}")], checkpoint(RATES))
    database.write(RATES, rate)
    assert database.kept() == []


@pytest.mark.parametrize(("epoch", "version", "cleared"), [(1, 4, False), (1, 5, True), (2, 1, True)])
def test_a_record_set_aside_is_cleared_by_its_deletion(
    database: TenantDatabase, epoch: int, version: int, cleared: bool
) -> None:
    database.refuse(LINES, refusal(1, 5))
    database.delete(LINES, 1, version, epoch)
    assert (database.kept() == []) is cleared


def test_a_refused_record_that_is_deleted_is_not_set_aside(database: TenantDatabase) -> None:
    database.delete(LINES, 1, version=9)
    database.refuse(LINES, refusal(1, 9), refusal(2, 9))
    assert database.kept() == [("Lines", key(2), 9)]


def test_a_refused_record_older_than_the_stored_row_is_not_set_aside(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 9), line(2, 9))
    database.refuse(LINES, refusal(1, 8), refusal(2, 9))
    assert database.kept() == [("Lines", key(2), 9)]


def test_a_record_whose_version_cannot_be_read_is_set_aside_whatever_is_stored(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 9))
    database.refuse(LINES, refusal(1, 0))
    assert database.kept() == [("Lines", key(1), 0)]


def test_a_refused_record_counts_as_seen(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 5), number=1)
    database.refuse(LINES, refusal(1, 6), number=2)
    assert database.unseen(LINES, number=2) == (1, 0)


@pytest.mark.parametrize("stream", [LINES, BALANCES, JOURNALS], ids=lambda stream: stream.name)
def test_a_record_set_aside_leaves_when_two_readings_lack_it(database: TenantDatabase, stream: Stream) -> None:
    database.refuse(stream, refusal(1, 5), refusal(2, 5), number=1)
    database.refuse(stream, refusal(2, 4), number=2)
    database.sweep(stream, since=2, number=3)
    assert database.kept() == [(stream.name, key(2), 5)]


def test_changed_rows_name_the_years_they_belonged_and_belong_to(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 1, FinancialYear=2024), line(2, 1, FinancialYear=2025))
    before = database.warehouse.changed_scopes(LINES, 7)
    database.write(LINES, line(1, 2, FinancialYear=2026))
    after = database.warehouse.changed_scopes(LINES, 7)
    assert set(before) == {"2024", "2025"}
    assert after["2026"] == after["2024"] > before["2024"] == before["2025"] == after["2025"]


def test_rows_that_stay_as_they_are_change_no_year(database: TenantDatabase) -> None:
    database.write(LINES, line(1))
    before = database.warehouse.changed_scopes(LINES, 7)
    database.write(LINES, line(1), number=2)
    assert database.warehouse.changed_scopes(LINES, 7) == before


def test_removed_rows_change_their_year(database: TenantDatabase) -> None:
    database.write(LINES, line(1, FinancialYear=2024), line(2, FinancialYear=2025), number=1)
    clear(database, "2024", "2025")
    database.delete(LINES, 1, version=5)
    assert set(database.warehouse.changed_scopes(LINES, 7)) == {"2024"}
    database.sweep(LINES, since=2, number=3)
    assert set(database.warehouse.changed_scopes(LINES, 7)) == {"2024", "2025"}


def test_a_year_that_changed_since_is_not_cleared(database: TenantDatabase) -> None:
    database.write(LINES, line(1, FinancialYear=2024), line(2, FinancialYear=2025))
    until = database.warehouse.changed_scopes(LINES, 7)["2024"]
    database.write(LINES, line(1, 2, FinancialYear=2024))
    with database.warehouse.transaction(database.claim) as transaction:
        transaction.clear_changed(LINES, ["2024", "2025"], until)
    assert set(database.warehouse.changed_scopes(LINES, 7)) == {"2024"}


def clear(database: TenantDatabase, *scopes: str) -> None:
    with database.warehouse.transaction(database.claim) as transaction:
        transaction.clear_changed(LINES, scopes, 1_000)
