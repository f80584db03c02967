"""The account of the queues, named as the function host itself reads it."""

from __future__ import annotations

from collections.abc import Mapping

from azure.core.credentials import TokenCredential
from azure.storage.queue import QueueServiceClient

from shared.errors import Broken, Cause
from shared.queues import AzureQueues

#: the host's setting: a connection string, or with this ending the address that an identity opens
CONNECTION, ADDRESS = "AzureWebJobsStorage", "AzureWebJobsStorage__queueServiceUri"


def connected(environment: Mapping[str, str], prefix: str, credential: TokenCredential | None) -> AzureQueues:
    """The queues. Raises Broken(WRONG_SETTINGS) where no setting says where they are.

    With a credential by address and identity, without one by connection string (the emulator's has no secret).
    """
    name = CONNECTION if credential is None else ADDRESS
    where = environment.get(name, "")
    if not where:
        raise Broken(Cause.WRONG_SETTINGS, f"{name} is not set (where the queues are)")
    if credential is None:
        return AzureQueues(QueueServiceClient.from_connection_string(where), prefix)
    return AzureQueues(QueueServiceClient(where, credential), prefix)
