"""What a page of rows does to what is stored, on every engine."""

from datetime import date
from decimal import Decimal

import pytest

from shared.errors import RecordRefused
from shared.warehouse.protocol import Value, Written
from tests.support.warehouse import (
    ADMINISTRATIONS,
    JOURNALS,
    LINES,
    RATES,
    TenantDatabase,
    checkpoint,
    key,
    line,
    local,
    row,
)

AMOUNT, DESCRIPTION = LINES.index["Amount"], LINES.index["Description"]


def amounts(database: TenantDatabase) -> list[Value]:
    return [stored[AMOUNT] for stored in database.rows(LINES)]


def test_new_rows_are_inserted(database: TenantDatabase) -> None:
    assert database.write(LINES, line(1), line(2)) == Written(inserted=2)
    assert database.rows(LINES) == [line(1), line(2)]


def test_no_rows_do_nothing(database: TenantDatabase) -> None:
    assert database.write(LINES) == Written()


@pytest.mark.parametrize(
    "values",
    [
        {"Description": "€ café 漢字 👩‍👩‍👧 \U0001f9fe"},
        {"Description": "a\0b\x01\x1f\x7f\n\r\t\"\\/ 'quoted'; DROP TABLE x"},
        {"Description": ""},
        {"Description": "x" * 1_000_000},
        {"Code": "c" * 100},
        {"Code": " 70"},
        {"Amount": Decimal("922337203685477.5807")},
        {"Amount": Decimal("-922337203685477.5807")},
        {"Amount": Decimal("0.0001")},
        {"Rate": Decimal("9223372036.854775807")},
        {"Quantity": Decimal("-9223372036854.775807")},
        {"Date": date(1, 1, 1)},
        {"Date": date(9999, 12, 31)},
        {"Created": local("1753-01-01")},
        {"Created": local("9999-12-31 23:59:59.999000")},
        {"FinancialYear": 2**31 - 1},
        {"FinancialYear": -(2**31)},
        {"Timestamp": 2**63 - 1},
        {"Open": False},
        dict.fromkeys(("Account", "FinancialYear", "Description", "Code", "Date", "Created", "Amount", "Rate", "Open")),
    ],
    ids=lambda values: ",".join(values)[:20],
)
def test_every_value_comes_back_as_it_was_and_is_known_again(
    database: TenantDatabase, values: dict[str, Value]
) -> None:
    given = line(1, **{"Timestamp": 5, **values})
    database.write(LINES, given)
    (stored,) = database.rows(LINES)
    assert stored == given
    assert [type(value) for value in stored] == [type(value) for value in given]
    assert database.write(LINES, given) == Written(unchanged=1)


@pytest.mark.parametrize(
    "values",
    [
        {"Amount": Decimal("922337203685477.5808")},
        {"Amount": Decimal("0.00001")},
        {"Amount": Decimal("0.00010000000000000000000000000000000001")},
        {"Amount": Decimal("NaN")},
        {"Rate": Decimal("-Infinity")},
        {"FinancialYear": 2**31},
        {"Timestamp": 2**63},
        {"Code": "c" * 101},
        {"Code": "a\0"},
        {"Description": "half a \ud83e pair"},
        {"Created": local("2026-01-01 00:00:00.000001")},
    ],
    ids=lambda values: ",".join(values)[:20],
)
def test_a_value_no_column_can_hold_is_refused_before_anything_is_written(
    database: TenantDatabase, values: dict[str, Value]
) -> None:
    with database.warehouse.transaction(database.claim) as transaction:
        with pytest.raises(RecordRefused, match=f"Lines: a value of {next(iter(values))} "):
            transaction.upsert(LINES, [line(2), line(1, **{"Timestamp": 5, **values})], checkpoint(LINES))
        assert transaction.unseen(LINES, checkpoint(LINES)) == (0, 0)


def test_a_higher_version_replaces_a_lower(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 5))
    changed = line(1, 6, Amount=Decimal("1.0000"))
    assert database.write(LINES, changed) == Written(updated=1)
    assert database.rows(LINES) == [changed]


def test_a_lower_version_of_the_epoch_is_not_taken_and_counts_as_regressed(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 5))
    assert database.write(LINES, line(1, 4, Amount=Decimal("1.0000"))) == Written(older=1, regressed=1)
    assert database.rows(LINES) == [line(1, 5)]


