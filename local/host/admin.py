"""The real host's admin addresses: its state, and running any function by hand.

https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from local.host.bindings import Function
from local.host.messages import RpcHttp
from local.host.web import Answer

RUN = "/admin/functions/"


class Admin:
    """Answers below /admin. `run_by_hand(function, input)` starts a function and returns at once."""

    def __init__(self, functions: Mapping[str, Function], run_by_hand: Callable[[Function, str], None]) -> None:
        self._functions = {name.lower(): function for name, function in functions.items()}
        self._run_by_hand = run_by_hand

    def answer(self, request: RpcHttp, path: str) -> Answer:
        """Answer one request that carried the master key."""
        if path == "/admin/host/status" and request.method == "GET":
            return Answer.of_json(200, {"state": "Running"})
        if path.rstrip("/") == RUN.rstrip("/") and request.method == "GET":
            return Answer.of_json(200, [{"name": function.name} for function in self._functions.values()])
        function = self._functions.get(path.removeprefix(RUN).lower()) if path.startswith(RUN) else None
        if function is None:
            return Answer(404)
        return self._start(function, request) if request.method == "POST" else Answer(405, (("Allow", "POST"),))

    def _start(self, function: Function, request: RpcHttp) -> Answer:
        """Take `{"input": "…"}`: the message of a queue trigger, the body of an HTTP one, ignored by a timer."""
        try:
            content = json.loads((request.body and request.body.bytes) or b"{}")
            given = content.get("input", "")
        except (ValueError, AttributeError):
            return Answer.of_json(400, {"error": 'the body must be JSON: {"input": "…"}, or {} for a timer'})
        self._run_by_hand(function, given if isinstance(given, str) else json.dumps(given))
        return Answer(202)
