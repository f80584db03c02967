"""Calls: budgets of the licence, limits, client errors, parked and released streams (rule 11)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.errors import Cause
from shared.register import Listed, Parked, Register, Tenant
from tests.support.clock import FakeClock


def test_calls_are_reserved_until_the_licences_day_is_used_up(register: Register) -> None:
    assert [register.calls.allowance("nl", 1, "100", 60, 100) for _ in range(3)] == [60, 40, 0]


def test_divisions_of_one_licence_share_its_day(register: Register) -> None:
    assert register.calls.allowance("nl", 1, "100", 60, 100) == 60
    assert register.calls.allowance("nl", 2, "100", 60, 100) == 40
    assert register.calls.allowance("nl", 3, "200", 60, 100) == 60
    assert register.calls.allowance("be", 1, "100", 60, 100) == 60


def test_divisions_whose_licence_is_not_known_count_apart(register: Register) -> None:
    assert register.calls.allowance("nl", 1, "", 100, 100) == 100
    assert register.calls.allowance("nl", 2, "", 100, 100) == 100
    assert register.calls.allowance("nl", 1, "", 100, 100) == 0


def test_what_was_not_called_is_given_back(register: Register) -> None:
    register.calls.allowance("nl", 1, "100", 100, 100)
    register.calls.give_back("nl", 1, "100", 30)
    assert register.calls.allowance("nl", 1, "100", 60, 100) == 30


def test_giving_back_never_makes_more_than_a_day(register: Register, clock: FakeClock) -> None:
    register.calls.allowance("nl", 1, "100", 10, 100)
    register.calls.give_back("nl", 1, "100", 30)
    assert register.calls.allowance("nl", 1, "100", 200, 100) == 100


def test_the_day_begins_at_midnight_utc(register: Register, clock: FakeClock) -> None:
    clock.now = datetime(2026, 11, 25, 23, 59, 59, tzinfo=UTC)
    assert register.calls.allowance("nl", 1, "100", 100, 100) == 100
    assert register.calls.allowance("nl", 1, "100", 100, 100) == 0
    clock.pass_time(seconds=1)
    assert register.calls.allowance("nl", 1, "100", 100, 100) == 100


def test_a_smaller_budget_than_what_was_used_gives_nothing(register: Register) -> None:
    register.calls.allowance("nl", 1, "100", 100, 100)
    assert register.calls.allowance("nl", 1, "100", 1, 50) == 0


def test_the_limits_last_seen_are_kept_per_division(register: Register) -> None:
    assert register.calls.limits("nl", 1) is None
    register.calls.save_limits("nl", 1, '{"minute": 59}')
    register.calls.save_limits("nl", 1, '{"minute": 58}')
    assert (register.calls.limits("nl", 1), register.calls.limits("nl", 2)) == ('{"minute": 58}', None)


def test_a_blocked_licence_waits_until_the_later_of_two_ends(register: Register, clock: FakeClock) -> None:
    until = clock.now + timedelta(hours=15)
    assert register.calls.licence_blocked("nl", "100") is None
    register.calls.block_licence("nl", "100", until)
    register.calls.block_licence("nl", "100", clock.now + timedelta(hours=1))
    assert register.calls.licence_blocked("nl", "100") == until
    assert register.calls.licence_blocked("nl", "200") is None
    clock.pass_time(hours=15)
    assert register.calls.licence_blocked("nl", "100") is None


def test_client_errors_are_counted_within_the_last_hour(register: Register, clock: FakeClock) -> None:
    assert register.calls.client_error("nl", 1, "crm/Accounts") == 1
    clock.pass_time(minutes=30)
    assert register.calls.client_error("nl", 1, "crm/Accounts") == 2
    clock.pass_time(minutes=30)
    assert register.calls.client_error("nl", 1, "crm/Accounts") == 2


@pytest.mark.parametrize(("host", "division", "endpoint"), [("be", 1, "a"), ("nl", 2, "a"), ("nl", 1, "b")])
def test_client_errors_of_other_endpoints_count_apart(
    register: Register, host: str, division: int, endpoint: str
) -> None:
    register.calls.client_error("nl", 1, "a")
    assert register.calls.client_error(host, division, endpoint) == 1


def test_a_parked_stream_says_why_since_when_and_until(register: Register, clock: FakeClock) -> None:
    since, tomorrow = clock.now, clock.now + timedelta(days=1)
    register.calls.park("nl", 1, "Items", Cause.RIGHT_MISSING, tomorrow)
    clock.pass_time(days=1)
    register.calls.park("nl", 1, "Items", Cause.BAD_QUERY, tomorrow + timedelta(days=1))
    assert register.calls.parked("nl", 1) == {"Items": Parked("bad-query", since, tomorrow + timedelta(days=1))}
    assert register.calls.parked("nl", 2) == {}


def test_a_stream_that_was_read_again_is_parked_no_more(register: Register, clock: FakeClock) -> None:
    register.calls.park("nl", 1, "Items", Cause.RIGHT_MISSING, clock.now)
    assert register.calls.unpark("nl", 1, "Items")
    assert not register.calls.unpark("nl", 1, "Items")
    assert register.calls.parked("nl", 1) == {}
    assert register.calls.released("nl", 1) == set()


def test_a_released_stream_is_parked_no_more_and_its_release_is_taken_once(
    register: Register, clock: FakeClock
) -> None:
    register.calls.park("nl", 1, "Items", Cause.LIST_SUSPECT, clock.now)
    assert register.calls.release("nl", 1, "Items") == ["Items"]
    assert register.calls.parked("nl", 1) == {}
    assert register.calls.released("nl", 1) == {"Items"}
    assert register.calls.take_release("nl", 1, "Items")
    assert not register.calls.take_release("nl", 1, "Items")


def test_a_release_of_all_releases_what_is_parked_in_that_division(register: Register, clock: FakeClock) -> None:
    for division, stream in ((1, "Projects"), (1, "Items"), (2, "Accounts")):
        register.calls.park("nl", division, stream, Cause.RIGHT_MISSING, clock.now)
    assert register.calls.release("nl", 1) == ["Items", "Projects"]
    assert register.calls.release("nl", 1) == []
    assert list(register.calls.parked("nl", 2)) == ["Accounts"]


def test_a_suspect_list_is_released_though_it_is_not_parked_twice_or_once(register: Register) -> None:
    assert [register.calls.release("nl", 1, "Items") for _ in range(2)] == [["Items"], ["Items"]]
    assert register.calls.released("nl", 1) == {"Items"}


def test_calls_add_up_per_division_of_a_run(register: Register, tenant: Tenant, clock: FakeClock) -> None:
    register.divisions.save_listed("acme", "nl", [Listed(1, 1, 0, "100")])
    run = register.runs.open("acme")
    register.calls.record("acme", run, 1, "Items", made=2, rows=1500, errors=0)
    register.calls.record("acme", run, 1, "Items", made=1, rows=20, errors=1)
    register.calls.record("acme", run, 1, "Projects", made=1, rows=0, errors=0)
    register.calls.record("acme", run, 2, "Items", made=1, rows=3, errors=0)
    report = [
        (line.run, line.division, line.licence, line.calls, line.rows, line.errors)
        for line in register.calls.report(clock.now)
    ]
    assert report == [(run, 1, "100", 4, 1520, 1), (run, 2, "", 1, 3, 0)]


def test_the_report_begins_with_the_newest_run_and_leaves_out_what_is_older(
    register: Register, tenant: Tenant, clock: FakeClock
) -> None:
    for _ in range(3):
        run = register.runs.open("acme")
        register.calls.record("acme", run, 1, "Items", made=1, rows=1, errors=0)
        register.runs.end("acme", run)
        clock.pass_time(hours=1)
    assert [line.run for line in register.calls.report(clock.now - timedelta(hours=2))] == [3, 2]
