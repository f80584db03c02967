from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from local.host.errors import HostError
from local.host.host_json import HostJson, read_host_json


def read(folder: Path, settings: dict[str, str] | None = None, **content: object) -> HostJson:
    (folder / "host.json").write_text(json.dumps({"version": "2.0", **content}))
    return read_host_json(folder, settings or {})


def test_the_defaults_are_the_documented_ones(tmp_path: Path) -> None:
    options = read(tmp_path)
    queues = options.extensions.queues
    assert (queues.batch_size, queues.threshold, queues.max_dequeue_count) == (16, 8, 5)
    assert (queues.visibility_timeout, queues.max_polling_interval) == (timedelta(0), timedelta(minutes=1))
    assert (queues.message_encoding, options.extensions.http.route_prefix) == ("base64", "api")
    assert options.timeout == 30 * 60


def test_every_option_can_be_set(tmp_path: Path) -> None:
    queues = {"batchSize": 4, "newBatchThreshold": 0, "maxDequeueCount": 3, "visibilityTimeout": "00:05:00"}
    options = read(tmp_path, extensions={"queues": queues, "http": {"routePrefix": ""}}, functionTimeout="1.00:00:00")
    assert (options.extensions.queues.threshold, options.extensions.queues.visibility_timeout) == (
        0,
        timedelta(minutes=5),
    )
    assert (options.extensions.http.route_prefix, options.timeout) == ("", 24 * 60 * 60)


def test_half_a_batch_is_the_threshold_unless_set(tmp_path: Path) -> None:
    assert read(tmp_path, extensions={"queues": {"batchSize": 32}}).extensions.queues.threshold == 16


def test_a_timeout_of_minus_one_is_none(tmp_path: Path) -> None:
    assert read(tmp_path, functionTimeout="-1").timeout is None


def test_an_app_setting_overrides_host_json(tmp_path: Path) -> None:
    settings = {"AzureFunctionsJobHost__extensions__queues__batchSize": "2"}
    assert read(tmp_path, settings, extensions={"queues": {"batchSize": 8}}).extensions.queues.batch_size == 2


def test_parts_for_azure_alone_are_left_alone(tmp_path: Path) -> None:
    assert read(tmp_path, telemetryMode="OpenTelemetry", extensions={"durableTask": {}}).version == "2.0"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"version": "1.0"}, r"\$\.version"),
        ({"extensions": {"queues": {"batchSize": 33}}}, r"queues\.batchSize"),
        ({"extensions": {"queues": {"batchSize": 0}}}, r"queues\.batchSize"),
        ({"extensions": {"queues": {"visibilityTimeout": 30}}}, r"queues\.visibilityTimeout"),
        ({"extensions": {"queues": {"visibilityTimeout": "-1"}}}, r"queues\.visibilityTimeout"),
        ({"extensions": {"queues": {"messageEncoding": "utf8"}}}, r"queues\.messageEncoding"),
        ({"functionTimeout": "5 minutes"}, r"\$\.functionTimeout"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(tmp_path: Path, content: dict[str, object], place: str) -> None:
    with pytest.raises(HostError, match=place):
        read(tmp_path, **content)


def test_a_missing_host_json_is_named(tmp_path: Path) -> None:
    with pytest.raises(HostError, match=r"host\.json is not there"):
        read_host_json(tmp_path, {})
