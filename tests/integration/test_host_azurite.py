from __future__ import annotations

from pathlib import Path

import pytest
import requests
from azure.storage.queue import QueueClient, QueueServiceClient

import local.azurite
from local.azurite import Azurite, AzuriteError


def test_a_started_azurite_takes_a_message_of_the_newest_sdk(azurite: Azurite, queue_prefix: str) -> None:
    with QueueClient.from_connection_string(azurite.connection_string, f"{queue_prefix}q") as queue:
        queue.create_queue()
        queue.send_message("hello", time_to_live=-1)
        assert [message.content for message in queue.receive_messages()] == ["hello"]


def test_messages_in_a_folder_are_found_again_after_a_restart(tmp_path: Path) -> None:
    with Azurite(tmp_path) as first, QueueClient.from_connection_string(first.connection_string, "kept") as queue:
        queue.create_queue()
        queue.send_message("still here")
    with Azurite(tmp_path) as second, QueueClient.from_connection_string(second.connection_string, "kept") as queue:
        assert [message.content for message in queue.peek_messages()] == ["still here"]


def test_the_blob_service_comes_when_asked_for() -> None:
    with Azurite(blob=True) as both:
        settings = dict(part.split("=", 1) for part in both.connection_string.rstrip(";").split(";"))
        reply = requests.get(settings["BlobEndpoint"], params={"comp": "list"}, timeout=5)
    assert reply.headers["Server"].startswith("Azurite-Blob")


def test_two_of_them_share_nothing(azurite: Azurite, queue_prefix: str) -> None:
    with Azurite() as other, QueueServiceClient.from_connection_string(other.connection_string) as theirs:
        with QueueClient.from_connection_string(azurite.connection_string, f"{queue_prefix}q") as ours:
            ours.create_queue()
        assert list(theirs.list_queues()) == []


def test_a_missing_installation_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(local.azurite, "PROGRAMS", tmp_path / "node_modules" / ".bin")
    with pytest.raises(AzuriteError, match="run `npm ci`"):
        Azurite().start()


def test_an_azurite_that_ends_early_says_why(tmp_path: Path) -> None:
    no_folder = tmp_path / "file"
    no_folder.write_text("in the way")
    with pytest.raises(AzuriteError, match="ended before it listened"):
        Azurite(no_folder).start()
