"""Azure's rules for queue triggers, one test a row, over the real storage protocol."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.storage.queue import QueueClient, QueueServiceClient, TextBase64EncodePolicy

from local.azurite import ACCOUNT, ACCOUNT_KEY, Azurite
from local.host.delivery import Delivery
from local.host.host_json import QueueOptions, TimeSpan
from local.host.queue_listener import QueueListener
from local.host.storage import Storage
from tests.support.host import eventually

QUICK = TimeSpan(milliseconds=200)


class Calls(list[Delivery]):
    """A function that only notes what it gets."""

    def succeed(self, delivery: Delivery) -> bool:
        self.append(delivery)
        return True

    def fail(self, delivery: Delivery) -> bool:
        self.append(delivery)
        return False

    @property
    def tries(self) -> list[int]:
        return [delivery.dequeue_count for delivery in self]

    @property
    def bodies(self) -> list[str | bytes]:
        return [delivery.body for delivery in self]


class Bench:
    """A queue, its poison queue, and listeners that are stopped at the end."""

    def __init__(self, account: QueueServiceClient, prefix: str, stack: ExitStack) -> None:
        self.queue = stack.enter_context(account.get_queue_client(f"{prefix}work"))
        self.poison = stack.enter_context(account.get_queue_client(f"{prefix}work-poison"))
        self.queue.create_queue()
        self._stack = stack

    def listen(self, run: Callable[[Delivery], bool], **options: object) -> QueueListener:
        """Plain texts and quick polls unless `options` say otherwise."""
        hidden = options.pop("hidden", timedelta(minutes=10))
        given = {"max_polling_interval": QUICK, "message_encoding": "none", **options}
        poison = None if given.pop("is_poison", False) else self.poison
        listener = QueueListener(self.queue, poison, QueueOptions(**given), run, hidden)  # type: ignore[arg-type]
        listener.start()
        self._stack.callback(listener.join)
        self._stack.callback(listener.cancel)
        return listener

    def is_empty(self) -> bool:
        """Nothing left, neither seen nor hidden."""
        return self.queue.get_queue_properties().approximate_message_count == 0

    def poisoned(self) -> list[str]:
        """The texts in the poison queue; none where it was not made."""
        try:
            return [str(message.content) for message in self.poison.peek_messages(max_messages=32)]
        except ResourceNotFoundError:
            return []


@pytest.fixture
def bench(azurite: Azurite, queue_prefix: str) -> Iterator[Bench]:
    with ExitStack() as stack:
        account = stack.enter_context(QueueServiceClient.from_connection_string(azurite.connection_string))
        yield Bench(account, queue_prefix, stack)


def test_a_message_that_succeeds_is_deleted(bench: Bench) -> None:
    seen = Calls()
    bench.queue.send_message("one", time_to_live=-1)
    bench.listen(seen.succeed)
    eventually(bench.is_empty)
    assert (seen.bodies, seen.tries) == (["one"], [1])


def test_a_message_that_fails_comes_again_and_then_goes_to_a_poison_queue_made_for_it(bench: Bench) -> None:
    seen = Calls()
    bench.queue.send_message("bad")
    bench.listen(seen.fail, max_dequeue_count=3)
    assert eventually(bench.poisoned) == ["bad"]
    eventually(bench.is_empty)
    assert seen.tries == [1, 2, 3]


def test_a_message_that_fails_is_hidden_for_the_visibility_timeout(bench: Bench) -> None:
    seen = Calls()
    bench.queue.send_message("later")
    listener = bench.listen(seen.fail, visibility_timeout=TimeSpan(seconds=60))
    eventually(lambda: seen)
    listener.cancel()
    listener.join()
    assert list(bench.queue.peek_messages()) == []
    assert not bench.is_empty()


def test_a_message_beyond_its_tries_is_poisoned_without_another_run(bench: Bench) -> None:
    seen = Calls()
    bench.queue.send_message("worn")
    for _ in range(2):
        list(bench.queue.receive_messages(visibility_timeout=1))
        eventually(lambda: list(bench.queue.peek_messages()))
    bench.listen(seen.succeed, max_dequeue_count=2)
    assert eventually(bench.poisoned) == ["worn"]
    assert seen == []


def test_a_message_that_fails_in_a_poison_queue_stays_hidden_and_comes_back_without_end(bench: Bench) -> None:
    seen = Calls()
    bench.queue.send_message("bad")
    hidden = timedelta(seconds=1)
    bench.listen(seen.fail, max_dequeue_count=1, is_poison=True, hidden=hidden)
    eventually(lambda: seen.tries == [1])
    assert list(bench.queue.peek_messages()) == []
    eventually(lambda: seen.tries == [1, 2])
    assert bench.poisoned() == []


def test_a_message_stays_hidden_as_long_as_its_function_runs(bench: Bench) -> None:
    seen = Calls()

    def run(delivery: Delivery) -> bool:
        seen.append(delivery)
        for _ in range(5):  # longer than it is hidden at a time
            threading.Event().wait(0.4)
        return True

    bench.queue.send_message("slow")
    bench.listen(run, hidden=timedelta(seconds=1))
    eventually(bench.is_empty)
    assert seen.tries == [1]


def test_no_more_than_a_batch_and_the_threshold_run_at_once(bench: Bench) -> None:
    gate, running, most = threading.Semaphore(0), [0], [0]

    def run(_: Delivery) -> bool:
        running[0] += 1
        most[0] = max(most[0], running[0])
        gate.acquire()
        running[0] -= 1
        return True

    for number in range(8):
        bench.queue.send_message(str(number))
    bench.listen(run, batch_size=2, new_batch_threshold=1)
    eventually(lambda: running[0] == 2)
    gate.release()  # one is left: a new batch of two is fetched
    eventually(lambda: running[0] == 3)
    gate.release(8)
    eventually(bench.is_empty)
    assert most[0] == 3


def test_the_encoding_of_host_json_and_of_the_sender_must_agree(bench: Bench) -> None:
    seen = Calls()
    bench.queue.send_message("plain")
    bench.listen(seen.succeed, message_encoding="base64", max_dequeue_count=2)
    assert eventually(bench.poisoned) == ["plain"]
    assert seen == []


def test_a_message_of_the_sdk_with_its_base64_policy_arrives(azurite: Azurite, bench: Bench) -> None:
    seen = Calls()
    name = bench.queue.queue_name
    encoder = TextBase64EncodePolicy()
    with QueueClient.from_connection_string(azurite.connection_string, name, message_encode_policy=encoder) as sender:
        sender.send_message('{"tenant": "é"}')
    bench.listen(seen.succeed, message_encoding="base64")
    assert eventually(lambda: seen.bodies) == ['{"tenant": "é"}']


def test_a_missing_queue_is_an_empty_one(bench: Bench) -> None:
    seen = Calls()
    bench.queue.delete_queue()
    bench.listen(seen.succeed)
    bench.queue.create_queue()
    bench.queue.send_message("late")
    assert eventually(lambda: seen.bodies) == ["late"]


def test_a_stop_waits_for_the_functions_that_run(bench: Bench) -> None:
    begun, may_end = threading.Event(), threading.Event()
    bench.queue.send_message("running")
    listener = bench.listen(lambda _: begun.set() or may_end.wait(60))
    begun.wait(60)
    listener.cancel()
    assert not bench.is_empty()
    may_end.set()
    listener.join()
    assert bench.is_empty()


def test_a_storage_that_does_not_answer_is_told_of_and_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    nowhere = f"AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};QueueEndpoint=http://127.0.0.1:9/{ACCOUNT};"
    with Storage({"Dead": nowhere}) as storage:
        listener = QueueListener(
            storage.queue("Dead", "work"), None, QueueOptions(max_polling_interval=QUICK), lambda _: True
        )
        listener.start()
        eventually(lambda: [record for record in caplog.records if "cannot be polled" in record.message])
        listener.cancel()
        listener.join()
