"""The certificate key in a vault: the unmodified clients sign there, and only the hash goes over the wire."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest

from local.key_vault import SUFFIX
from local.key_vault.keys import Keys
from local.key_vault.refusals import Refusal
from shared.errors import Broken, Cause, RetryLater
from shared.identity import credential
from shared.signing import sign, verify
from shared.vault.signing import CERTIFICATE_KEY, KeyVaultSigner
from tests.support.key_vault import VaultBench


@pytest.fixture
def keys(key_vaults: VaultBench) -> Keys:
    keys = key_vaults.server.vaults[key_vaults.application].keys
    keys.add(CERTIFICATE_KEY, key_vaults.clock())
    return keys


@pytest.fixture
def signer(key_vaults: VaultBench, keys: Keys) -> Iterator[KeyVaultSigner]:
    whoever = credential(os.environ)
    address = f"https://{key_vaults.application}.{SUFFIX}"
    signer = KeyVaultSigner(address, whoever, key_vaults.clock, key_vaults.clock.wait)
    yield signer
    signer.close()
    whoever.close()


def test_what_the_vault_signed_verifies_with_its_published_key(signer: KeyVaultSigner) -> None:
    jws = sign(signer, signer.version(), b"a certificate")
    assert verify(jws, b"a certificate", signer.public_keys()) == signer.version()


def test_a_renewed_key_signs_and_the_old_one_still_verifies(
    signer: KeyVaultSigner, keys: Keys, key_vaults: VaultBench
) -> None:
    before = sign(signer, signer.version(), b"old")
    keys.add(CERTIFICATE_KEY, key_vaults.clock() + timedelta(days=1))
    after = sign(signer, signer.version(), b"new")
    published = signer.public_keys()
    assert [key["kid"] for key in published] == [each.id for each in keys.versions(CERTIFICATE_KEY)]
    assert verify(before, b"old", published) != verify(after, b"new", published)


def test_only_the_hash_leaves_for_the_vault(signer: KeyVaultSigner, key_vaults: VaultBench) -> None:
    version = signer.version()
    key_vaults.server.seen.clear()
    signer.sign(version, b"x" * 100_000)
    posted = [each for each in key_vaults.server.seen if each.method == "POST"]
    assert [each.path for each in posted][-1] == f"/keys/{CERTIFICATE_KEY}/{version}/sign"
    assert max(each.body_bytes for each in posted) < 200


def test_a_vault_without_the_key_says_what_is_missing(signer: KeyVaultSigner, keys: Keys) -> None:
    keys._names.clear()
    with pytest.raises(Broken, match="key certificate-key"):
        signer.version()


def test_a_vault_out_of_breath_is_asked_later(signer: KeyVaultSigner, key_vaults: VaultBench) -> None:
    version = signer.version()
    key_vaults.server.faults.extend([Refusal(503, "Busy", "busy")] * 6)
    with pytest.raises(RetryLater) as error:
        signer.sign(version, b"x")
    assert error.value.cause is Cause.VAULT_DOWN


def test_a_role_that_may_not_sign_is_named(signer: KeyVaultSigner, key_vaults: VaultBench) -> None:
    version = signer.version()
    key_vaults.server.faults.extend([Refusal(403, "Forbidden", "no", inner="ForbiddenByRbac")] * 2)
    with pytest.raises(Broken) as error:
        signer.sign(version, b"x")
    assert error.value.cause is Cause.VAULT_REFUSED
