"""The managed identity as a function app has it: the real credential, over the protocol of App Service."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from local.identity import CLIENT_ID, IdentityEndpoint
from local.net.authority import Authority
from shared.errors import Broken, Cause
from shared.identity import Identity, credential
from tests.support.key_vault import VaultBench

VAULT = "https://vault.azure.net/.default"


def ask(environment: Mapping[str, str] = os.environ) -> str:
    whoever: Identity = credential(environment)
    try:
        return whoever.get_token(VAULT).token
    finally:
        whoever.close()


def test_the_credential_asks_for_the_service_as_the_identity_that_was_assigned(identity: IdentityEndpoint) -> None:
    assert ask().count(".") == 2
    assert identity.asked == ["https://vault.azure.net"], "only a request with header and client id gets so far"


def test_the_endpoint_may_have_a_certificate_of_its_own(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    context = authority.server_context("127.0.0.1")

    class OverTls(IdentityEndpoint):
        def get_request(self) -> tuple[ssl.SSLSocket, object]:
            plain, address = super().get_request()
            return context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    with OverTls() as endpoint:
        for name, value in endpoint.environment.items():
            monkeypatch.setenv(name, value.replace("http:", "https:"))
        assert ask().count(".") == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IDENTITY_HEADER", "wrong-secret"),
        ("IDENTITY_ENDPOINT", "http://127.0.0.1:9/msi/token"),
        ("AZURE_CLIENT_ID", "x"),
    ],
)
def test_an_identity_that_gets_no_token_is_named_with_its_endpoint(
    identity: IdentityEndpoint, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Broken, match=f"IDENTITY_ENDPOINT {os.environ['IDENTITY_ENDPOINT']}") as broken:
        ask()
    assert broken.value.cause is Cause.NO_IDENTITY
    assert f"user-assigned identity {os.environ['AZURE_CLIENT_ID']} (AZURE_CLIENT_ID)" in str(broken.value)
    assert "wrong-secret" not in str(broken.value)
    assert "configuration not found" not in str(broken.value)


def test_without_a_client_id_the_message_speaks_of_the_system_assigned_one(
    identity: IdentityEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AZURE_CLIENT_ID")
    with pytest.raises(Broken, match="system-assigned identity"):
        ask()


@pytest.mark.parametrize(
    ("there", "missing"), [("IDENTITY_ENDPOINT", "IDENTITY_HEADER"), ("IDENTITY_HEADER", "IDENTITY_ENDPOINT")]
)
def test_half_an_identity_is_no_identity(there: str, missing: str) -> None:
    with pytest.raises(Broken, match=f"{there} is set and {missing} is not"):
        credential({there: "x"})


def test_with_nobody_signed_in_the_message_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no command line of Azure's is found
    with pytest.raises(Broken, match="IDENTITY_ENDPOINT is not set, and nobody is signed in here") as broken:
        ask()
    assert broken.value.cause is Cause.NO_IDENTITY


def test_a_missing_identity_comes_through_the_vaults_client_as_itself(
    key_vaults: VaultBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDENTITY_HEADER", "wrong-secret")
    with pytest.raises(Broken, match=CLIENT_ID) as broken:
        key_vaults.store(max_age=timedelta(0)).get("a")
    assert broken.value.cause is Cause.NO_IDENTITY
