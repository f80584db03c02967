"""Queues by the name of a connection, as the host's storage extension finds them in the app settings.

https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#connections
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import requests
from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import DefaultAzureCredential, ManagedIdentityCredential
from azure.storage.queue import QueueClient, QueueServiceClient
from requests.adapters import HTTPAdapter

from local.host.errors import HostError

#: a listener tries again by itself; a dead storage must not hold up the stop for the SDK's minute
QUICK_RETRIES: dict[str, Any] = {
    "retry_total": 2,
    "initial_backoff": 0.2,
    "increment_base": 0,
    "random_jitter_range": 0.1,
    "connection_timeout": 5,
    "read_timeout": 30,
}

#: as many connections as a full batch and its threshold of a few queues use at once
CONNECTIONS = 64

#: what the short form stands for: Azurite on its usual port, with the account everybody knows
DEVELOPMENT_STORAGE = (
    "AccountName=devstoreaccount1;"
    "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
    "QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1;"
)


class Storage:
    """The queue accounts the app's bindings name, one client each."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings
        self._accounts: dict[str, QueueServiceClient] = {}

    def queue(self, connection: str, name: str) -> QueueClient:
        """Give a client that sends and receives texts as they are. Raises HostError for an unknown connection."""
        if connection not in self._accounts:
            self._accounts[connection] = self._account(connection)
        return self._accounts[connection].get_queue_client(name)

    def close(self) -> None:
        """Close every connection."""
        for account in self._accounts.values():
            account.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _account(self, connection: str) -> QueueServiceClient:
        """Look for a connection string under the name (or `AzureWebJobs` + name), else an identity under `name__…`."""
        for name in (connection, f"AzureWebJobs{connection}"):
            if text := self._settings.get(name):
                return _by_string(name, text)
            if url := self._queue_url(name):
                return QueueServiceClient(url, credential=self._identity(name), transport=_transport(), **QUICK_RETRIES)
        raise HostError(
            f"the connection {connection} is not in the app settings: set {connection} to a connection string, "
            f"or {connection}__queueServiceUri for an identity"
        )

    def _queue_url(self, name: str) -> str:
        # the account name wins over the URI: https://github.com/Azure/azure-functions-host/issues/10401
        if account := self._settings.get(f"{name}__accountName"):
            return f"https://{account}.queue.core.windows.net"
        return self._settings.get(f"{name}__queueServiceUri", "")

    def _identity(self, name: str) -> ManagedIdentityCredential | DefaultAzureCredential:
        if self._settings.get(f"{name}__credential", "").lower() == "managedidentity":
            return ManagedIdentityCredential(client_id=self._settings.get(f"{name}__clientId"))
        return DefaultAzureCredential()


def send_text(queue: QueueClient, text: str) -> None:
    """Send to a queue that is made when it is missing, as the real host does for outputs and poison messages."""
    try:
        queue.send_message(text)
    except ResourceNotFoundError:
        with contextlib.suppress(ResourceExistsError):  # another message made it meanwhile
            queue.create_queue()
        queue.send_message(text)


def _transport() -> RequestsTransport:
    """One session per account, closed with its client; the SDK's own would throw away connections beyond ten."""
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=CONNECTIONS))
    return RequestsTransport(session=session)


def _by_string(name: str, text: str) -> QueueServiceClient:
    full = DEVELOPMENT_STORAGE if text.strip().rstrip(";") == "UseDevelopmentStorage=true" else text
    try:
        return QueueServiceClient.from_connection_string(full, transport=_transport(), **QUICK_RETRIES)
    except ValueError as error:
        raise HostError(f"the setting {name} is no storage connection string: {error}") from None
