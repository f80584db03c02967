"""Whatever two processes do at the same moment, exactly one wins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.errors import Cause
from shared.register import Register
from tests.support.racing import NOW, TwoProcesses

type Attempt = Callable[[Register, int, int], bool]

ROUNDS = 20


@pytest.fixture
def opened(register: Register) -> Register:
    """A register with an open run of divisions 0 and 1 for each of `ROUNDS` tenants, no division read by two."""
    for number in range(ROUNDS):
        register.tenants.add(f"t{number}", "nl", f"t{number}")
        run = register.runs.open(f"t{number}")
        register.runs.begin(f"t{number}", run, [("nl", 2 * number), ("nl", 2 * number + 1)])
    return register


def claim_one(register: Register, number: int, who: int) -> str:
    return f"fence {register.runs.claim(f't{number}', 1, 2 * number, 1, f'w{who}', 60).fence}"


def finish_each_its_own(register: Register, number: int, who: int) -> bool:
    held = register.runs.claim(f"t{number}", 1, 2 * number + who, 1, f"w{who}", 60)
    return register.runs.finish(held, 1, "done")


def finish_or_fail(register: Register, number: int, who: int) -> bool:
    if who:
        return register.runs.fail(f"t{number}", 1, 2 * number, 1, Cause.POISONED)
    held = register.runs.claim(f"t{number}", 1, 2 * number, 1, "w", 60)
    return register.runs.finish(held, 1, "done")


def open_run(register: Register, number: int, _who: int) -> int:
    return register.runs.open(f"t{number}")


def begin_run(register: Register, number: int, who: int) -> list[int]:
    return [row.division for row in register.runs.begin(f"t{number}", 1, [("nl", who), ("nl", who + 2)])]


def take_lease(register: Register, number: int, who: int) -> bool:
    return register.leases.take(f"l{number}", f"w{who}", 60) is not None


def use_invitation(register: Register, number: int, _who: int) -> bool:
    return register.invitations.use(f"i{number}", "acme")


def keep_pair(register: Register, number: int, who: int) -> bool:
    return register.grants.keep_pair("acme", number, f"pair of {who}".encode(), NOW)


def reserve(register: Register, number: int, _who: int) -> int:
    return register.calls.allowance("nl", 1, f"licence-{number}", 60, 100)


def migrate(register: Register, _number: int, _who: int) -> str:
    register.migrate()
    return "migrated"


def test_one_of_two_claims_a_step(opened: Register, two_processes: TwoProcesses) -> None:
    assert all(sorted(pair) == ["fence 1", "lease-held"] for pair in two_processes.race(claim_one, ROUNDS))


def test_one_of_two_last_divisions_ends_the_run(opened: Register, two_processes: TwoProcesses) -> None:
    assert all(sorted(pair) == [False, True] for pair in two_processes.race(finish_each_its_own, ROUNDS))
    assert not any(tenant.run_open for tenant in opened.tenants.list())
    assert all(opened.runs.last(f"t{number}")[0].ended_at == NOW for number in range(ROUNDS))


def test_a_division_is_closed_once_whoever_comes_first(opened: Register, two_processes: TwoProcesses) -> None:
    two_processes.race(finish_or_fail, ROUNDS)
    assert {opened.runs.last(f"t{number}")[0].open_divisions for number in range(ROUNDS)} == {1}


def test_two_planners_open_one_run(register: Register, two_processes: TwoProcesses) -> None:
    for number in range(ROUNDS):
        register.tenants.add(f"t{number}", "nl", f"t{number}")
    assert two_processes.race(open_run, ROUNDS) == [(1, 1)] * ROUNDS


def test_two_workers_begin_a_run_with_one_list_of_divisions(register: Register, two_processes: TwoProcesses) -> None:
    for number in range(ROUNDS):
        register.tenants.add(f"t{number}", "nl", f"t{number}")
        register.runs.open(f"t{number}")
    assert all(one == two for one, two in two_processes.race(begin_run, ROUNDS))
    assert {register.runs.last(f"t{number}")[0].open_divisions for number in range(ROUNDS)} == {2}


@pytest.mark.parametrize("work", [take_lease, use_invitation, keep_pair])
def test_one_of_two_wins(
    register: Register, two_processes: TwoProcesses, work: Callable[[Register, int, int], bool]
) -> None:
    register.tenants.add("acme", "nl", "acme")
    register.grants.consent("acme", "nl", "user", NOW)
    for number in range(ROUNDS):
        register.invitations.add(f"i{number}", "acme", NOW + timedelta(days=7))
    assert all(sorted(pair) == [False, True] for pair in two_processes.race(work, ROUNDS))


def test_two_workers_never_reserve_more_than_the_licence_has(register: Register, two_processes: TwoProcesses) -> None:
    assert all(sorted(pair) == [40, 60] for pair in two_processes.race(reserve, ROUNDS))


def test_two_processes_make_a_new_register_once(two_processes: TwoProcesses) -> None:
    assert two_processes.race(migrate, 2) == [("migrated", "migrated")] * 2
