"""Leases and invitations: exclusive, expiring, fenced; used once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from shared.errors import Cause, Refused
from shared.register import Register, Tenant, division_lease, grant_lease
from tests.support.clock import FakeClock


def test_a_lease_is_held_by_one_until_it_is_given_back(register: Register) -> None:
    first = register.leases.take("a", "one", 60)
    assert first is not None
    assert register.leases.take("a", "two", 60) is None
    assert register.leases.release("a", first)
    assert register.leases.take("a", "two", 60) == first + 1


def test_an_expired_lease_is_taken_over_under_a_higher_fence(register: Register, clock: FakeClock) -> None:
    first = register.leases.take("a", "one", 60)
    assert first is not None
    clock.pass_time(seconds=59)
    assert register.leases.take("a", "two", 60) is None
    clock.pass_time(seconds=1)
    assert register.leases.take("a", "two", 60) == first + 1


def test_the_one_before_cannot_give_back_what_another_holds(register: Register, clock: FakeClock) -> None:
    first = register.leases.take("a", "one", 60)
    assert first is not None
    clock.pass_time(seconds=60)
    register.leases.take("a", "two", 60)
    assert not register.leases.release("a", first)
    assert register.leases.take("a", "three", 60) is None


def test_a_lease_is_given_back_once(register: Register) -> None:
    fence = register.leases.take("a", "one", 60)
    assert fence is not None
    assert register.leases.release("a", fence)
    assert not register.leases.release("a", fence)


def test_a_lease_says_until_when_while_it_is_held(register: Register, clock: FakeClock) -> None:
    assert register.leases.until("a") is None
    fence = register.leases.take("a", "one", 60)
    assert fence is not None
    assert register.leases.until("a") == clock.now + timedelta(seconds=60)
    register.leases.release("a", fence)
    assert register.leases.until("a") is None


def test_an_expired_lease_says_nothing(register: Register, clock: FakeClock) -> None:
    register.leases.take("a", "one", 60)
    clock.pass_time(seconds=60)
    assert register.leases.until("a") is None


def test_leases_do_not_disturb_each_other() -> None:
    names = {division_lease("nl", 1), division_lease("nl", 2), division_lease("be", 1), grant_lease("1")}
    assert len(names) == 4


def test_of_many_threads_one_takes_the_lease(register: Register) -> None:
    with ThreadPoolExecutor(8) as threads:
        fences = list(threads.map(lambda number: register.leases.take("a", f"w{number}", 60), range(16)))
    assert [fence for fence in fences if fence is not None] == [1]


def test_an_invitation_is_used_once_and_only_by_its_tenant(
    register: Register, tenant: Tenant, clock: FakeClock
) -> None:
    register.invitations.add("i", "acme", clock.now + timedelta(days=7))
    assert not register.invitations.use("i", "other")
    assert register.invitations.valid("i")
    assert register.invitations.use("i", "acme")
    assert not register.invitations.use("i", "acme")
    assert not register.invitations.valid("i")


def test_an_invitation_ends_with_its_time(register: Register, tenant: Tenant, clock: FakeClock) -> None:
    register.invitations.add("i", "acme", clock.now + timedelta(days=7))
    clock.pass_time(days=7)
    assert not register.invitations.valid("i")
    assert not register.invitations.use("i", "acme")


def test_nobody_is_invited_as_an_unknown_tenant(register: Register, clock: FakeClock) -> None:
    with pytest.raises(Refused) as refused:
        register.invitations.add("i", "nobody", clock.now)
    assert refused.value.cause is Cause.UNKNOWN_TENANT


def test_an_invitation_never_made_is_not_valid(register: Register) -> None:
    assert not register.invitations.valid("never")
    assert not register.invitations.use("never", "acme")
