"""What a vault answers instead: each refusal names vault, secret and cure, and none shows a value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from local.identity import TENANT, IdentityEndpoint, token
from local.key_vault import SUFFIX, KeyVaults, Refusal
from local.net.authority import Authority
from shared.errors import Broken, Cause, RetryLater
from shared.vault.client import secret_client
from shared.vault.key_vault import KeyVaultStore
from tests.support.key_vault import VaultBench

VALUE = "hunter2"


def forbidden(inner: str) -> Refusal:
    return Refusal(403, "Forbidden", f"Caller may not: {VALUE}", inner)


@pytest.mark.parametrize(
    ("refusal", "cure"),
    [
        (forbidden("ForbiddenByRbac"), "role Key Vault Secrets Officer"),
        (forbidden("AccessDenied"), "access policies"),
        (forbidden("ForbiddenByFirewall"), "vault's firewall"),
        (forbidden("ForbiddenByConnection"), "private endpoint"),
        (forbidden(""), "role on this vault, at its firewall"),
        (Refusal(400, "BadParameter", VALUE), "answer 400"),
    ],
    ids=lambda each: each.inner or each.code if isinstance(each, Refusal) else "",
)
def test_a_refusal_names_vault_secret_and_cure(key_vaults: VaultBench, refusal: Refusal, cure: str) -> None:
    store = key_vaults.store()
    key_vaults.server.faults.append(refusal)
    with pytest.raises(Broken, match=cure) as broken:
        store.set("a-secret", VALUE)
    assert broken.value.cause is Cause.VAULT_REFUSED
    assert f"secret a-secret in vault {key_vaults.tenant}.{SUFFIX}" in str(broken.value)
    assert VALUE not in str(broken.value)
    assert broken.value.__suppress_context__


def test_a_secret_somebody_disabled_says_so(key_vaults: VaultBench) -> None:
    store = key_vaults.store()
    written = store.set("a", VALUE)
    key_vaults.client().update_secret_properties("a", written.version, enabled=False)
    with pytest.raises(Broken, match=r"secret a in vault .* disabled its newest version: enable it"):
        store.get("a", fresh=True)


@pytest.mark.parametrize(
    "issue",
    [
        lambda resource, now: token("https://storage.azure.com", now),
        lambda resource, now: token(resource, now, issuer="https://sts.windows.net/another/"),
        lambda resource, now: token(resource, now - timedelta(days=2)),
        lambda resource, now: "no token at all",
    ],
    ids=["audience", "issuer", "expired", "rubbish"],
)
def test_a_token_the_vault_does_not_take_points_to_the_directory(
    key_vaults: VaultBench, identity: IdentityEndpoint, issue: Callable[..., str]
) -> None:
    identity.issue = issue
    with pytest.raises(Broken, match="takes no token of this identity: both must be of one directory") as broken:
        key_vaults.store().get("a")
    assert broken.value.cause is Cause.VAULT_REFUSED


@pytest.mark.parametrize(
    ("header", "seconds"), [({"Retry-After": "8"}, 8), ({}, None), ({"Retry-After": "soon"}, None)]
)
def test_too_many_requests_go_back_until_the_vault_allows(
    key_vaults: VaultBench, header: dict[str, str], seconds: int | None
) -> None:
    store = key_vaults.store()
    key_vaults.server.faults.append(Refusal(429, "Throttled", "too many requests", headers=header))
    with pytest.raises(RetryLater, match="answer 429") as later:
        store.get("a")
    assert later.value.cause is Cause.VAULT_DOWN
    assert key_vaults.clock.waits == [], "a wait is a message, not a sleep"
    until = later.value.until
    assert (until and round((until - key_vaults.clock()).total_seconds())) == seconds


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_server_out_of_breath_is_asked_once_more_then_later(key_vaults: VaultBench, status: int) -> None:
    store = key_vaults.store()
    for times in (1, 2):
        key_vaults.server.faults.extend([Refusal(status, "ServerError", "")] * times)
        if times == 1:
            assert store.names() == []
            continue
        with pytest.raises(RetryLater, match=f"secrets in vault .*: answer {status}"):
            store.names()


def test_a_connection_that_breaks_is_tried_once_more_then_later(key_vaults: VaultBench) -> None:
    store = key_vaults.store()
    key_vaults.server.lose_answers = 1
    assert store.get("a") is None
    key_vaults.server.stop()
    with pytest.raises(RetryLater, match="no connection") as later:
        store.get("a")
    assert later.value.cause is Cause.VAULT_DOWN
    assert key_vaults.clock.waits == [1.0, 1.0]


def test_a_certificate_nobody_trusts_is_named_and_not_tried_again(
    key_vaults: VaultBench, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = Authority(tmp_path_factory.mktemp("stranger"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(stranger.bundle))
    with pytest.raises(Broken, match="certificate is not trusted: look at REQUESTS_CA_BUNDLE") as broken:
        key_vaults.store().get("a")
    assert broken.value.cause is Cause.WRONG_SETTINGS
    assert key_vaults.clock.waits == []


@pytest.mark.parametrize("address", ["http://kv.vault.azure.net", "kv.vault.azure.net", "", "https://"])
def test_an_address_without_tls_makes_no_client(address: str) -> None:
    with pytest.raises(Broken, match=r"vault address .* https://NAME.vault.azure.net"):
        secret_client(address, object())  # type: ignore[arg-type]


def test_a_host_that_is_no_key_vault_gets_no_token(
    key_vaults: VaultBench, exact_network: Callable[..., Any], authority: Authority, identity: IdentityEndpoint
) -> None:
    context = authority.server_context("kv.evil.example")
    with KeyVaults(context, {"kv.evil.example": key_vaults.server.vaults[key_vaults.tenant]}, TENANT) as evil:
        exact_network({"kv.evil.example": evil.port})
        client = key_vaults.open("https://kv.evil.example")
        store = KeyVaultStore(client, key_vaults.clock, key_vaults.clock.wait, timedelta(0))
        with pytest.raises(Broken, match="no Key Vault's") as broken:
            store.get("a")
    assert broken.value.cause is Cause.WRONG_SETTINGS
    assert identity.asked == []
