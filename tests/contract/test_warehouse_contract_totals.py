"""Totals are replaced by a complete reading, on every engine."""

from decimal import Decimal

from shared.streams.model import Stream
from shared.warehouse.protocol import Row
from tests.support.warehouse import BALANCES, OPENINGS, TenantDatabase, checkpoint, key, refusal, row


def balance(year: int, center: str, amount: str = "1.0000") -> Row:
    return row(BALANCES, ReportingYear=year, CostCenterCode=center, Amount=Decimal(amount))


def opening(variant: str, year: int, account: int) -> Row:
    return row(OPENINGS, Variant=variant, ReportingYear=year, GLAccount=key(account), Amount=Decimal("1.0000"))


def stage(database: TenantDatabase, stream: Stream, scope: str, *rows: Row, before: int = 0) -> None:
    with database.warehouse.transaction(database.claim) as transaction:
        transaction.stage(stream, rows, checkpoint(stream, scope=scope, rows=before))


def replace(database: TenantDatabase, stream: Stream, scope: str, number: int = 1) -> int:
    with database.warehouse.transaction(database.claim) as transaction:
        return transaction.replace_scope(stream, checkpoint(stream, scope=scope, number=number))


def test_staged_rows_are_not_seen_before_they_replace_the_scope(database: TenantDatabase) -> None:
    stage(database, BALANCES, "2026", balance(2026, "A"))
    assert database.rows(BALANCES) == []
    assert replace(database, BALANCES, "2026") == 1
    assert database.rows(BALANCES) == [balance(2026, "A")]


def test_a_year_is_replaced_and_others_stay(database: TenantDatabase) -> None:
    for year, center in ((2025, "A"), (2026, "A"), (2026, "B")):
        stage(database, BALANCES, str(year), balance(year, center))
        replace(database, BALANCES, str(year))
    assert database.rows(BALANCES) == [balance(2025, "A"), balance(2026, "B")]


def test_pages_add_up(database: TenantDatabase) -> None:
    stage(database, BALANCES, "2026", balance(2026, ""))
    stage(database, BALANCES, "2026", balance(2026, "B"), before=1)
    assert replace(database, BALANCES, "2026") == 2


def test_a_page_staged_twice_counts_once(database: TenantDatabase) -> None:
    stage(database, BALANCES, "2026", balance(2026, ""))
    for amount in ("1.0000", "2.0000"):
        stage(database, BALANCES, "2026", balance(2026, "B", amount), before=1)
    assert replace(database, BALANCES, "2026") == 2
    assert database.rows(BALANCES)[1] == balance(2026, "B", "2.0000")


def test_a_new_reading_finds_the_stage_empty(database: TenantDatabase) -> None:
    stage(database, BALANCES, "2026", balance(2026, "abandoned"))
    stage(database, BALANCES, "2026", balance(2026, "B"))
    assert replace(database, BALANCES, "2026") == 1


def test_a_reading_of_one_scope_leaves_the_stage_of_others(database: TenantDatabase) -> None:
    stage(database, BALANCES, "2025", balance(2025, "A"))
    stage(database, BALANCES, "2026", balance(2026, "B"))
    assert replace(database, BALANCES, "2026") == replace(database, BALANCES, "2025") == 1


def test_nothing_staged_replaces_nothing(database: TenantDatabase) -> None:
    stage(database, BALANCES, "2026", balance(2026, "A"))
    replace(database, BALANCES, "2026")
    stage(database, BALANCES, "2026")
    assert replace(database, BALANCES, "2026") == 0
    assert database.rows(BALANCES) == [balance(2026, "A")]


def test_an_opening_balance_replaces_its_variant_and_the_year_of_the_reply(database: TenantDatabase) -> None:
    entry, processed = OPENINGS.scopes
    for variant, year, account in ((entry, 2025, 1), (processed, 2026, 1), (entry, 2026, 1), (entry, 2026, 2)):
        stage(database, OPENINGS, variant, opening(variant, year, account))
        replace(database, OPENINGS, variant)
    assert database.rows(OPENINGS) == [opening(entry, 2025, 1), opening(entry, 2026, 2), opening(processed, 2026, 1)]


def test_the_replacing_reading_clears_what_it_did_not_refuse_again(database: TenantDatabase) -> None:
    for number, refused in ((1, 1), (1, 2), (2, 2)):
        database.refuse(BALANCES, refusal(refused, 0), number=number, scope="2026")
    stage(database, BALANCES, "2026", balance(2026, "A"))
    replace(database, BALANCES, "2026", number=2)
    assert database.kept() == [("Balances", key(2), 0)]
