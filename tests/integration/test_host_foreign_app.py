"""An app that this repository knows nothing of, through the whole host: engine, queues, timer, HTTP."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.storage.queue import QueueServiceClient

from local.azurite import Azurite
from local.host.errors import HostError
from local.host.process import HostProcess
from tests.support.host import eventually


@pytest.fixture
def messages(azurite: Azurite, queue_prefix: str) -> Iterator[Callable[[str], list[Any]]]:
    """The decoded messages that wait in one of the app's queues."""
    with QueueServiceClient.from_connection_string(azurite.connection_string) as account:

        def read(name: str) -> list[Any]:
            try:
                found = list(account.get_queue_client(queue_prefix + name).peek_messages(max_messages=32))
            except ResourceNotFoundError:
                return []
            return [json.loads(base64.b64decode(message.content)) for message in found]

        yield read


@pytest.fixture
def send(azurite: Azurite, queue_prefix: str) -> Iterator[Callable[[object], None]]:
    """Puts a parcel in the app's queue."""
    with QueueServiceClient.from_connection_string(azurite.connection_string) as account:

        def put(content: object) -> None:
            queue = account.get_queue_client(f"{queue_prefix}parcels")
            queue.send_message(base64.b64encode(json.dumps(content).encode()).decode())

        yield put


def test_every_function_is_found_also_those_of_a_blueprint(foreign_host: HostProcess) -> None:
    assert foreign_host.functions == [
        "broken",
        "greet",
        "open_shop",
        "send_parcel",
        "show_parcel",
        "take_parcel",
        "till",
    ]


def test_a_timer_s_output_triggers_a_queue_function_whose_return_value_is_sent(
    foreign_host: HostProcess, messages: Callable[[str], list[Any]]
) -> None:
    sent = eventually(lambda: len(messages("sent")) == 2 and messages("sent"))
    assert {"sent": "opened", "try": 1, "by": "send_parcel"} in sent
    foreign_host.run("open_shop")
    eventually(lambda: len(messages("sent")) == 4)


def test_a_message_whose_function_raises_is_poisoned_as_host_json_says(
    foreign_host: HostProcess, messages: Callable[[str], list[Any]], send: Callable[[object], None]
) -> None:
    eventually(lambda: messages("sent"))
    send({"parcel": "broken"})
    assert eventually(lambda: messages("parcels-poison")) == [{"parcel": "broken"}]
    assert foreign_host.log.read_text().count("ValueError: this parcel is broken\nTraceback") == 2


def test_a_queue_function_run_by_hand_gets_the_text_as_its_message(
    foreign_host: HostProcess, messages: Callable[[str], list[Any]]
) -> None:
    foreign_host.run("send_parcel", '{"parcel": "by hand"}')
    eventually(lambda: "by hand" in [message["sent"] for message in messages("sent")])


def test_running_an_unknown_function_by_hand_is_refused(foreign_host: HostProcess) -> None:
    with pytest.raises(HostError, match="nothing_such was not started: the host answered 404"):
        foreign_host.run("nothing_such")


def test_a_stop_lets_a_run_end_and_leaves_with_0(foreign_host: HostProcess) -> None:
    eventually(lambda: "Executed 'open_shop'" in foreign_host.log.read_text())
    assert foreign_host.stop() == 0
    log = foreign_host.log.read_text()
    assert log.count("Executing '") == log.count("Executed '")
