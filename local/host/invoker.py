"""One invocation: through the engine, outputs sent, start and end logged."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from azure.core.exceptions import AzureError

from local.host.bindings import Function
from local.host.engine import Engine
from local.host.message_text import UndecodableError
from local.host.messages import ParameterBinding, StatusResult, TypedData
from local.host.outputs import Outputs

log = logging.getLogger("local.host")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an invocation ended; `error` is `Kind: text` of what the function raised."""

    succeeded: bool
    value: TypedData | None = None
    error: str = ""


class Invoker:
    """Runs functions, each to its end or its time-out. `on_timeout` gets the function's name."""

    def __init__(
        self, engine: Engine, outputs: Outputs, timeout: float | None, on_timeout: Callable[[str], None]
    ) -> None:
        self._engine, self._outputs, self._timeout, self._on_timeout = engine, outputs, timeout, on_timeout
        self._running = 0
        self._changed = threading.Condition()

    def run(self, function: Function, trigger: TypedData, metadata: dict[str, TypedData] | None = None) -> Outcome:
        """Run one function; never raises for what the function or its outputs do."""
        invocation = str(uuid.uuid4())
        log.info("Executing '%s' (Id=%s)", function.name, invocation)
        started = time.monotonic()
        with self._changed:
            self._running += 1
        try:
            outcome = self._outcome(function, invocation, trigger, metadata or {})
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()
        millis = round((time.monotonic() - started) * 1000)
        result = "Succeeded" if outcome.succeeded else "Failed"
        log.info("Executed '%s' (%s, Id=%s, Duration=%dms)", function.name, result, invocation, millis)
        return outcome

    def wait_idle(self) -> None:
        """Return when nothing runs."""
        with self._changed:
            self._changed.wait_for(lambda: self._running == 0)

    def _outcome(
        self, function: Function, invocation: str, trigger: TypedData, metadata: dict[str, TypedData]
    ) -> Outcome:
        inputs = [ParameterBinding(function.trigger.parameter, trigger)]
        try:
            response = self._engine.invoke(function.function_id, invocation, inputs, metadata, self._timeout)
            if response.result.status == StatusResult.Success:
                self._outputs.send(function, response)
                return Outcome(succeeded=True, value=response.return_value)
        except TimeoutError:
            log.error("'%s' (Id=%s) ran longer than functionTimeout, %s s", function.name, invocation, self._timeout)  # noqa: TRY400 -- the trace would be the host's
            self._on_timeout(function.name)
            return Outcome(succeeded=False, error="FunctionTimeoutException: functionTimeout exceeded")
        except (AzureError, UndecodableError) as error:
            log.warning("'%s' (Id=%s): its output was not sent: %s", function.name, invocation, error)
            return Outcome(succeeded=False, error=f"{type(error).__name__}: {error}")
        return _failure(function, invocation, response.result)


def _failure(function: Function, invocation: str, result: StatusResult) -> Outcome:
    message = result.exception.message if result.exception else "failed without a reason"
    trace = result.exception.stack_trace if result.exception else ""
    log.error("'%s' (Id=%s) failed: %s\n%s", function.name, invocation, message, trace)
    return Outcome(succeeded=False, error=message)
