"""The Exact Online simulator as a process of its own, and its admin: the books behind the API, and what was asked."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import requests

from local.demo.failure import DemoFailedError
from local.host.process import ROOT
from local.interruption import held_back

HOST = "start.exactonline.nl"
#: Exact's own limit is 60 calls a minute for each division
MINUTE_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Person:
    """The made-up user who consents."""

    name: str
    password: str
    divisions: tuple[int, ...]


class Exact:
    """Runs `python -m local.exact_simulator`; its log goes to the file `log`."""

    def __init__(self, folder: Path, log: Path, *, seed: int, lines: int, redirect_uri: str) -> None:
        asked = {"seed": seed, "lines": lines, "folder": folder, "host": HOST, "redirect-uri": redirect_uri}
        options = [text for name, value in asked.items() for text in (f"--{name}", str(value))]
        limit = ["--set", f"minute_limit={MINUTE_LIMIT}"]
        self._command = [sys.executable, "-m", "local.exact_simulator", *options, *limit]
        self._process: subprocess.Popen[str] | None = None
        self._ready: dict[str, Any] = {}
        self._http = requests.Session()
        self._http.trust_env = False  # the admin is on the loopback: no proxy is meant
        self.log = log

    def start(self) -> Self:
        """Return when it answers. Raises DemoFailedError with the end of its log."""
        with self.log.open("ab") as log, held_back():
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,  # Ctrl-C reaches the demo, which stops it in order
            )
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise DemoFailedError(f"the Exact Online simulator did not start: {self.log.read_text(encoding='utf-8')}")
        self._ready = json.loads(line)
        return self

    def stop(self) -> None:
        """Ask it to stop and wait until it is gone. Repeatable."""
        self._http.close()
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            if self._process.stdout:
                self._process.stdout.close()

    @property
    def port(self) -> int:
        """Where it speaks TLS."""
        return int(self._ready["port"])

    @property
    def bundle(self) -> Path:
        """The certificate of its authority."""
        return Path(self._ready["ca_bundle"])

    @property
    def credentials(self) -> tuple[str, str]:
        """Client id and secret of the registered app."""
        return self._ready["client_id"], self._ready["client_secret"]

    @property
    def person(self) -> Person:
        """The user who may open most companies."""
        user = max(self._ready["users"], key=lambda user: len(user["divisions"]))
        return Person(user["user_name"], user["password"], tuple(user["divisions"]))

    def requests(self) -> list[dict[str, Any]]:
        """Every request it saw, as it wrote them down itself."""
        return list(self._admin("GET", "requests"))

    def books(self, division: int, name: str) -> list[dict[str, object]]:
        """What a division's books hold of an entity: not through the API, not paged; amounts and days as texts."""
        return list(self._admin("GET", f"books/{division}/{name}"))

    def change(self, division: int, change: str, **arguments: object) -> dict[str, Any]:
        """Change the books. Raises DemoFailedError when they have nothing of the kind."""
        return dict(self._admin("POST", change, {"division": division, **arguments}))

    def _admin(self, method: str, path: str, arguments: dict[str, object] | None = None) -> Any:
        address = f"http://127.0.0.1:{self._ready['admin_port']}/_admin/{path}"
        key = {"X-Admin-Key": str(self._ready["admin_key"])}
        reply = self._http.request(method, address, json=arguments, headers=key, timeout=120)
        if reply.status_code != 200:
            raise DemoFailedError(f"the simulator's admin refused {method} {path}: {reply.text}")
        return reply.json()
