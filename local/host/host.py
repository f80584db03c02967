"""The host: one function app, its listeners and its HTTP front, from start to stop."""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from azure.storage.queue import QueueClient

from local.host.admin import Admin
from local.host.bindings import Function, HttpTrigger, QueueTrigger, TimerTrigger, read_functions
from local.host.delivery import Delivery
from local.host.engine import Engine
from local.host.host_json import HostJson, read_host_json
from local.host.http_front import Front, HttpServer
from local.host.inputs import queue_input, timer_input
from local.host.invoker import Invoker, Outcome
from local.host.keys import Keys, read_keys
from local.host.messages import RpcHttp, TypedData
from local.host.outputs import Outputs
from local.host.queue_listener import QueueListener
from local.host.routes import Match, Router
from local.host.schedule_monitor import ScheduleMonitor, Status
from local.host.settings import is_true
from local.host.storage import Storage
from local.host.timer_listener import TimerThread

log = logging.getLogger("local.host")

POISON = "-poison"


class Listener(Protocol):
    """Something that runs a function when its time has come."""

    def start(self) -> None:
        """Begin; returns at once."""

    def cancel(self) -> None:
        """Begin nothing new."""

    def join(self) -> None:
        """Return when what runs has ended."""


class Host:
    """Runs the app in a folder. `state` keeps the timers' schedules and the keys over restarts.

    The app reads its settings from the environment: whoever starts a host puts them there first. One process runs one
    app.
    """

    def __init__(
        self,
        app: Path,
        settings: Mapping[str, str],
        state: Path,
        *,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        on_timeout: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._settings, self._state, self._port, self._tls = settings, state, port, tls
        self._options: HostJson = read_host_json(app, settings)
        self.keys: Keys = read_keys(state)
        self._storage = Storage(settings)
        self._engine = Engine(app)
        outputs = Outputs(self._storage, self._options.extensions.queues.message_encoding)
        self._invoker = Invoker(self._engine, outputs, self._options.timeout, on_timeout)
        self._listeners: Sequence[Listener] = ()
        self._server: HttpServer | None = None
        self.functions: dict[str, Function] = {}

    @property
    def url(self) -> str:
        """Where the HTTP routes are, `routePrefix` not included."""
        if self._server is None:
            raise RuntimeError("the host is not started: call start() first")
        return self._server.url

    def start(self) -> Self:
        """Index the app, then listen. Raises HostError with every reason why not; nothing stays behind then."""
        try:
            functions = read_functions(self._engine.start(), self._settings)
            self.functions = {function.name: function for function in functions}
            enabled = [function for function in functions if not self._is_disabled(function)]
            self._check_connections(functions)
            self._listeners = [self._listener(it) for it in enabled if not isinstance(it.trigger, HttpTrigger)]
            self._server = HttpServer(self._front(enabled), self._port, self._tls)
        except BaseException:
            self._close()
            raise
        self._server.start()
        for listener in self._listeners:
            listener.start()
        return self

    def stop(self) -> None:
        """Take no more work, wait for what runs, and close everything."""
        for listener in self._listeners:
            listener.cancel()
        for listener in self._listeners:
            listener.join()
        self._invoker.wait_idle()
        self._close()

    def run_by_hand(self, function: Function, text: str) -> None:
        """Start a function now with `text` as its message or body, and do not wait for it."""
        threading.Thread(target=self._by_hand, args=(function, text), name=f"hand-{function.name}", daemon=True).start()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _close(self) -> None:
        if self._server is not None:
            self._server.stop()
        self._engine.stop()
        self._storage.close()

    def _is_disabled(self, function: Function) -> bool:
        disabled = is_true(self._settings.get(f"AzureWebJobs.{function.name}.Disabled"))
        if disabled:
            log.info("'%s' is disabled by its setting", function.name)
        return disabled

    def _check_connections(self, functions: Sequence[Function]) -> None:
        for function in functions:
            for output in function.outputs:
                self._storage.queue(output.connection, output.queue)

    def _listener(self, function: Function) -> Listener:
        trigger = function.trigger
        if isinstance(trigger, QueueTrigger):
            queue = self._storage.queue(trigger.connection, trigger.queue)
            run = partial(self._run_queue, function)
            return QueueListener(queue, self._poison_of(trigger), self._options.extensions.queues, run)
        assert isinstance(trigger, TimerTrigger)  # noqa: S101 -- HTTP triggers are the front's
        monitor = ScheduleMonitor(self._state / "timers", function.name)
        return TimerThread(function.name, trigger, monitor, partial(self._run_timer, function))

    def _poison_of(self, trigger: QueueTrigger) -> QueueClient | None:
        if trigger.queue.endswith(POISON):
            return None
        return self._storage.queue(trigger.connection, trigger.queue + POISON)

    def _front(self, enabled: Sequence[Function]) -> Front:
        router = Router(enabled, self._options.extensions.http.route_prefix)
        return Front(router, self.keys, Admin(self.functions, self.run_by_hand), self._run_http)

    def _run_queue(self, function: Function, delivery: Delivery) -> bool:
        return self._invoker.run(function, *queue_input(delivery)).succeeded

    def _run_timer(self, function: Function, status: Status | None, past_due: bool) -> bool:  # noqa: FBT001 -- the listener's callback
        return self._invoker.run(function, timer_input(status, past_due=past_due)).succeeded

    def _run_http(self, match: Match, request: RpcHttp) -> Outcome:
        return self._invoker.run(match.route.function, TypedData(http=request))

    def _by_hand(self, function: Function, text: str) -> None:
        if isinstance(function.trigger, QueueTrigger):
            self._run_queue(function, Delivery(text, "by-hand", 1, "", None, None, None))
        elif isinstance(function.trigger, TimerTrigger):
            self._run_timer(function, None, past_due=False)
        else:
            body = TypedData(bytes=text.encode())
            self._invoker.run(function, TypedData(http=RpcHttp("POST", self.url, body=body)))
