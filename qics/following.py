"""Following a run to its end, with a progress bar per division."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from qics.causes import cure_of
from qics.output import Row
from shared.bootstrap import App
from shared.register.rows import CallCount, Run, RunDivision, Tenant

POLL_SECONDS = 1.0
#: the planner looks once a minute; a run that has not begun after this long has nobody to begin it
NOBODY_BEGINS = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How far a run came while it was followed."""

    tenant: str
    run: int
    rows: list[Row]  #: one per division
    begun: bool = False
    ended: bool = False
    cause: str = ""  #: why it ended as a whole
    excuse: str = ""  #: why it is followed no longer though it has not ended


def follow(app: App, tenant: Tenant, pause: Callable[[float], None], patience: timedelta) -> Followed:
    """Wait for the tenant's open run, or the next one, to end; for `patience` at most."""
    run = tenant.run if tenant.run_open else tenant.run + 1
    started = app.clock()
    with _progress() as progress:
        bars: dict[str, TaskID] = {}
        while True:
            seen = _look(app, tenant.tenant, run)
            _draw(progress, bars, seen)
            excuse = "" if seen.ended else _excuse(seen, app.clock() - started, patience)
            if seen.ended or excuse:
                return replace(seen, excuse=excuse)
            pause(POLL_SECONDS)


def _look(app: App, tenant: str, run: int) -> Followed:
    found = next((each for each in app.register.runs.last(tenant, 2) if each.run == run), None)
    if found is None:
        return Followed(tenant=tenant, run=run, rows=[])
    counts = _counts(app, found)
    rows = [_row(part, counts.get(part.division)) for part in app.register.runs.rows(tenant, run)]
    ended = found.ended_at is not None
    return Followed(tenant=tenant, run=run, rows=rows, begun=True, ended=ended, cause=found.cause)


def _counts(app: App, run: Run) -> dict[int, CallCount]:
    report = app.register.calls.report(run.started_at)
    return {count.division: count for count in report if (count.tenant, count.run) == (run.tenant, run.run)}


def _row(part: RunDivision, count: CallCount | None) -> Row:
    return {
        "division": part.division,
        "state": part.state,
        "calls": count.calls if count else 0,
        "rows": count.rows if count else 0,
        "cause": part.cause,
        "cure": cure_of(part.cause),
    }


def _excuse(seen: Followed, waited: timedelta, patience: timedelta) -> str:
    if not seen.begun and waited >= min(NOBODY_BEGINS, patience):
        return f"Run {seen.run} has not begun after {waited.seconds} s: is the function app running?"
    if waited >= patience:
        return f"Run {seen.run} is still going on; it needs nobody to watch. `qics sync now {seen.tenant} --wait` does."
    return ""


def _progress() -> Progress:
    """On standard error, and gone at the end, so that the report itself can be piped."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _draw(progress: Progress, bars: dict[str, TaskID], seen: Followed) -> None:
    notes = {f"Run {seen.run} of {seen.tenant}": "going on" if seen.begun else "waiting for the planner"}
    for row in seen.rows:
        notes[f"  division {row['division']}"] = f"{row['state']} · {row['rows']:,} rows · {row['calls']:,} calls"
    for name, note in notes.items():
        if name not in bars:
            bars[name] = progress.add_task(name, total=None, note=note)
        progress.update(bars[name], note=note)
