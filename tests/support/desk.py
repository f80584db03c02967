"""The command line over a real register, vault file and SQLite databases in a folder of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from qics.app import Desk
from qics.cli import cli
from shared.bootstrap import App
from shared.errors import Cause
from shared.register import Listed
from shared.register.rows import Closed
from shared.settings import read
from shared.streams import CATALOGUE
from shared.warehouse.protocol import (
    Checkpoint,
    Claim,
    DivisionState,
    Refusal,
    Transaction,
    Value,
)
from tests.support.clock import FakeClock

runner = CliRunner()

CREDENTIALS = "01234567-89ab-cdef-0123-456789abcdef\nhush-hush\n"


@dataclass
class Terminal:
    """An operator's terminal; each pause of a command lets the next waiting piece of work be done."""

    app: App
    clock: FakeClock
    work: list[Callable[[], object]] = field(default_factory=list)

    def run(self, *command: str, input: str | None = None) -> Result:  # noqa: A002 - as CliRunner calls it
        """Run one command; an error that was not explained fails the test."""
        desk = Desk(open=lambda: self.app, pause=self._pause)
        result = runner.invoke(cli, list(command), input=input, obj=desk)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def json(self, *command: str) -> Any:
        """What a command reports as JSON."""
        return self.parsed(self.run(*command, "--json"))

    def parsed(self, result: Result) -> Any:
        """The JSON on standard output."""
        return json.loads(result.stdout)

    def lines(self, *command: str) -> list[str]:
        """What a command prints for people."""
        return self.run(*command).stdout.splitlines()

    def worker(self, *work: Callable[[], object]) -> None:
        """Have these done, one with each pause of a command."""
        self.work += work

    def begin(self) -> None:
        """The planner and the tenant's step begin the next run: division 1 is to be read."""
        runs = self.app.register.runs
        runs.begin("acme", runs.open("acme"), [("nl", 1)])

    def finish(self, state: Closed, cause: Cause | None = None) -> None:
        """A worker reads division 1 with two calls, one of them refused, and ends its part of the run."""
        runs, run = self.app.register.runs, self.app.register.tenants.get("acme").run
        held = runs.claim("acme", run, 1, 1, "worker", 60)
        self.app.register.calls.record("acme", run, 1, "sync/CRM/Accounts", 2, 1000, 1)
        runs.finish(held, run, state, cause)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A worker's transaction in acme's database, for division 1."""
        with closing(self.app.warehouse(self.app.register.tenants.get("acme"))) as warehouse:
            warehouse.migrate()
            with warehouse.transaction(Claim(division=1, run=1, fence=1)) as transaction:
                yield transaction

    def checkpoint(self, stream: str, **facts: Any) -> Checkpoint:
        """A checkpoint of division 1 whose reading has just ended."""
        read = {"epoch": 1, "number": 1, "completed_at": self.clock(), "full_at": self.clock()}
        return Checkpoint(division=1, stream=stream, **{**read, **facts})

    def suspect(self, stream: str) -> None:
        """A complete reading of the stream lost too much to be believed."""
        with self.writing() as transaction:
            transaction.save(self.checkpoint(stream, suspect=1))

    def keep(self, state: DivisionState) -> None:
        """Write down what is known of the division."""
        with self.writing() as transaction:
            transaction.save_division(state)

    def set_aside(self, stream: str, refusal: Refusal) -> None:
        """Keep a record that could not be taken."""
        with self.writing() as transaction:
            transaction.set_aside(CATALOGUE[stream], [refusal], self.checkpoint(stream))

    def store(self, stream: str, *records: dict[str, Value]) -> None:
        """Store records that hold these values and nothing else, as the end of a reading."""
        kind = CATALOGUE[stream]
        with self.writing() as transaction:
            transaction.upsert(kind, [tuple(map(each.get, kind.names)) for each in records], self.checkpoint(stream))
            transaction.save(self.checkpoint(stream))

    def _pause(self, seconds: float) -> None:
        self.clock.pass_time(seconds=seconds)
        if self.work:
            self.work.pop(0)()


@pytest.fixture
def terminal(clock: FakeClock, tmp_path: Path) -> Iterator[Terminal]:
    """A terminal over the real app in a folder of its own, set up, with no tenant."""
    told = {"QICS_DATA": str(tmp_path / "data"), "QICS_BASE_URL": "https://app.example.com"}
    app = App(read(told), told, clock)
    yield Terminal(app, clock)
    app.close()


@pytest.fixture
def acme(terminal: Terminal) -> Terminal:
    """A terminal over an app with the connected tenant acme: of divisions 1 and 2, 1 is read and 2 is blocked."""
    terminal.run("setup", "--stdin", input=CREDENTIALS)
    terminal.run("tenant", "add", "acme", "--host", "nl")
    register = terminal.app.register
    register.tenants.start_trial("acme", date(2026, 11, 25))
    register.grants.consent("acme", "nl", "user", terminal.clock())
    register.divisions.save_listed("acme", "nl", [Listed(1, 1, 0, "100"), Listed(2, 1, 1, "100")])
    register.divisions.choose("acme", [1])
    return terminal
