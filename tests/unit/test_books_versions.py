"""Row versions and the log of deletions."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from local.exact_simulator.books import CHANGES, Division, World, random_change
from local.exact_simulator.books.division import SYNC

TODAY = date(2026, 11, 25)


@pytest.fixture
def world() -> World:
    return World(seed=3, lines=1200, today=TODAY)


@pytest.fixture
def company(world: World) -> Division:
    return next(iter(world.divisions.values()))


def change(division: Division, name: str, /, **arguments: object) -> dict[str, Any]:
    return CHANGES[name](division, **arguments)


def versions(division: Division, since: int = 0) -> list[int]:
    rows = [row for name in SYNC for row in division.since(name, since)]
    return [int(str(row["Timestamp"])) for row in (*rows, *division.deleted_since(since))]


def changed(division: Division, above: int) -> dict[str, set[object]]:
    return {name: found for name in SYNC if (found := {row["ID"] for row in division.since(name, above)})}


def test_no_two_rows_of_a_database_share_a_version(company: Division) -> None:
    rng = Random(1)
    for _ in range(80):
        random_change(company, rng)
    assert len(versions(company)) == len(set(versions(company)))


@pytest.mark.parametrize("name", SYNC)
def test_rows_come_in_rising_order_above_the_version_asked_for(company: Division, name: str) -> None:
    whole = [row["Timestamp"] for row in company.since(name, 0)]
    middle = int(str(whole[len(whole) // 2]))
    assert whole == sorted(whole)
    assert [row["Timestamp"] for row in company.since(name, middle)] == [
        version for version in whole if version > middle
    ]
    assert not list(company.since(name, int(str(whole[-1]))))


def test_a_booking_is_above_everything_before_it(world: World, company: Division) -> None:
    before = max(versions(company))
    posted = change(company, "post_sale")
    assert changed(company, before) == {"TransactionLines": set(posted["lines"]), "PaymentTerms": set(posted["terms"])}


def test_a_renamed_relation_is_new_but_the_lines_that_name_it_are_not(world: World, company: Division) -> None:
    line = next(row for row in company.since("TransactionLines", 0) if row["Account"])
    before = max(versions(company))
    change(company, "rename_account", account=line["Account"], name="Anders B.V.")
    assert changed(company, before) == {"Accounts": {line["Account"]}}
    assert (
        next(row for row in company.since("TransactionLines", 0) if row["ID"] == line["ID"])["AccountName"]
        == "Anders B.V."
    )


def test_a_move_gives_lower_versions_in_the_same_order(world: World, company: Division) -> None:
    change(company, "delete_entry")
    before = {name: [(row["ID"], row["Timestamp"]) for row in company.since(name, 0)] for name in SYNC}
    log = [row["EntityKey"] for row in company.deleted_since(0)]
    lowest = min(versions(company))
    change(company, "move")
    assert max(versions(company)) < lowest
    assert {name: [row["ID"] for row in company.since(name, 0)] for name in SYNC} == {
        name: [row[0] for row in rows] for name, rows in before.items()
    }
    assert [row["EntityKey"] for row in company.deleted_since(0)] == log
    assert company.info["DivisionMoveDate"] == world.now


def test_versions_stay_apart_over_very_many_moves(world: World, company: Division) -> None:
    for _ in range(40):
        change(company, "move")
    assert len(versions(company)) == len(set(versions(company)))


@pytest.mark.parametrize("rows_back", [1, 20])
def test_a_late_commit_lies_below_versions_already_handed_out(world: World, company: Division, rows_back: int) -> None:
    newest = [row["Timestamp"] for row in company.since("TransactionLines", 0)][-rows_back:]
    late = change(company, "commit_late", rows_back=rows_back)
    assert max(late["versions"]) < min(newest)
    assert len(list(company.since("TransactionLines", max(late["versions"])))) == rows_back
    assert {row["ID"] for row in company.since("TransactionLines", 0)} >= set(late["lines"])


def test_a_deleted_entry_leaves_its_lines_and_terms_in_the_log(world: World, company: Division) -> None:
    posted = change(company, "post_purchase")
    before = max(versions(company))
    change(company, "delete_entry", entry=posted["entry"])
    logged = {(row["EntityType"], row["EntityKey"]) for row in company.deleted_since(before)}
    assert logged == {(1, line) for line in posted["lines"]} | {(10, term) for term in posted["terms"]}
    assert not changed(company, before)


def test_the_log_forgets_a_deletion_after_two_months(world: World, company: Division) -> None:
    gone = change(company, "delete_entry")["lines"]
    moment = world.now
    world.now = moment + timedelta(days=60)
    assert {row["EntityKey"] for row in company.deleted_since(0)} >= set(gone)
    world.now = moment + timedelta(days=62)
    assert not [row for row in company.deleted_since(0) if row["EntityKey"] in gone]
