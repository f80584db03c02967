"""Token pairs and keys over two Key Vaults: each where it belongs, and no old pair over a newer one."""

from __future__ import annotations

import pytest

from shared.seal import KEY_NAMES
from shared.tokens import Tokens
from shared.tokens.custody import Custody, pair_secret
from shared.vault import Vaults
from tests.support.chain import Bench
from tests.support.key_vault import VaultBench


def vaults_of(key_vaults: VaultBench) -> Vaults:
    """What one instance of the app has: stores with caches of their own."""
    return Vaults(key_vaults.store(key_vaults.application), key_vaults.store(key_vaults.tenant))


def tokens_over(bench: Bench, vaults: Vaults) -> Tokens:
    register, clock = bench.register, bench.clock
    return Tokens(register.grants, register.leases, vaults, lambda _: bench.exact, clock, clock.wait, "worker")


@pytest.fixture
def vaults(bench: Bench, key_vaults: VaultBench) -> Vaults:
    """Two vaults, the first with the app's keys; tenant `first` consented, its pair just old enough to be renewed."""
    vaults = vaults_of(key_vaults)
    for name in KEY_NAMES:
        vaults.application.set(name, bench.vault.get(name).value)  # type: ignore[union-attr]
    code = bench.exact.consent("user-1")
    tokens_over(bench, vaults).take_consent("first", "nl", code, "https://app/x", bench.exact.user_of)
    bench.clock.pass_by(570)
    return vaults


def test_pairs_lie_in_the_tenant_vault_and_keys_in_the_applications(vaults: Vaults) -> None:
    assert vaults.application.names() == sorted(KEY_NAMES)
    assert vaults.tenant.names() == [pair_secret("first")]


def test_a_pair_remembered_by_one_instance_is_not_used_when_another_has_renewed_it(
    bench: Bench, key_vaults: VaultBench, vaults: Vaults
) -> None:
    here, elsewhere = tokens_over(bench, vaults), tokens_over(bench, vaults_of(key_vaults))
    old = here.access("first")
    bench.clock.pass_by(570)
    renewed = elsewhere.access("first")
    assert here.access("first") == renewed != old
    assert len(bench.exact.asked) == 2


def test_after_a_renewal_the_pair_before_it_cannot_be_read(
    bench: Bench, key_vaults: VaultBench, vaults: Vaults
) -> None:
    tokens_over(bench, vaults).access("first")
    assert len(key_vaults.readable(pair_secret("first"))) == 1


def test_a_worker_too_late_does_not_put_its_pair_over_a_newer_one(bench: Bench, vaults: Vaults) -> None:
    custody = Custody(bench.register.grants, vaults)
    late = custody.newest(bench.register.grants.get("first"))  # type: ignore[arg-type]
    assert late is not None
    token = tokens_over(bench, vaults).access("first")
    custody.hand_over("first", late)
    newest = custody.newest(bench.register.grants.get("first"), fresh=True)  # type: ignore[arg-type]
    assert newest is not None
    assert newest.pair.access_token == token


def test_a_consent_after_a_withdrawal_brings_the_deleted_name_back(
    bench: Bench, key_vaults: VaultBench, vaults: Vaults
) -> None:
    tokens = tokens_over(bench, vaults)
    tokens.withdraw("first")
    assert vaults.tenant.deleted_names() == [pair_secret("first")]
    code = bench.exact.consent("user-1")
    tokens.take_consent("first", "nl", code, "https://app/x", bench.exact.user_of)
    assert bench.exact.accepts(tokens.access("first"))
    assert len(key_vaults.readable(pair_secret("first"))) == 1


def test_an_access_token_costs_one_read_of_the_vault_at_most(
    bench: Bench, key_vaults: VaultBench, vaults: Vaults
) -> None:
    tokens_over(bench, vaults).access("first")
    key_vaults.calls()
    fresh_instance = tokens_over(bench, vaults_of(key_vaults))
    for _ in range(3):
        fresh_instance.access("first")
    assert key_vaults.calls() == ["GET"]
