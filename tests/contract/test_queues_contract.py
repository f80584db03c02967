"""What every queue service must do, over Azurite and the twin; then what only Azure or only the twin has."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
from azure.core.exceptions import ResourceExistsError
from azure.storage.queue import QueueServiceClient

from local.azurite import Azurite
from shared.errors import Broken, Cause, RetryLater
from shared.messages import QUEUES, SyncDivision, SyncTenant, decode
from shared.queues import AzureQueues, MemoryQueues, Queues, hidden_seconds, queue_names

MESSAGE = SyncDivision(tenant="t1", division=123456, run=7, step=3)
BODY = b'{"tenant":"t1","v":1,"division":123456,"run":7,"step":3}'
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Inspected(Protocol):
    """A queue service with a way to look inside that is not the one under test."""

    queues: Queues

    def visible(self, name: str) -> list[bytes]: ...
    def count(self, name: str) -> int: ...


class OverAzurite:
    def __init__(self, service: QueueServiceClient, prefix: str) -> None:
        self.service, self.prefix = service, prefix
        self.queues: Queues = AzureQueues(service, prefix)

    def visible(self, name: str) -> list[bytes]:
        with self.service.get_queue_client(self.prefix + name) as client:
            return [base64.b64decode(message.content, validate=True) for message in client.receive_messages()]

    def count(self, name: str) -> int:
        with self.service.get_queue_client(self.prefix + name) as client:
            return client.get_queue_properties().approximate_message_count or 0


class InMemory:
    def __init__(self) -> None:
        self.now = NOW
        self.twin = MemoryQueues(lambda: self.now)
        self.queues: Queues = self.twin

    def visible(self, name: str) -> list[bytes]:
        return [received.body for received in self.twin.receive(name, 30)]

    def count(self, name: str) -> int:
        return self.twin.count(name)


@pytest.fixture
def service(azurite: Azurite) -> Iterator[QueueServiceClient]:
    with QueueServiceClient.from_connection_string(azurite.connection_string) as client:
        yield client


@pytest.fixture
def over_azurite(service: QueueServiceClient, queue_prefix: str) -> OverAzurite:
    return OverAzurite(service, queue_prefix)


@pytest.fixture
def in_memory() -> InMemory:
    return InMemory()


@pytest.fixture(params=["over_azurite", "in_memory"])
def inspected(request: pytest.FixtureRequest) -> Inspected:
    subject: Inspected = request.getfixturevalue(request.param)
    return subject


@pytest.fixture
def made(inspected: Inspected) -> Inspected:
    inspected.queues.make()
    return inspected


def test_make_makes_every_queue_and_its_poison_queue(made: Inspected) -> None:
    assert [made.count(name) for name in queue_names()] == [0] * 2 * len(QUEUES)


def test_making_again_keeps_what_is_in_the_queues(made: Inspected) -> None:
    made.queues.send(MESSAGE)
    made.queues.make()
    assert made.count("division-sync") == 1


def test_a_message_arrives_as_it_was_sent_in_its_own_queue(made: Inspected) -> None:
    made.queues.send(MESSAGE)
    assert made.visible("tenant-sync") == []
    (body,) = made.visible("division-sync")
    assert body == BODY
    assert decode(SyncDivision, body) == MESSAGE


@pytest.mark.parametrize(
    "delay", [timedelta(milliseconds=1), timedelta(minutes=1), timedelta(days=7), timedelta(days=400)]
)
def test_a_delayed_message_is_there_but_hidden(made: Inspected, delay: timedelta) -> None:
    made.queues.send(MESSAGE, delay)
    assert made.visible("division-sync") == []
    assert made.count("division-sync") == 1


def test_a_moment_that_has_passed_is_no_delay(made: Inspected) -> None:
    made.queues.send(MESSAGE, timedelta(minutes=-5))
    assert made.visible("division-sync") == [BODY]


@pytest.mark.parametrize("body", [b"not json", b"\xff\xfe\x00 not text", b"", "€".encode()])
def test_a_poisoned_body_is_kept_to_the_byte_whatever_it_is(made: Inspected, body: bytes) -> None:
    made.queues.poison("tenant-sync", body)
    assert made.visible("tenant-sync-poison") == [body]


def test_a_queue_that_was_not_made_is_named_with_the_cure(inspected: Inspected) -> None:
    with pytest.raises(Broken, match="queue tenant-sync is not there: run `qics setup`") as broken:
        inspected.queues.send(SyncTenant(tenant="t1", run=1))
    assert broken.value.cause is Cause.WRONG_SETTINGS


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [(timedelta(0), 0), (timedelta(seconds=1.2), 2), (timedelta(days=-1), 0), (timedelta(days=8), 604_800)],
)
def test_a_delay_is_rounded_up_and_kept_within_a_week(delay: timedelta, seconds: int) -> None:
    assert hidden_seconds(delay) == seconds


def test_a_message_never_expires(over_azurite: OverAzurite) -> None:
    over_azurite.queues.make()
    over_azurite.queues.send(MESSAGE)
    with over_azurite.service.get_queue_client(over_azurite.prefix + "division-sync") as client:
        (message,) = client.peek_messages()
    assert message.expires_on is not None
    assert message.expires_on.year > 9000


def test_a_queue_somebody_made_with_metadata_is_taken_as_it_is(over_azurite: OverAzurite) -> None:
    with over_azurite.service.get_queue_client(over_azurite.prefix + "tenant-sync") as client:
        client.create_queue(metadata={"made": "by hand"})
        with pytest.raises(ResourceExistsError):
            client.create_queue()
    over_azurite.queues.make()
    assert over_azurite.count("tenant-sync-poison") == 0


def test_an_account_that_does_not_answer_is_tried_again_later(queue_prefix: str) -> None:
    nobody = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;QueueEndpoint=http://127.0.0.1:9/a;"
    with QueueServiceClient.from_connection_string(nobody, retry_total=0) as client, pytest.raises(RetryLater) as later:
        AzureQueues(client, queue_prefix).send(MESSAGE)
    assert later.value.cause is Cause.QUEUE_DOWN
    assert "t1" not in str(later.value)


@pytest.mark.parametrize("prefix", ["Capital-", "double--", "under_score-", "x" * 60, "-first"])
def test_a_prefix_azure_would_refuse_is_refused_at_once(service: QueueServiceClient, prefix: str) -> None:
    with pytest.raises(Broken, match="change the prefix"):
        AzureQueues(service, prefix)


def test_the_twin_shows_a_delayed_message_when_its_time_has_come(in_memory: InMemory) -> None:
    in_memory.queues.make()
    in_memory.queues.send(MESSAGE, timedelta(seconds=60))
    in_memory.now += timedelta(seconds=60)
    assert in_memory.visible("division-sync") == [BODY]


def test_the_twin_gives_a_message_back_when_its_worker_is_silent(in_memory: InMemory) -> None:
    in_memory.queues.make()
    in_memory.queues.send(MESSAGE)
    assert [r.dequeue_count for r in in_memory.twin.receive("division-sync", 600)] == [1]
    assert in_memory.twin.receive("division-sync", 600) == []
    in_memory.now += timedelta(seconds=600)
    assert [r.dequeue_count for r in in_memory.twin.receive("division-sync", 600)] == [2]


def test_the_twin_lets_a_released_message_come_back_after_its_delay(in_memory: InMemory) -> None:
    in_memory.queues.make()
    in_memory.queues.send(MESSAGE)
    (received,) = in_memory.twin.receive("division-sync", 600)
    assert in_memory.twin.release(received, timedelta(seconds=5))
    assert in_memory.visible("division-sync") == []
    in_memory.now += timedelta(seconds=5)
    assert in_memory.visible("division-sync") == [BODY]


def test_the_twin_heeds_only_the_newest_holder(in_memory: InMemory) -> None:
    in_memory.queues.make()
    in_memory.queues.send(MESSAGE)
    (late,) = in_memory.twin.receive("division-sync", 0)
    (newest,) = in_memory.twin.receive("division-sync", 600)
    assert not in_memory.twin.release(late)
    assert not in_memory.twin.delete(late)
    assert in_memory.twin.delete(newest)
    assert in_memory.count("division-sync") == 0
