"""From an indexed function's binding JSON to what the host listens to and sends."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from local.host.errors import HostError
from local.host.messages import RpcFunctionMetadata
from local.host.ncrontab import Schedule
from local.host.retry import NO_RETRY, Retry, read_retry
from local.host.settings import resolve

log = logging.getLogger("local.host")

#: 3 to 63 of a-z, 0-9 and single hyphens, none at an end
QUEUE_NAME = re.compile(r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class QueueTrigger:
    """Runs the function once per message of a queue."""

    parameter: str
    queue: str
    connection: str


@dataclass(frozen=True, slots=True)
class TimerTrigger:
    """Runs the function at the times of a schedule, in UTC."""

    parameter: str
    schedule: Schedule
    run_on_startup: bool
    use_monitor: bool
    retry: Retry = NO_RETRY


@dataclass(frozen=True, slots=True)
class HttpTrigger:
    """Runs the function per request; no methods: all of them. `level` is anonymous, function or admin."""

    parameter: str
    route: str
    methods: tuple[str, ...]
    level: str


@dataclass(frozen=True, slots=True)
class QueueOutput:
    """A queue that gets what the function sets on `parameter` (`$return`: what it returns)."""

    parameter: str
    queue: str
    connection: str


type Trigger = QueueTrigger | TimerTrigger | HttpTrigger


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the app, ready to be listened for."""

    name: str
    function_id: str
    trigger: Trigger
    outputs: tuple[QueueOutput, ...]


@dataclass(frozen=True, slots=True)
class _Context:
    """Where a binding stands, for its messages, and what it is resolved with."""

    function: str
    settings: Mapping[str, str]
    retry: Retry

    def text(self, binding: Mapping[str, Any], key: str, default: str | None = None) -> str:
        value = binding.get(key) or default
        if not isinstance(value, str):
            raise HostError(f"{self.function}: its {binding['type']} binding has no {key}")
        return resolve(value, self.settings, f"{self.function}, {key}")


def read_functions(indexed: Iterable[RpcFunctionMetadata], settings: Mapping[str, str]) -> list[Function]:
    """Every function with its bindings resolved. Raises one HostError that names all that do not resolve."""
    functions, problems = [], []
    for metadata in indexed:
        try:
            functions.append(_function(metadata, settings))
        except HostError as error:
            problems.append(str(error))
    if problems:
        raise HostError("\n".join(problems))
    return functions


def _function(metadata: RpcFunctionMetadata, settings: Mapping[str, str]) -> Function:
    context = _Context(metadata.name, settings, read_retry(metadata.retry_options))
    bindings = [json.loads(raw) for raw in metadata.raw_bindings]
    for binding in bindings:
        if binding["type"] not in READERS and binding["type"] not in OUTPUTS:
            raise HostError(f"{metadata.name}: this host has no {binding['type']} binding; it knows {_known()}")
    trigger = next(READERS[binding["type"]](context, binding) for binding in bindings if binding["type"] in READERS)
    if context.retry != NO_RETRY and not isinstance(trigger, TimerTrigger):
        log.warning("%s: @app.retry does nothing here; of this host's triggers only a timer heeds it", metadata.name)
    outputs = tuple(_queue_output(context, binding) for binding in bindings if binding["type"] == "queue")
    return Function(metadata.name, metadata.function_id, trigger, outputs)


def _queue_trigger(context: _Context, binding: Mapping[str, Any]) -> QueueTrigger:
    return QueueTrigger(binding["name"], _queue_name(context, binding), _connection(context, binding))


def _queue_output(context: _Context, binding: Mapping[str, Any]) -> QueueOutput:
    return QueueOutput(binding["name"], _queue_name(context, binding), _connection(context, binding))


def _queue_name(context: _Context, binding: Mapping[str, Any]) -> str:
    name = context.text(binding, "queueName").lower()
    if not QUEUE_NAME.fullmatch(name):
        raise HostError(
            f"{context.function}: {name!r} is no queue name; it takes 3 to 63 of a-z, 0-9 and single hyphens"
        )
    return name


def _connection(context: _Context, binding: Mapping[str, Any]) -> str:
    return context.text(binding, "connection", "AzureWebJobsStorage")


def _timer_trigger(context: _Context, binding: Mapping[str, Any]) -> TimerTrigger:
    expression = context.text(binding, "schedule")
    try:
        schedule = Schedule.parse(expression)
    except ValueError as error:
        raise HostError(f"{context.function}: {error}") from None
    monitored = binding.get("useMonitor") is not False and not schedule.within_a_minute
    return TimerTrigger(binding["name"], schedule, bool(binding.get("runOnStartup")), monitored, context.retry)


def _http_trigger(context: _Context, binding: Mapping[str, Any]) -> HttpTrigger:
    route = context.text(binding, "route", context.function)
    methods = tuple(str(method).upper() for method in binding.get("methods") or ())
    return HttpTrigger(binding["name"], route, methods, str(binding.get("authLevel") or "function").lower())


def _known() -> str:
    return ", ".join(sorted({*READERS, *OUTPUTS}))


READERS: dict[str, Callable[[_Context, Mapping[str, Any]], Trigger]] = {
    "queueTrigger": _queue_trigger,
    "timerTrigger": _timer_trigger,
    "httpTrigger": _http_trigger,
}
OUTPUTS = {"queue", "http"}
