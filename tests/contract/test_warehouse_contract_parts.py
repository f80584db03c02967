"""A piece of a stream listed anew, on every engine: versions are kept, newer rows stand, lacking ones go after two."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from shared.warehouse.protocol import Checkpoint, Row, Written
from tests.support.warehouse import LINES, PART, RELATIONS, TenantDatabase, checkpoint, key, line, refusal, row

SCOPE = "2026/8000"


def listed(number: int, **values: object) -> Row:
    """A line as the list gives it: without its version."""
    whole = line(number, **values)  # type: ignore[arg-type]
    at = LINES.index["Timestamp"]
    return (*whole[:at], *whole[at + 1 :])


def part(number: int = 1, **more: object) -> Checkpoint:
    return checkpoint(PART, scope=SCOPE, number=number, **{"start": 100, **more})  # type: ignore[arg-type]


def take(
    database: TenantDatabase, *rows: Row, at: Checkpoint | None = None, owner: Checkpoint | None = None
) -> Written:
    with database.warehouse.transaction(database.claim) as transaction:
        return transaction.take(PART, rows, [], at or part(), owner or checkpoint(LINES))


def unseen(database: TenantDatabase, at: Checkpoint) -> tuple[int, int]:
    with database.warehouse.transaction(database.claim) as transaction:
        return transaction.unseen(PART, at)


def sweep(database: TenantDatabase, at: Checkpoint, since: int) -> int:
    with database.warehouse.transaction(database.claim) as transaction:
        return transaction.sweep(PART, at, since=since)


def versions(database: TenantDatabase) -> dict[object, object]:
    return {found[0]: found[LINES.index["Timestamp"]] for found in database.rows(LINES)}


def test_a_known_record_takes_the_lists_values_at_its_stored_version(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 7))
    assert take(database, listed(1, Amount=Decimal("5.0000"))).updated == 1
    assert database.rows(LINES) == [line(1, 7, Amount=Decimal("5.0000"))]


def test_a_new_record_gets_version_0_which_any_later_row_replaces(database: TenantDatabase) -> None:
    assert take(database, listed(1)).inserted == 1
    assert versions(database) == {key(1): 0}
    database.write(LINES, line(1, 3))
    assert versions(database) == {key(1): 3}


def test_an_equal_record_is_not_rewritten(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 7))
    assert take(database, listed(1)) == Written(unchanged=1)


def test_a_record_of_an_older_epoch_is_new_in_this_one(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 7))
    take(database, listed(1), at=part(epoch=2), owner=checkpoint(LINES, epoch=2))
    assert versions(database) == {key(1): 0}


def test_a_deleted_record_does_not_come_back_by_the_list(database: TenantDatabase) -> None:
    database.delete(LINES, 1, version=9)
    assert take(database, listed(1)).deleted == 1
    assert database.rows(LINES) == []


def test_a_change_by_the_list_makes_the_year_worth_comparing(database: TenantDatabase) -> None:
    take(database, listed(1))
    assert set(database.warehouse.changed_scopes(LINES, 7)) == {"2026"}


def test_names_of_an_anonymised_relation_stay_withheld(database: TenantDatabase) -> None:
    database.write(RELATIONS, row(RELATIONS, ID=key(900), Timestamp=1, IsAnonymised=True))
    take(database, listed(1))
    assert database.rows(LINES)[0][LINES.index["Description"]] != "Factuur 🧾"


def test_columns_exact_no_longer_knows_keep_what_they_hold(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 7))
    take(database, listed(1, Quantity=None), at=part(dropped=("Quantity",)))
    assert database.rows(LINES) == [line(1, 7)]


def test_only_rows_of_the_part_that_were_there_when_it_began_can_be_missing(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 7), line(2, 7, FinancialYear=2025), line(3, 7, Code="9000"), line(4, 101))
    assert unseen(database, part()) == (1, 1)
    take(database, listed(1))
    assert unseen(database, part()) == (1, 0)


def test_a_record_two_lists_lack_goes_and_one_the_first_saw_stays(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 7), line(2, 7), line(3, 7))
    take(database, listed(1), listed(2), at=part(1))
    take(database, listed(1), at=part(2))
    assert sweep(database, part(2), since=1) == 1
    assert database.keys(LINES) == [key(1), key(2)]


def test_a_refused_record_is_set_aside_and_counts_as_seen(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 7))
    with database.warehouse.transaction(database.claim) as transaction:
        transaction.take(PART, [], [refusal(1, 0)], part(), checkpoint(LINES))
    assert database.kept() == [(LINES.name, key(1), 0)]
    assert unseen(database, part()) == (1, 0)


def test_marks_of_a_part_do_not_outlive_its_rows(database: TenantDatabase) -> None:
    take(database, listed(1), at=part(5))
    database.delete(LINES, 1, version=9)
    database.write(LINES, line(2, 10))
    assert unseen(database, replace(part(5), start=100)) == (1, 1)
