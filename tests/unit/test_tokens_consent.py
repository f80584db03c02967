"""One Exact user feeds one tenant per host (rule 3): what a second consent does, and when two come at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from shared.errors import Cause, ConsentNeeded, Refused, RetryLater
from shared.register import grant_lease
from shared.tokens import Tokens
from shared.tokens.claims import LEASE_SECONDS
from shared.vault import Vaults
from tests.support.chain import Bench


def works(bench: Bench, tenant: str) -> bool:
    return bench.exact.accepts(bench.tokens().access(tenant))


def test_two_users_feed_two_tenants(bench: Bench) -> None:
    bench.consent("first", "user-1")
    bench.consent("second", "user-2")
    assert works(bench, "first")
    assert works(bench, "second")


def test_a_second_tenant_on_the_same_user_is_refused_and_its_pair_feeds_the_first(bench: Bench) -> None:
    bench.consent("first")
    before = bench.tokens().access("first")
    with pytest.raises(Refused, match="use a dedicated Exact user") as refused:
        bench.consent("second")
    assert refused.value.cause is Cause.USER_TAKEN
    assert not bench.exact.accepts(before)
    assert works(bench, "first")
    with pytest.raises(ConsentNeeded):
        bench.tokens().access("second")


def test_a_tenant_refused_a_user_keeps_the_one_it_has(bench: Bench) -> None:
    bench.consent("first", "user-1")
    bench.consent("second", "user-2")
    with pytest.raises(Refused):
        bench.consent("second", "user-1")
    assert works(bench, "second")


def test_a_tenant_may_change_to_another_user(bench: Bench) -> None:
    bench.consent("first", "user-1")
    bench.consent("first", "user-2")
    assert bench.exact.users[bench.tokens().access("first")] == "user-2"


def test_the_user_a_tenant_left_may_feed_another(bench: Bench) -> None:
    bench.consent("first", "user-1")
    bench.consent("first", "user-2")
    bench.consent("second", "user-1")
    assert works(bench, "second")


def test_a_withdrawn_grant_is_not_brought_back_through_another_tenants_door(bench: Bench) -> None:
    bench.consent("first")
    bench.tokens().withdraw("first")
    with pytest.raises(Refused):
        bench.consent("second")
    with pytest.raises(ConsentNeeded) as needed:
        bench.tokens().access("first")
    assert needed.value.cause is Cause.CONSENT_WITHDRAWN


def test_a_withdrawn_grant_is_brought_back_by_its_own_consent(bench: Bench) -> None:
    bench.consent("first")
    bench.tokens().withdraw("first")
    bench.consent("first")
    assert works(bench, "first")


def test_the_register_knows_a_user_by_a_keyed_hash_only(bench: Bench) -> None:
    bench.consent("first", "user-1")
    grant = bench.register.grants.get("first")
    assert grant is not None
    assert "user-1" not in grant.user
    assert len(grant.user) == 64


def test_a_consent_outwaits_a_dead_workers_lease(bench: Bench) -> None:
    bench.register.leases.take(grant_lease("first"), "dead", LEASE_SECONDS)
    bench.consent("first")
    assert works(bench, "first")


def test_a_code_exact_does_not_take_stores_nothing(bench: Bench) -> None:
    with pytest.raises(Refused):
        bench.tokens().take_consent("first", "nl", "made-up", "https://app/x", bench.exact.user_of)
    assert bench.register.grants.get("first") is None


def patient(bench: Bench, holder: str) -> Tokens:
    """A worker of a real process: its waits take real time."""
    register = bench.register
    sleep = partial(time.sleep, 0.05)
    return Tokens(
        register.grants,
        register.leases,
        Vaults(bench.vault, bench.vault),
        lambda _: bench.exact,
        bench.clock,
        lambda _: sleep(),
        holder,
    )


def test_workers_at_once_make_one_refresh_and_all_get_its_token(connected: Bench) -> None:
    def work(number: int) -> str:
        while True:
            try:
                return patient(connected, f"worker-{number}").access("first")
            except RetryLater:
                continue  # the lease was held: the message comes back

    with ThreadPoolExecutor(4) as pool:
        tokens = set(pool.map(work, range(4)))
    assert len(connected.exact.asked) == 1
    assert len(tokens) == 1
    assert connected.exact.accepts(tokens.pop())


def test_of_two_consents_at_once_by_one_user_the_later_pair_counts(bench: Bench) -> None:
    def other_meanwhile(country: str, access_token: str) -> str:
        bench.clock.pass_by(1)
        bench.consent("second")
        return bench.exact.user_of(country, access_token)

    code = bench.exact.consent("user-1")
    with pytest.raises(Refused):
        bench.tokens().take_consent("first", "nl", code, "https://app/x", other_meanwhile)
    assert works(bench, "second")


def test_two_tenants_consenting_at_once_with_one_user_leave_one_of_them_connected(bench: Bench) -> None:
    def consent(tenant: str) -> bool:
        code = bench.exact.consent("user-1")
        try:
            patient(bench, tenant).take_consent(tenant, "nl", code, "https://app/x", bench.exact.user_of)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        taken = list(pool.map(consent, ("first", "second")))
    grants = [bench.register.grants.get(tenant) for tenant in ("first", "second")]
    assert sorted(taken) == [False, True]
    assert [grant is not None for grant in grants] == taken
