"""What the stored books say and what is kept of proofs, on every engine."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from shared.streams import CATALOGUE, stream
from shared.streams.model import Kind
from shared.warehouse.proofs import (
    Case,
    Control,
    Difference,
    Evidence,
    Figures,
    Group,
    Proof,
    Standing,
    Unbalanced,
    Unresolved,
)
from shared.warehouse.protocol import Value, Warehouse
from tests.support.warehouse import TenantDatabase, checkpoint, key, row

AT = datetime(2026, 11, 25, 12, 0, 0, 123456, tzinfo=UTC)
DEBTORS, SALES = key(20), key(80)


@pytest.fixture
def books(database: TenantDatabase) -> Warehouse:
    """A database of the real catalogue."""
    warehouse = database.open(streams=tuple(CATALOGUE.values()))
    warehouse.migrate()
    return warehouse


def put(database: TenantDatabase, books: Warehouse, name: str, **values: Value) -> None:
    kind = stream(name)
    with books.transaction(database.claim) as transaction:
        if kind.kind is Kind.TOTALS:
            scope = checkpoint(kind, scope=str(values["ReportingYear"]))
            transaction.stage(kind, [row(kind, **values)], scope)
            transaction.replace_scope(kind, scope)
        else:
            transaction.upsert(kind, [row(kind, **values)], checkpoint(kind))


def line(database: TenantDatabase, books: Warehouse, number: int, amount: str, **values: Value) -> None:
    told: dict[str, Value] = {
        "ID": key(number),
        "Timestamp": number,
        "EntryID": key(1000),
        "FinancialYear": 2026,
        "FinancialPeriod": 3,
        "GLAccount": SALES,
        "Type": 20,
        "Status": 50,
        "AmountDC": Decimal(amount),
    }
    put(database, books, "TransactionLines", **told | values)


def group(**values: object) -> Group:
    told = {"year": 2026, "period": 3, "account": SALES, "cost_center": "", "cost_unit": "", "type": 20, "status": 50}
    return Group(**told | values)  # type: ignore[arg-type]


def figures(debit: str, credit: str, lines: int) -> Figures:
    return Figures(Decimal(debit) - Decimal(credit), Decimal(debit), Decimal(credit), lines)


def test_lines_are_summed_by_all_that_a_balance_row_tells_apart(database: TenantDatabase, books: Warehouse) -> None:
    for number, (amount, more) in enumerate(
        [
            ("1.2500", {}),
            ("-0.2501", {}),
            ("7.0000", {"FinancialPeriod": 4}),
            ("7.0000", {"CostCenter": "A"}),
            ("7.0000", {"CostUnit": "A"}),
            ("7.0000", {"Type": 30}),
            ("7.0000", {"Status": 20}),
            ("7.0000", {"FinancialYear": 2025}),
        ],
        start=1,
    ):
        line(database, books, number, amount, **more)  # type: ignore[arg-type]
    seven = figures("7.0000", "0", 1)
    assert books.evidence(7).copied(2026) == {
        group(): figures("1.2500", "0.2501", 2),
        group(period=4): seven,
        group(cost_center="A"): seven,
        group(cost_unit="A"): seven,
        group(type=30): seven,
        group(status=20): seven,
    }


def test_no_cost_centre_and_an_empty_one_are_the_same(database: TenantDatabase, books: Warehouse) -> None:
    line(database, books, 1, "1.0000", CostCenter=None)
    line(database, books, 2, "2.0000", CostCenter="")
    assert books.evidence(7).copied(2026) == {group(): figures("3.0000", "0", 2)}


def test_another_divisions_lines_do_not_count(books: Warehouse, database: TenantDatabase) -> None:
    line(database, books, 1, "1.0000")
    assert books.evidence(8).copied(2026) == {}


def test_a_balance_is_given_in_the_same_groups(database: TenantDatabase, books: Warehouse) -> None:
    put(
        database,
        books,
        "ReportingBalance",
        ReportingYear=2026,
        ReportingPeriod=3,
        GLAccount=SALES,
        CostCenterCode="",
        CostUnitCode="",
        Type=20,
        Status=50,
        Amount=Decimal("1.0000"),
        AmountDebit=Decimal("3.0000"),
        AmountCredit=Decimal("2.0000"),
        Count=4,
    )
    assert books.evidence(7).reported(2026) == {group(): figures("3.0000", "2.0000", 4)}
    assert books.evidence(7).reported(2025) == {}


def test_an_entry_whose_debit_is_not_its_credit_is_named(database: TenantDatabase, books: Warehouse) -> None:
    line(database, books, 1, "1.0000", EntryID=key(1))
    line(database, books, 2, "-1.0000", EntryID=key(1))
    line(database, books, 3, "0.0001", EntryID=key(2))
    line(database, books, 4, "5.0000", EntryID=key(3))
    expected = [Unbalanced(key(2), Decimal("0.0001"), 1), Unbalanced(key(3), Decimal("5.0000"), 1)]
    assert books.evidence(7).unbalanced(10) == expected
    assert books.evidence(7).unbalanced(1) == expected[:1]


def test_control_accounts_have_a_balance_over_all_years(database: TenantDatabase, books: Warehouse) -> None:
    put(database, books, "GLAccounts", ID=DEBTORS, Timestamp=1, Type=20)
    put(database, books, "GLAccounts", ID=key(22), Timestamp=2, Type=22)
    put(database, books, "GLAccounts", ID=SALES, Timestamp=3, Type=110)
    line(database, books, 1, "10.0000", GLAccount=DEBTORS)
    line(database, books, 2, "-4.0000", GLAccount=DEBTORS, FinancialYear=2025)
    assert sorted(books.evidence(7).control_accounts()) == [
        Control(20, DEBTORS, Decimal("6.0000")),
        Control(22, key(22), Decimal(0)),
    ]


def test_open_items_are_those_not_matched_with_what_is_in_transit_apart(
    database: TenantDatabase, books: Warehouse
) -> None:
    for number, (side, status, amount) in enumerate(
        [(20, 20, "-5.0000"), (20, 30, "-1.0000"), (20, 40, "-2.0000"), (20, 50, "-100.0000"), (22, 20, "3.0000")], 1
    ):
        put(
            database,
            books,
            "PaymentTerms",
            ID=key(number),
            Timestamp=number,
            LineType=side,
            Status=status,
            AmountDC=Decimal(amount),
        )
    assert sorted(books.evidence(7).open_items()) == [
        Control(20, "", Decimal("-8.0000"), Decimal("-2.0000")),
        Control(22, "", Decimal("3.0000"), Decimal(0)),
    ]


def referring(evidence: Evidence) -> set[Unresolved]:
    return set(evidence.unresolved())


def test_lines_that_name_what_is_not_there_are_counted_by_what_they_name(
    database: TenantDatabase, books: Warehouse
) -> None:
    put(database, books, "GLAccounts", ID=SALES, Timestamp=1, Type=110)
    put(database, books, "Journals", ID=key(70), Code="70")
    put(database, books, "Accounts", ID=key(900), Timestamp=1)
    line(database, books, 1, "1.0000", JournalCode="70", Account=key(900), Division=7)
    assert referring(books.evidence(7)) == set()
    line(database, books, 2, "1.0000", JournalCode="71", Account=key(901), GLAccount=key(81))
    line(database, books, 3, "1.0000", JournalCode="71", Account=None, FinancialYear=None, Division=8)
    assert referring(books.evidence(7)) == {
        Unresolved("GLAccount", key(81), 1),
        Unresolved("JournalCode", "71", 2),
        Unresolved("Account", key(901), 1),
        Unresolved("Division", "", 1),
        Unresolved("FinancialYear", "", 1),
    }


def proof(subject: str = "ledger", scope: str = "2026", **more: object) -> Proof:
    return Proof(division=7, subject=subject, scope=scope, run=3, at=AT, state="holds", **more)  # type: ignore[arg-type]


def keep(database: TenantDatabase, kept: Proof, *differences: Difference) -> int:
    with database.warehouse.transaction(database.claim) as transaction:
        return transaction.keep_proof(kept, differences)


def test_a_proof_comes_back_with_the_number_it_was_given(database: TenantDatabase) -> None:
    kept = proof(cursor=2**60, copied_amount=Decimal("-0.0100"), reported_debit=Decimal("922337203685.0001"))
    assert keep(database, kept) == 1
    (found,) = database.warehouse.proofs(7).latest()
    assert found == Proof(**{name: getattr(kept, name) for name in Proof.__slots__} | {"number": 1})


def test_the_latest_of_each_subject_and_year_is_given(database: TenantDatabase) -> None:
    for each in (proof(), proof(scope="2025"), proof("entries", ""), proof()):
        keep(database, each)
    found = [(each.subject, each.scope, each.number) for each in database.warehouse.proofs(7).latest()]
    assert found == [("entries", "", 3), ("ledger", "2025", 2), ("ledger", "2026", 4)]
    assert database.warehouse.proofs(8).latest() == []


def test_differences_come_back_in_their_order(database: TenantDatabase) -> None:
    kept = [
        Difference(kind="ledger", period=2, account=SALES, copied_amount=Decimal("0.0100")),
        Difference(kind="entry"),
    ]
    number = keep(database, proof(), *kept)
    assert database.warehouse.proofs(7).differences(number) == kept
    assert database.warehouse.proofs(7).differences(number + 1) == []


def test_a_case_and_a_standing_come_back_as_they_were_last_written(database: TenantDatabase) -> None:
    case = Case(division=7, scope="2026", state="differs", step="period", reading=4, pieces=("2026/1",), proof=9)
    standing = Standing(division=7, state="proven", as_of=AT, pending=("2025", "2026"), cursor=2**60)
    for each in (Case(division=7, scope="2026"), case):
        with database.warehouse.transaction(database.claim) as transaction:
            transaction.save_case(each)
            transaction.save_standing(standing)
    assert database.warehouse.proofs(7).cases() == [case]
    assert database.warehouse.proofs(7).standing() == standing


def test_what_was_never_compared_is_unknown(database: TenantDatabase) -> None:
    assert database.warehouse.proofs(7).standing() == Standing(division=7, state="unknown")
