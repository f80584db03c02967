"""The operator's command line, run as an operator runs it."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from local.demo.failure import DemoFailedError
from local.host.process import ROOT


class Qics:
    """Runs `qics` under the environment of this process; shows each command, and what it printed, by `echo`."""

    def __init__(self, echo: Callable[[str, str], None]) -> None:
        self._echo = echo

    def __call__(self, *words: str, stdin: str = "") -> str:
        """Run a command and give what it printed. Raises DemoFailedError when it does not end well.

        Its progress and complaints go to standard error, which is ours.
        """
        ended = subprocess.run(
            [sys.executable, "-m", "qics", *words],
            cwd=ROOT,
            input=stdin,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        command = shlex.join(("qics", *words))
        self._echo(command, ended.stdout)
        if ended.returncode:
            raise DemoFailedError(f"`{command}` ended with exit code {ended.returncode}")
        return ended.stdout

    def json(self, *words: str) -> Any:
        """Run a command that reports as JSON."""
        return json.loads(self(*words, "--json"))
