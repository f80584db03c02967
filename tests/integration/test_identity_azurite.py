"""Queues without a key: the real storage emulator over TLS, for tokens of the managed identity."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from azure.core.exceptions import HttpResponseError
from azure.storage.queue import QueueServiceClient

from local.azurite import Azurite
from local.identity import TENANT, IdentityEndpoint, token
from local.net.authority import Authority
from shared.errors import Broken, Cause
from shared.identity import credential
from shared.messages import QUEUES, SyncTenant
from shared.queues import AzureQueues

MESSAGE = SyncTenant(tenant="t1", run=1)


@pytest.fixture(scope="module")
def azurite_over_tls(authority: Authority) -> Iterator[Azurite]:
    with Azurite(certificate=authority.issue("127.0.0.1")) as running:
        yield running


@pytest.fixture
def service(
    azurite_over_tls: Azurite, authority: Authority, identity: IdentityEndpoint, monkeypatch: pytest.MonkeyPatch
) -> Iterator[QueueServiceClient]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    whoever = credential(os.environ)
    with QueueServiceClient(azurite_over_tls.url("queue"), whoever, retry_total=0) as client:
        yield client
    whoever.close()


def test_a_message_goes_into_a_queue_with_nothing_but_the_identity(
    service: QueueServiceClient, identity: IdentityEndpoint, queue_prefix: str
) -> None:
    queues = AzureQueues(service, queue_prefix)
    queues.make()
    queues.send(MESSAGE)
    with service.get_queue_client(queue_prefix + MESSAGE.queue) as queue:
        assert queue.get_queue_properties().approximate_message_count == 1
    assert identity.asked == ["https://storage.azure.com"]


@pytest.mark.parametrize(
    "issue",
    [
        lambda resource, now: token("https://vault.azure.net", now),
        lambda resource, now: token(resource, now, issuer=f"https://login.microsoftonline.com/{TENANT}/v2.0"),
        lambda resource, now: token(resource, now - timedelta(days=2)),
    ],
    ids=["audience", "issuer", "expired"],
)
def test_the_storage_service_looks_at_the_token(
    service: QueueServiceClient, identity: IdentityEndpoint, issue: Callable[..., str]
) -> None:
    identity.issue = issue
    with pytest.raises(HttpResponseError) as refused:
        list(service.list_queues())
    assert refused.value.status_code == 403


def test_a_missing_identity_comes_through_the_queues_as_itself(
    service: QueueServiceClient, identity: IdentityEndpoint, queue_prefix: str
) -> None:
    identity.secret = "another"
    with pytest.raises(Broken, match="IDENTITY_ENDPOINT") as broken:
        AzureQueues(service, queue_prefix).send(MESSAGE)
    assert broken.value.cause is Cause.NO_IDENTITY


def test_every_queue_of_the_app_is_made(service: QueueServiceClient, queue_prefix: str) -> None:
    AzureQueues(service, queue_prefix).make()
    made = {queue.name.removeprefix(queue_prefix) for queue in service.list_queues(name_starts_with=queue_prefix)}
    assert set(QUEUES) <= made
