"""Runs and steps as design §4 has them: Continuing, The net, The end of a run."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.errors import Cause, ClaimLost, Refused, RetryLater
from shared.register import Held, Register, Step, Tenant, division_lease
from tests.support.clock import FakeClock

BOTH = [("nl", 1), ("nl", 2)]


@pytest.fixture
def run(register: Register, tenant: Tenant) -> int:
    """An open run of divisions 1 and 2."""
    number = register.runs.open("acme")
    register.runs.begin("acme", number, BOTH)
    return number


def claim(register: Register, run: int, division: int = 1, step: int = 1) -> Held:
    return register.runs.claim("acme", run, division, step, "worker", 60)


def stale(register: Register, run: int, division: int = 1, step: int = 1) -> bool:
    """Whether the claim is refused as stale."""
    with pytest.raises(Refused) as refused:
        claim(register, run, division, step)
    return refused.value.cause is Cause.STALE_MESSAGE


def test_a_tenant_has_at_most_one_open_run(register: Register, tenant: Tenant) -> None:
    assert [register.runs.open("acme") for _ in range(3)] == [1, 1, 1]
    assert (register.tenants.get("acme").run, register.tenants.get("acme").run_open) == (1, True)


def test_the_next_run_has_the_next_number(register: Register, tenant: Tenant) -> None:
    assert register.runs.end("acme", register.runs.open("acme"), Cause.NONE_CHOSEN)
    assert register.runs.open("acme") == 2
    assert [(run.run, run.cause) for run in register.runs.last("acme")] == [(2, ""), (1, "none-chosen")]


def test_nobody_runs_an_unknown_tenant(register: Register) -> None:
    with pytest.raises(Refused) as refused:
        register.runs.open("nobody")
    assert refused.value.cause is Cause.UNKNOWN_TENANT


def test_a_begun_run_expects_the_first_step_of_each_division(register: Register, run: int, clock: FakeClock) -> None:
    rows = register.runs.rows("acme", run)
    assert [(row.host, row.division, row.state, row.expected_step) for row in rows] == [
        ("nl", 1, "open", 1),
        ("nl", 2, "open", 1),
    ]
    assert {row.resume_at for row in rows} == {clock.now}


def test_beginning_again_changes_nothing(register: Register, run: int, clock: FakeClock) -> None:
    register.runs.advance(claim(register, run), run, 1, clock.now)
    before = register.runs.rows("acme", run)
    assert register.runs.begin("acme", run, [*BOTH, ("nl", 3)]) == before


def test_a_run_that_is_over_cannot_begin(register: Register, tenant: Tenant) -> None:
    run = register.runs.open("acme")
    register.runs.end("acme", run, Cause.NONE_CHOSEN)
    with pytest.raises(Refused) as refused:
        register.runs.begin("acme", run, BOTH)
    assert refused.value.cause is Cause.STALE_MESSAGE


def test_a_claim_takes_the_lease_of_the_division(register: Register, run: int, clock: FakeClock) -> None:
    held = claim(register, run)
    assert (held.host, held.division, held.tenant) == ("nl", 1, "acme")
    assert register.leases.until(division_lease("nl", 1)) == clock.now + timedelta(seconds=60)
    assert register.leases.until(division_lease("nl", 2)) is None


def test_a_held_division_sends_the_message_back_until_the_lease_ends(
    register: Register, run: int, clock: FakeClock
) -> None:
    claim(register, run)
    with pytest.raises(RetryLater) as later:
        claim(register, run)
    assert (later.value.cause, later.value.until) == (Cause.LEASE_HELD, clock.now + timedelta(seconds=60))


def test_two_tenants_reading_one_division_share_its_lease(register: Register, run: int) -> None:
    register.tenants.add("other", "nl", "other")
    other = register.runs.open("other")
    register.runs.begin("other", other, [("nl", 1), ("be", 2)])
    claim(register, run)
    claim(register, run, division=2)
    with pytest.raises(RetryLater):
        register.runs.claim("other", other, 1, 1, "worker", 60)
    assert register.runs.claim("other", other, 2, 1, "worker", 60).host == "be"


def test_a_step_done_is_stale_and_the_next_goes_on(register: Register, run: int, clock: FakeClock) -> None:
    register.runs.advance(claim(register, run), run, 1, clock.now)
    assert stale(register, run, step=1)
    assert claim(register, run, step=2)


def test_a_later_step_may_arrive_before_the_expected_one_was_raised(register: Register, run: int) -> None:
    register.runs.release(claim(register, run, step=2))
    assert register.runs.rows("acme", run)[0].expected_step == 2
    assert stale(register, run, step=1)


def test_a_stale_message_leaves_the_lease_alone(register: Register, run: int, clock: FakeClock) -> None:
    register.runs.advance(claim(register, run), run, 1, clock.now)
    assert stale(register, run, step=1)
    assert register.leases.until(division_lease("nl", 1)) is None


def test_a_stale_message_says_so_even_while_the_lease_is_held(register: Register, run: int) -> None:
    claim(register, run, step=2)
    assert stale(register, run, step=1)


@pytest.mark.parametrize(("run_offset", "division"), [(1, 1), (-1, 1), (0, 3)])
def test_a_message_of_another_run_or_division_is_stale(
    register: Register, run: int, run_offset: int, division: int
) -> None:
    assert stale(register, run + run_offset, division)


def test_a_released_step_may_be_claimed_again(register: Register, run: int) -> None:
    first = claim(register, run)
    assert register.runs.release(first)
    assert not register.runs.release(first)
    assert claim(register, run).fence == first.fence + 1


def test_a_crashed_workers_step_is_claimed_when_its_lease_ends(register: Register, run: int, clock: FakeClock) -> None:
    first = claim(register, run)
    clock.pass_time(seconds=60)
    assert claim(register, run).fence == first.fence + 1


def test_a_renewed_lease_lasts_from_now(register: Register, run: int, clock: FakeClock) -> None:
    held = claim(register, run)
    clock.pass_time(seconds=50)
    assert register.runs.renew(held, 60)
    assert register.leases.until(division_lease("nl", 1)) == clock.now + timedelta(seconds=60)


def test_a_late_worker_nobody_overtook_still_counts(register: Register, run: int, clock: FakeClock) -> None:
    held = claim(register, run)
    register.runs.advance(held, run, 1, clock.pass_time(seconds=600))
    assert register.runs.rows("acme", run)[0].expected_step == 2


def test_an_overtaken_worker_can_do_nothing_more(register: Register, run: int, clock: FakeClock) -> None:
    overtaken = claim(register, run)
    clock.pass_time(seconds=60)
    claim(register, run)
    before = register.runs.rows("acme", run)
    assert not register.runs.renew(overtaken, 60)
    assert not register.runs.release(overtaken)
    with pytest.raises(ClaimLost):
        register.runs.advance(overtaken, run, 1, clock.now)
    with pytest.raises(ClaimLost):
        register.runs.finish(overtaken, run, "done")
    assert register.runs.rows("acme", run) == before


def test_a_worker_that_gave_back_can_do_nothing_more(register: Register, run: int, clock: FakeClock) -> None:
    held = claim(register, run)
    register.runs.advance(held, run, 1, clock.now)
    with pytest.raises(ClaimLost):
        register.runs.advance(held, run, 2, clock.now)
    assert not register.runs.renew(held, 60)


def test_the_last_division_ends_the_run(register: Register, run: int, clock: FakeClock) -> None:
    assert not register.runs.finish(claim(register, run), run, "done")
    assert register.tenants.get("acme").run_open
    assert register.runs.finish(claim(register, run, division=2), run, "parked", Cause.RIGHT_MISSING)
    assert [(row.state, row.cause) for row in register.runs.rows("acme", run)] == [
        ("done", ""),
        ("parked", "right-missing"),
    ]
    ended = register.runs.last("acme")[0]
    assert (ended.ended_at, ended.open_divisions) == (clock.now, 0)
    assert not register.tenants.get("acme").run_open


def test_the_end_of_the_run_sets_the_true_next_date(register: Register, run: int, clock: FakeClock) -> None:
    register.tenants.wake("acme", clock.now)
    register.tenants.postpone(["acme"], clock.now + timedelta(minutes=15))
    register.runs.end("acme", run, closing="done")
    due = register.tenants.get("acme").next_sync_at
    assert due is not None
    assert due == register.tenants.reschedule("acme").next_sync_at
    assert clock.now < due <= clock.now + timedelta(minutes=60)


def test_while_a_run_is_open_its_net_keeps_the_next_date(register: Register, run: int, clock: FakeClock) -> None:
    register.tenants.wake("acme", clock.now)
    assert register.tenants.reschedule("acme").next_sync_at == clock.now


def test_the_trials_end_during_a_run_leaves_no_next_date(register: Register, run: int, clock: FakeClock) -> None:
    clock.pass_time(days=31)
    assert register.runs.end("acme", run, Cause.ENDED, closing="failed")
    assert register.tenants.get("acme").next_sync_at is None


def test_messages_of_an_ended_run_do_nothing(register: Register, run: int) -> None:
    register.runs.end("acme", run, Cause.ENDED, closing="failed")
    assert stale(register, run)
    assert not register.runs.fail("acme", run, 1, 1, Cause.POISONED)
    assert not register.runs.end("acme", run, Cause.ENDED)


def test_a_worker_whose_division_was_closed_meanwhile_has_lost_it(
    register: Register, run: int, clock: FakeClock
) -> None:
    held = claim(register, run)
    register.runs.fail("acme", run, 1, 1, Cause.POISONED)
    with pytest.raises(ClaimLost):
        register.runs.advance(held, run, 1, clock.now)
    with pytest.raises(ClaimLost):
        register.runs.finish(held, run, "done")
    assert register.runs.rows("acme", run)[0].state == "failed"
    assert register.runs.release(held)


@pytest.mark.parametrize(("run_offset", "step"), [(0, 1), (0, 3), (1, 2)])
def test_a_poisoned_message_that_is_not_the_expected_one_fails_nothing(
    register: Register, run: int, clock: FakeClock, run_offset: int, step: int
) -> None:
    register.runs.advance(claim(register, run), run, 1, clock.now)
    assert not register.runs.fail("acme", run + run_offset, 1, step, Cause.POISONED)
    assert {row.state for row in register.runs.rows("acme", run)} == {"open"}


def test_the_poison_handler_ends_the_run_as_a_worker_would(register: Register, run: int) -> None:
    assert not register.runs.fail("acme", run, 1, 1, Cause.POISONED)
    assert not register.runs.fail("acme", run, 1, 1, Cause.POISONED)
    assert register.runs.fail("acme", run, 2, 1, Cause.POISONED)
    assert {(row.state, row.cause) for row in register.runs.rows("acme", run)} == {("failed", "poisoned")}
    assert not register.tenants.get("acme").run_open


def test_open_divisions_keep_the_run_open(register: Register, run: int) -> None:
    assert not register.runs.end("acme", run, Cause.ENDED)
    assert register.tenants.get("acme").run_open


def test_a_run_ended_as_a_whole_closes_what_is_open_and_keeps_what_was_closed(register: Register, run: int) -> None:
    register.runs.finish(claim(register, run), run, "done")
    assert register.runs.end("acme", run, Cause.CHAIN_BROKEN, closing="failed")
    assert [(row.state, row.cause) for row in register.runs.rows("acme", run)] == [
        ("done", ""),
        ("failed", "chain-broken"),
    ]


def test_the_net_sends_what_is_past_its_time_and_held_by_nobody(register: Register, run: int, clock: FakeClock) -> None:
    assert register.runs.stuck("acme", clock.now) == [Step("acme", run, 1, 1), Step("acme", run, 2, 1)]
    register.runs.advance(claim(register, run, division=2), run, 1, clock.now + timedelta(minutes=40))
    claim(register, run)
    assert register.runs.stuck("acme", clock.now) == []
    assert register.runs.stuck("acme", clock.pass_time(seconds=60)) == [Step("acme", run, 1, 1)]
    assert register.runs.stuck("acme", clock.pass_time(minutes=40)) == [
        Step("acme", run, 1, 1),
        Step("acme", run, 2, 2),
    ]


def test_the_net_leaves_closed_divisions_and_ended_runs_alone(register: Register, run: int, clock: FakeClock) -> None:
    register.runs.finish(claim(register, run), run, "done")
    assert register.runs.stuck("acme", clock.now) == [Step("acme", run, 2, 1)]
    register.runs.end("acme", run, Cause.ENDED, closing="failed")
    assert register.runs.stuck("acme", clock.now) == []
