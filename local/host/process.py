"""The host as a child process, for programs that start one: the demo and tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

from local.host.errors import HostError
from local.interruption import held_back

#: the folder from which `python -m local.host` is found
ROOT = Path(__file__).resolve().parents[2]


class HostProcess:
    """Runs `python -m local.host` with `settings` added to the environment; its log goes to the file `log`.

    `arguments` are further ones of the command line (`--cert`, `--key`, `--port`, `--settings`), `ca` the PEM bundle
    that vouches for the certificate.
    """

    def __init__(
        self,
        app: Path,
        settings: Mapping[str, str],
        *,
        state: Path,
        log: Path,
        arguments: Sequence[str] = (),
        ca: Path | None = None,
    ) -> None:
        self._command = [sys.executable, "-m", "local.host", "--app", str(app), "--state", str(state), *arguments]
        self._environment = {**os.environ, **settings}
        self.log = log
        self._http = requests.Session()
        self._http.trust_env = False  # the host is on the loopback: no proxy is meant
        self._http.verify = str(ca) if ca else True
        self._process: subprocess.Popen[str] | None = None
        self.url = ""
        self.master_key = ""
        self.function_key = ""
        self.functions: list[str] = []

    def start(self) -> Self:
        """Return when its functions are loaded and its listeners run. Raises HostError with the end of its log."""
        with self.log.open("ab") as log, held_back():
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,  # Ctrl-C reaches the starter, which stops it in order
            )
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            self.stop()
            raise HostError(f"the function host did not start: {self._last_words()}")
        ready = json.loads(line)
        self.url, self.functions = ready["url"], ready["functions"]
        self.master_key, self.function_key = ready["masterKey"], ready["functionKey"]
        return self

    def run(self, function: str, text: str = "") -> None:
        """Run a function now, as the portal's button does: a timer, or a queue function with `text` as its message.

        Returns when it has begun, not when it has ended. Raises HostError when there is no such function.
        """
        headers = {"x-functions-key": self.master_key}
        address = f"{self.url}/admin/functions/{function}"
        reply = self._http.post(address, json={"input": text}, headers=headers, timeout=30)
        if reply.status_code != 202:
            raise HostError(f"{function} was not started: the host answered {reply.status_code}")

    def stop(self) -> int:
        """Ask it to stop, wait for what it runs, and give its exit code: 0 after a clean stop."""
        self._http.close()
        if self._process is None:
            return 0
        self._process.terminate()
        code = self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        return code

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8").splitlines()[-20:])