def test_a_newer_epoch_replaces_an_older_one_whatever_the_version(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 5), epoch=1)
    assert database.write(LINES, line(1, 2), epoch=2) == Written(updated=1)
    assert database.write(LINES, line(1, 9), epoch=1) == Written(older=1)
    assert database.rows(LINES) == [line(1, 2)]


def test_the_same_row_in_a_newer_epoch_belongs_to_that_epoch_from_then_on(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 5), epoch=1)
    assert database.write(LINES, line(1, 5), epoch=2) == Written(updated=1)
    assert database.warehouse.expected(LINES, checkpoint(LINES, epoch=2), 0, None) == {key(1)}


def test_equal_versions_with_other_content_are_written(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 5, Code="old"))
    assert database.write(LINES, line(1, 5, Code="new")) == Written(updated=1)


def test_the_highest_version_in_a_page_wins_wherever_it_stands(database: TenantDatabase) -> None:
    newest = line(1, 7, Amount=Decimal("7.0000"))
    assert database.write(LINES, line(1, 5), newest, line(1, 6)) == Written(inserted=1)
    assert database.rows(LINES) == [newest]


def test_of_equal_highest_versions_in_a_page_the_last_wins(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 7, Code="first"), line(1, 7, Code="last"), line(1, 6))
    assert database.rows(LINES) == [line(1, 7, Code="last")]


def test_rows_without_versions_are_compared_by_content(database: TenantDatabase) -> None:
    first, second = (row(JOURNALS, ID=key(1), Description=text) for text in ("Verkoop", "Sales"))
    assert database.write(JOURNALS, first) == Written(inserted=1)
    assert database.write(JOURNALS, first) == Written(unchanged=1)
    assert database.write(JOURNALS, second) == Written(updated=1)


def test_of_rows_without_versions_the_last_in_a_page_wins(database: TenantDatabase) -> None:
    rows = [row(JOURNALS, ID=key(1), Description=text) for text in ("first", "last")]
    assert database.write(JOURNALS, *rows) == Written(inserted=1)
    assert database.rows(JOURNALS) == [rows[1]]


def test_dropped_columns_keep_what_they_hold_and_are_not_compared(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 5, Description="kept"))
    at = checkpoint(LINES, dropped=("Description",))
    with database.warehouse.transaction(database.claim) as transaction:
        assert transaction.upsert(LINES, [line(1, 5, Description=None)], at) == Written(unchanged=1)
        assert transaction.upsert(LINES, [line(1, 6, Description=None)], at) == Written(updated=1)
    assert database.rows(LINES) == [line(1, 6, Description="kept")]


def test_divisions_do_not_meet(database: TenantDatabase) -> None:
    database.write(LINES, line(1), division=7)
    assert database.write(LINES, line(1), division=8) == Written(inserted=1)
    assert database.warehouse.count(LINES, 7) == database.warehouse.count(LINES, 8) == 1


def test_keys_of_several_columns_are_told_apart_by_all_of_them(database: TenantDatabase) -> None:
    rows = [row(RATES, Currency=code, Year=year, Rate=Decimal(1)) for code in ("", "EUR") for year in (2025, 2026)]
    assert database.write(RATES, *rows) == Written(inserted=4)
    assert database.write(RATES, *rows) == Written(unchanged=4)


def test_codes_that_differ_in_case_only_are_two(database: TenantDatabase) -> None:
    rows = [row(RATES, Currency=code, Year=2026, Rate=Decimal(1)) for code in ("A", "a")]
    assert database.write(RATES, *rows) == Written(inserted=2)


def test_a_stream_kept_without_division_has_one_row_for_all(database: TenantDatabase) -> None:
    found = row(ADMINISTRATIONS, Code=8, Description="BV")
    database.write(ADMINISTRATIONS, found, row(ADMINISTRATIONS, Code=9), division=7, epoch=3)
    assert database.write(ADMINISTRATIONS, found, division=8, epoch=1) == Written(unchanged=1)
    assert database.rows(ADMINISTRATIONS, 8) == [found]
    assert database.keys(ADMINISTRATIONS, 0) == [8, 9]
