"""The demo as a process, in a folder of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Demo:
    """A running demo and what it has printed so far."""

    folder: Path
    process: subprocess.Popen[str]
    printed: list[str] = field(default_factory=list)

    def read_until(self, text: str) -> None:
        """Read until a line contains the text."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.append(line)
            if text in line:
                return
        pytest.fail(f"the demo ended without {text!r}:\n{self.output}")

    def end(self) -> int:
        """Read to the end; the exit code."""
        assert self.process.stdout is not None
        if not self.process.stdout.closed:
            self.printed += self.process.stdout.readlines()
            self.process.stdout.close()
        return self.process.wait()

    @property
    def output(self) -> str:
        return "".join(self.printed)

    def children(self) -> dict[int, str]:
        """Its child processes: command lines by id."""
        asked = ["ps", "-A", "-o", "pid=,ppid=,command="]
        rows = (line.split(None, 2) for line in subprocess.check_output(asked, text=True).splitlines())
        return {int(pid): command for pid, parent, command in rows if int(parent) == self.process.pid}


@contextmanager
def running_demo(folder: Path, *arguments: str) -> Iterator[Demo]:
    """A small demo that writes to a pipe; it is stopped when the block ends before it does."""
    command = [sys.executable, "-m", "local.demo", "--folder", str(folder), "--lines", "2000", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    demo = Demo(folder, process)
    try:
        yield demo
    finally:
        process.terminate()
        demo.end()


def alive(pid: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def kill(pid: int) -> None:
    """End a process as a crash would."""
    os.kill(pid, signal.SIGKILL)
