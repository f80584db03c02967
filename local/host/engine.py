"""Microsoft's own Python engine, the package azure-functions-runtime: the code that runs an app's functions in Azure.

It has five coroutines that take request objects; an event loop in a thread of its own runs them here. Its registry of
functions is global, so one process runs one app.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import threading
from collections.abc import Coroutine, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import azure_functions_runtime as runtime

from local.host import messages
from local.host.errors import HostError
from local.host.messages import InvocationResponse, ParameterBinding, RpcFunctionMetadata, StatusResult, TypedData


class Engine:
    """Indexes the app in a folder and invokes its functions, many at once."""

    def __init__(self, app: Path) -> None:
        self.app = app.resolve()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="engine", daemon=True)

    def start(self) -> list[RpcFunctionMetadata]:
        """Import and index the app; its functions in their own order. Raises HostError when that fails."""
        sys.path.insert(0, str(self.app))
        self._thread.start()
        runtime.start_threadpool_executor()
        _check(self._ask(runtime.worker_init_request, worker_init_request=self._init()).result, "indexing")
        functions = self._ask(runtime.functions_metadata_request).function_metadata_results
        if not functions:
            raise HostError(
                f"{self.app} has no functions: is there a function_app.py with a FunctionApp and functions?"
            )
        for function in functions:
            load = SimpleNamespace(function_id=function.function_id)
            _check(self._ask(runtime.function_load_request, function_load_request=load).result, function.name)
        return list(functions)

    def invoke(
        self,
        function_id: str,
        invocation_id: str,
        inputs: Sequence[ParameterBinding],
        metadata: dict[str, TypedData],
        timeout: float | None = None,
    ) -> InvocationResponse:
        """Run one function to its end; what it raises is in the response. Raises TimeoutError after `timeout` seconds.

        A function that times out is not stopped: nothing can stop a thread.
        """
        invocation = SimpleNamespace(
            invocation_id=invocation_id,
            function_id=function_id,
            input_data=inputs,
            trigger_metadata=metadata,
            trace_context=_trace(),
            retry_context=SimpleNamespace(retry_count=0, max_retry_count=0, exception=None),
        )
        response: InvocationResponse = self._ask(
            runtime.invocation_request, timeout=timeout, invocation_request=invocation
        )
        return response

    def stop(self) -> None:
        """End the loop and, once its running functions have returned, the thread pool."""
        runtime.stop_threadpool_executor()
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()
        if str(self.app) in sys.path:
            sys.path.remove(str(self.app))

    def _init(self) -> SimpleNamespace:
        return SimpleNamespace(capabilities={}, function_app_directory=str(self.app))

    def _ask(self, handler: Any, timeout: float | None = None, **request: object) -> Any:
        properties = {"protos": messages, "host": "127.0.0.1"}
        envelope = SimpleNamespace(request=SimpleNamespace(**request), properties=properties)
        answer: Coroutine[Any, Any, Any] = handler(envelope)
        return asyncio.run_coroutine_threadsafe(answer, self._loop).result(timeout)


def _trace() -> SimpleNamespace:
    """Begin a trace of its own per invocation, in the form of https://www.w3.org/TR/trace-context/."""
    parent = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
    return SimpleNamespace(trace_parent=parent, trace_state="", attributes={})


def _check(result: StatusResult, what: str) -> None:
    if result.status != StatusResult.Success:
        error = result.exception or messages.RpcException("no reason given")
        raise HostError(f"{what} failed: {error.message}\n{error.stack_trace}")
