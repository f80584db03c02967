from __future__ import annotations

import pytest

from local.host.errors import HostError
from local.host.storage import Storage


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({"STORE": "UseDevelopmentStorage=true"}, "http://127.0.0.1:10001/devstoreaccount1/work"),
        ({"AzureWebJobsSTORE": "UseDevelopmentStorage=true;"}, "http://127.0.0.1:10001/devstoreaccount1/work"),
        ({"STORE__queueServiceUri": "https://a.queue.example"}, "https://a.queue.example/work"),
        ({"STORE__accountName": "a"}, "https://a.queue.core.windows.net/work"),
        (
            {"STORE__accountName": "a", "STORE__queueServiceUri": "https://b.queue.example"},
            "https://a.queue.core.windows.net/work",  # against the documentation, as the real host does
        ),
        (
            {
                "STORE__queueServiceUri": "https://a.queue.example",
                "STORE__credential": "managedidentity",
                "STORE__clientId": "x",
            },
            "https://a.queue.example/work",
        ),
    ],
)
def test_a_connection_is_a_string_or_an_identity(settings: dict[str, str], url: str) -> None:
    with Storage(settings) as storage:
        assert storage.queue("STORE", "work").url == url


def test_a_missing_connection_names_both_cures() -> None:
    with (
        Storage({}) as storage,
        pytest.raises(HostError, match=r"STORE to a connection string, or STORE__queueServiceUri"),
    ):
        storage.queue("STORE", "work")


def test_a_wrong_connection_string_is_named_but_not_shown() -> None:
    with Storage({"STORE": "AccountKey=hunter2"}) as storage, pytest.raises(HostError) as told:
        storage.queue("STORE", "work")
    assert "the setting STORE is no storage connection string" in str(told.value)
    assert "hunter2" not in str(told.value)
