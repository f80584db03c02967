"""The copy as anybody may look at it: the register and the tenant's database, read and never written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from shared.bootstrap import App
from shared.provisioning import SqliteProvisioner
from shared.register.rows import CallCount, Run, RunDivision
from shared.streams import CATALOGUE
from shared.warehouse.protocol import Checkpoint, Warehouse

#: the demo's one customer
TENANT = "demo"


@dataclass(frozen=True, slots=True)
class Standing:
    """How one stream of one division stands."""

    rows: int
    reading: bool  #: a reading is under way
    complete: bool  #: it was read to its end at least once


@dataclass(frozen=True, slots=True)
class Look:
    """The copy at one moment of a run."""

    ended: bool
    calls: int  #: of the run, as far as its steps have reported them
    streams: dict[str, dict[int, Standing]]  #: by name and division

    @property
    def rows(self) -> int:
        """Rows of all streams."""
        return sum(standing.rows for by_division in self.streams.values() for standing in by_division.values())


class Copy:
    """One tenant's copy."""

    def __init__(self, app: App) -> None:
        self._app = app

    @property
    def divisions(self) -> list[int]:
        """The divisions that are read."""
        return [each.division for each in self._app.register.divisions.chosen(TENANT)]

    @property
    def file(self) -> Path:
        """The tenant's database."""
        databases = self._app.provisioner
        assert isinstance(databases, SqliteProvisioner)  # noqa: S101 -- the demo runs on one machine
        return databases.path(self._app.register.tenants.get(TENANT))

    def has_ended(self, run: int) -> bool:
        """Whether a run began and ended."""
        found = self.run(run)
        return found is not None and found.ended_at is not None

    def run(self, number: int) -> Run | None:
        """A run; None while it has not begun."""
        return next((run for run in self._app.register.runs.last(TENANT) if run.run == number), None)

    def parts(self, run: int) -> list[RunDivision]:
        """The divisions of a run."""
        return self._app.register.runs.rows(TENANT, run)

    def access_token(self) -> str:
        """A token of the tenant's grant, for the one who checks."""
        return self._app.tokens.access(TENANT)

    def account(self) -> list[CallCount]:
        """Calls and rows of each division of each run."""
        return self._app.register.calls.report(datetime.min.replace(tzinfo=UTC))

    @contextmanager
    def warehouse(self) -> Iterator[Warehouse]:
        """The tenant's database, opened."""
        with closing(self._app.warehouse(self._app.register.tenants.get(TENANT))) as warehouse:
            yield warehouse

    def look(self, run: int) -> Look:
        """How every stream of the chosen divisions stands."""
        with self.warehouse() as warehouse:
            by_division = {division: warehouse.checkpoints(division) for division in self.divisions}
            streams = {
                name: {
                    division: _standing(name, checkpoints, warehouse.count(stream, division))
                    for division, checkpoints in by_division.items()
                }
                for name, stream in CATALOGUE.items()
            }
        return Look(self.has_ended(run), self._calls(run), streams)

    def _calls(self, run: int) -> int:
        return sum(count.calls for count in self.account() if count.run == run)


def _standing(name: str, checkpoints: list[Checkpoint], rows: int) -> Standing:
    own = [checkpoint for checkpoint in checkpoints if checkpoint.stream == name]
    complete = bool(own) and all(checkpoint.completed_at for checkpoint in own)
    return Standing(rows, any(checkpoint.mode for checkpoint in own), complete)
