"""Who the app is to Azure: one credential for vaults, queues and databases, with no key or password behind it.

In Azure it is the app's managed identity, user-assigned and named by AZURE_CLIENT_ID. Elsewhere, on the machine of an
operator, it is whoever is signed in there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from azure.core.credentials import AccessToken, AccessTokenInfo, TokenRequestOptions
from azure.core.exceptions import AzureError
from azure.identity import DefaultAzureCredential, ManagedIdentityCredential

from shared.errors import Broken, Cause

ENDPOINT, HEADER, CLIENT_ID = "IDENTITY_ENDPOINT", "IDENTITY_HEADER", "AZURE_CLIENT_ID"
#: seconds for one connection, and for each part of an answer; the endpoint is on the same machine
CONNECT, READ = 3, 10


class Identity:
    """A credential that says in our words why it has no token: Azure's own words name neither setting nor identity."""

    def __init__(self, credential: DefaultAzureCredential | ManagedIdentityCredential, whose: str) -> None:
        self._credential = credential
        self._whose = whose

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """Give a token; see azure.core.credentials.TokenCredential. Raises Broken(NO_IDENTITY)."""
        return self._named(scopes, lambda: self._credential.get_token(*scopes, **options))

    def get_token_info(self, *scopes: str, options: TokenRequestOptions | None = None) -> AccessTokenInfo:
        """Give a token; see azure.core.credentials.SupportsTokenInfo. Raises Broken(NO_IDENTITY)."""
        return self._named(scopes, lambda: self._credential.get_token_info(*scopes, options=options))

    def close(self) -> None:
        """Give its connections back."""
        self._credential.close()

    def _named[T](self, scopes: tuple[str, ...], ask: Callable[[], T]) -> T:
        try:
            return ask()
        except AzureError as error:
            reason = type(error).__name__
            raise Broken(Cause.NO_IDENTITY, f"no token for {' '.join(scopes)}: {self._whose} ({reason})") from None


def credential(environment: Mapping[str, str]) -> Identity:
    """Make the credential the environment describes; Azure's client reads the process's own besides.

    Raises Broken(NO_IDENTITY) when only half of the managed identity's two variables is there.
    """
    endpoint, header = environment.get(ENDPOINT, ""), environment.get(HEADER, "")
    if bool(endpoint) != bool(header):
        there, missing = (ENDPOINT, HEADER) if endpoint else (HEADER, ENDPOINT)
        raise Broken(
            Cause.NO_IDENTITY, f"{there} is set and {missing} is not: Azure sets both where an identity is assigned"
        )
    return _managed(endpoint, environment.get(CLIENT_ID, "")) if endpoint else _signed_in()


def _managed(endpoint: str, client_id: str) -> Identity:
    whose = (
        f"user-assigned identity {client_id} ({CLIENT_ID})"
        if client_id
        else f"system-assigned identity (no {CLIENT_ID})"
    )
    managed = ManagedIdentityCredential(
        client_id=client_id or None,
        retry_total=2,
        retry_backoff_factor=0.2,
        connection_timeout=CONNECT,
        read_timeout=READ,
    )
    return Identity(managed, f"{ENDPOINT} {endpoint} gave none to the {whose}")


def _signed_in() -> Identity:
    """Whoever is signed in. No managed identity: without IDENTITY_ENDPOINT there is none, and probing costs seconds."""
    signed_in = DefaultAzureCredential(
        exclude_managed_identity_credential=True,
        exclude_interactive_browser_credential=True,
        exclude_shared_token_cache_credential=True,
        exclude_visual_studio_code_credential=True,
        exclude_broker_credential=True,
    )
    return Identity(signed_in, f"{ENDPOINT} is not set, and nobody is signed in here (`az login`)")
