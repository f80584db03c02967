from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from local.host.bindings import Function, HttpTrigger, QueueOutput, QueueTrigger, TimerTrigger, read_functions
from local.host.errors import HostError
from local.host.messages import RpcFunctionMetadata, RpcRetryOptions
from local.host.retry import Retry

MINUTE = timedelta(minutes=1)
SETTINGS = {"WHEN": "0 */5 * * * *", "PREFIX": "qa-", "STORE": "AzureWebJobsStorage"}
QUEUE = {"type": "queueTrigger", "name": "m", "queueName": "%PREFIX%work", "connection": "%STORE%"}
TIMER = {"type": "timerTrigger", "name": "t", "schedule": "%WHEN%"}
HTTP = {"type": "httpTrigger", "name": "r", "authLevel": "ANONYMOUS", "methods": ["get"], "route": "a/b"}


def indexed(name: str, *bindings: dict[str, Any]) -> RpcFunctionMetadata:
    raw = [json.dumps(binding) for binding in bindings]
    return RpcFunctionMetadata(name, f"id-{name}", False, "", "", name, False, "python", {}, raw, None, {})


def read(*bindings: dict[str, Any]) -> Function:
    (function,) = read_functions([indexed("work", *bindings)], SETTINGS)
    return function


def test_a_queue_trigger_is_resolved() -> None:
    assert read(QUEUE).trigger == QueueTrigger("m", "qa-work", "AzureWebJobsStorage")


def test_a_timer_is_monitored_unless_it_says_otherwise_or_is_frequent() -> None:
    assert [
        read({**TIMER, **more}).trigger.use_monitor  # type: ignore[union-attr]
        for more in ({}, {"useMonitor": True}, {"useMonitor": False}, {"schedule": "*/5 * * * * *"})
    ] == [True, True, False, False]


def test_a_timer_runs_on_startup_only_when_asked() -> None:
    for asked in (True, False):
        trigger = read({**TIMER, "runOnStartup": asked}).trigger
        assert isinstance(trigger, TimerTrigger)
        assert trigger.run_on_startup is asked


def test_a_timer_has_the_retry_policy_its_function_declares() -> None:
    for strategy, interval in (
        ("fixed_delay", {"delay_interval": MINUTE}),
        ("exponential_backoff", {"maximum_interval": MINUTE}),
    ):
        metadata = indexed("work", TIMER)
        metadata.retry_options = RpcRetryOptions(2, strategy, **interval)
        (function,) = read_functions([metadata], SETTINGS)
        assert isinstance(function.trigger, TimerTrigger)
        assert function.trigger.retry == Retry(2, interval.get("delay_interval", timedelta(0)), MINUTE)


def test_a_retry_policy_that_does_nothing_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    metadata = indexed("work", QUEUE)
    metadata.retry_options = RpcRetryOptions(2, "fixed_delay", MINUTE)
    read_functions([metadata], SETTINGS)
    assert "work: @app.retry does nothing here" in caplog.text


def test_an_http_trigger_has_its_route_methods_and_level() -> None:
    assert read(HTTP, {"type": "http", "name": "$return"}).trigger == HttpTrigger("r", "a/b", ("GET",), "anonymous")


def test_an_http_trigger_without_details_is_its_name_on_level_function() -> None:
    assert read({"type": "httpTrigger", "name": "r"}).trigger == HttpTrigger("r", "work", (), "function")


def test_queue_outputs_are_found_beside_the_trigger() -> None:
    output = {"type": "queue", "name": "$return", "queueName": "%PREFIX%out", "connection": "Other"}
    assert read(output, QUEUE).outputs == (QueueOutput("$return", "qa-out", "Other"),)


@pytest.mark.parametrize(
    ("binding", "complaint"),
    [
        ({**QUEUE, "queueName": "%NONE%-x"}, "work, queueName: %NONE% does not resolve"),
        ({**QUEUE, "queueName": ""}, "has no queueName"),
        ({**QUEUE, "queueName": "%PREFIX%-x"}, "'qa--x' is no queue name"),
        ({**QUEUE, "queueName": "x" * 64}, "is no queue name"),
        ({**TIMER, "schedule": "00:05:00"}, "work: the schedule"),
        ({"type": "blobTrigger", "name": "b"}, "this host has no blobTrigger binding"),
    ],
)
def test_what_cannot_be_listened_to_is_refused(binding: dict[str, Any], complaint: str) -> None:
    with pytest.raises(HostError, match=complaint):
        read(binding)


def test_all_problems_are_told_at_once() -> None:
    wrong = [
        indexed("one", {**TIMER, "schedule": "%A%"}),
        indexed("two", QUEUE),
        indexed("three", {**TIMER, "schedule": "%B%"}),
    ]
    with pytest.raises(HostError) as told:
        read_functions(wrong, SETTINGS)
    assert [line.split(",")[0] for line in str(told.value).splitlines()] == ["one", "three"]
