"""Grants: numbers rise, pairs are swapped only against the number they follow, one user feeds one tenant."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.errors import Cause, Refused
from shared.register import Grant, Register, Tenant
from tests.support.clock import FakeClock


@pytest.fixture
def grant(register: Register, tenant: Tenant, clock: FakeClock) -> Grant:
    return register.grants.consent(tenant.tenant, "nl", "user", clock.now)


def test_a_consent_begins_a_grant_without_a_pair(register: Register, grant: Grant, clock: FakeClock) -> None:
    assert grant == register.grants.get("acme") == register.grants.by_user("nl", "user")
    assert (grant.state, grant.cause, grant.number, grant.sealed) == ("connected", "", 0, None)
    assert (grant.issued_at, grant.consented_at) == (None, clock.now)


def test_nobody_consented_yet(register: Register, tenant: Tenant) -> None:
    assert register.grants.get("acme") is None
    assert register.grants.by_user("nl", "user") is None


def test_the_same_user_on_another_host_is_another_user(register: Register, grant: Grant) -> None:
    assert register.grants.by_user("be", "user") is None


def test_a_user_feeds_one_tenant(register: Register, grant: Grant, clock: FakeClock) -> None:
    register.tenants.add("other", "nl", "other")
    with pytest.raises(Refused) as refused:
        register.grants.consent("other", "nl", "user", clock.now)
    assert refused.value.cause is Cause.USER_TAKEN
    assert register.grants.get("other") is None


def test_a_tenant_may_consent_again_as_another_user(register: Register, grant: Grant, clock: FakeClock) -> None:
    register.grants.consent("acme", "nl", "colleague", clock.now)
    assert register.grants.by_user("nl", "user") is None
    assert register.grants.by_user("nl", "colleague") == register.grants.get("acme")


def test_a_pair_is_kept_only_after_the_number_it_follows(register: Register, grant: Grant, clock: FakeClock) -> None:
    assert register.grants.keep_pair("acme", 0, b"first", clock.now)
    assert not register.grants.keep_pair("acme", 0, b"late", clock.now)
    assert register.grants.keep_pair("acme", 1, b"second", clock.now + timedelta(minutes=10))
    kept = register.grants.get("acme")
    assert kept is not None
    assert (kept.number, kept.sealed, kept.issued_at) == (2, b"second", clock.now + timedelta(minutes=10))


def test_a_pair_is_forgotten_only_while_the_row_holds_its_number(
    register: Register, grant: Grant, clock: FakeClock
) -> None:
    register.grants.keep_pair("acme", 0, b"first", clock.now)
    register.grants.keep_pair("acme", 1, b"second", clock.now)
    assert not register.grants.clear_pair("acme", 1)
    assert register.grants.clear_pair("acme", 2)
    cleared = register.grants.get("acme")
    assert cleared is not None
    assert (cleared.number, cleared.sealed, cleared.issued_at) == (2, None, clock.now)


def test_consent_is_needed_only_while_the_number_is_the_newest(
    register: Register, grant: Grant, clock: FakeClock
) -> None:
    register.grants.keep_pair("acme", 0, b"first", clock.now)
    assert not register.grants.need("acme", Cause.REPLY_LOST, 0)
    assert register.grants.need("acme", Cause.REPLY_LOST, 1)
    needed = register.grants.get("acme")
    assert needed is not None
    assert (needed.state, needed.cause, needed.number) == ("needed", "reply-lost", 1)


def test_a_late_workers_pair_connects_the_grant_again(register: Register, grant: Grant, clock: FakeClock) -> None:
    register.grants.need("acme", Cause.REPLY_LOST, 0)
    assert register.grants.keep_pair("acme", 0, b"late", clock.now)
    kept = register.grants.get("acme")
    assert kept is not None
    assert (kept.state, kept.cause, kept.sealed) == ("connected", "", b"late")


def test_a_new_consent_connects_again_and_the_number_goes_on(
    register: Register, grant: Grant, clock: FakeClock
) -> None:
    register.grants.keep_pair("acme", 0, b"first", clock.now)
    register.grants.need("acme", Cause.CONSENT_EXPIRED, 1)
    again = register.grants.consent("acme", "nl", "user", clock.pass_time(days=31))
    assert (again.state, again.cause, again.number, again.consented_at) == ("connected", "", 1, clock.now)


def test_after_a_withdrawal_no_pair_is_kept_until_a_new_consent(
    register: Register, grant: Grant, clock: FakeClock
) -> None:
    register.grants.keep_pair("acme", 0, b"first", clock.now)
    assert register.grants.withdraw("acme")
    withdrawn = register.grants.get("acme")
    assert withdrawn is not None
    assert (withdrawn.state, withdrawn.cause, withdrawn.sealed) == ("withdrawn", "consent-withdrawn", None)
    assert not register.grants.keep_pair("acme", 1, b"late", clock.now)
    assert not register.grants.need("acme", Cause.CHAIN_BROKEN, 1)
    register.grants.consent("acme", "nl", "user", clock.now)
    assert register.grants.keep_pair("acme", 1, b"second", clock.now)


def test_idle_are_connected_grants_not_refreshed_since(register: Register, clock: FakeClock) -> None:
    for name, days, state in (
        ("idle", 8, "connected"),
        ("idler", 9, "connected"),
        ("fresh", 6, "connected"),
        ("gone", 9, "needed"),
    ):
        register.tenants.add(name, "nl", name)
        register.grants.consent(name, "nl", name, clock.now)
        register.grants.keep_pair(name, 0, b"pair", clock.now - timedelta(days=days))
        if state == "needed":
            register.grants.need(name, Cause.CHAIN_BROKEN, 1)
    assert register.grants.idle_since(clock.now - timedelta(days=7)) == ["idler", "idle"]


def test_a_grant_shows_no_pair_when_printed(register: Register, grant: Grant, clock: FakeClock) -> None:
    register.grants.keep_pair("acme", 0, b"sealed-pair", clock.now)
    assert "sealed-pair" not in repr(register.grants.get("acme"))
