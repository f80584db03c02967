"""What is due in a run, in which order, read how."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.streams import CHANGES, DELETED, SNAPSHOTS, TOTALS, stream
from shared.streams.model import Stream
from shared.sync.agenda import DIVISIONS, Situation, Task, next_task
from shared.sync.reading import fingerprint
from shared.warehouse.protocol import Checkpoint, DivisionState

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
STATE = DivisionState(division=1, consent="c", licence="l")
LINES = stream("TransactionLines")
RUN = 7


def done(each: Stream, scope: str = "", **changes: object) -> Checkpoint:
    """The checkpoint of a stream that was read in full yesterday and is done in the run before."""
    known = Checkpoint(
        division=1,
        stream=each.name,
        scope=scope,
        epoch=1,
        fingerprint=fingerprint(each, STATE),
        number=1,
        complete=1,
        run=RUN - 1,
        completed_at=NOW - timedelta(hours=1),
        full_at=NOW - timedelta(hours=1),
    )
    return replace(known, **changes)  # type: ignore[arg-type]


def idle(*changed: Checkpoint) -> Situation:
    """A division copied an hour ago, but for the checkpoints given."""
    checkpoints = {(each.name, ""): done(each) for each in (DELETED, *CHANGES, *SNAPSHOTS)}
    checkpoints |= {(each.name, scope): done(each, scope) for each in TOTALS for scope in each.scopes}
    checkpoints[("ReportingBalance", "2026")] = done(stream("ReportingBalance"), "2026")
    checkpoints |= {(each.stream, each.scope): each for each in changed}
    return Situation(now=NOW, run=RUN, state=STATE, checkpoints=checkpoints, years=["2026"])


def agenda(situation: Situation) -> list[Task]:
    """All tasks of the run, each done as soon as it is chosen."""
    tasks: list[Task] = []
    while (task := next_task(situation)) and len(tasks) < 100:
        tasks.append(task)
        before = situation.checkpoints.get((task.stream.name, task.scope), done(task.stream, task.scope))
        full_at = NOW if task.mode == "full" else before.full_at
        finished = done(task.stream, task.scope, run=RUN, completed_at=NOW, full_at=full_at)
        checkpoints = {**situation.checkpoints, (task.stream.name, task.scope): finished}
        situation = replace(situation, checkpoints=checkpoints)
    return tasks


def test_an_idle_run_reads_each_changes_stream_and_the_log_once() -> None:
    tasks = agenda(idle())
    assert [task.stream for task in tasks] == [DELETED, *CHANGES]
    assert {task.mode for task in tasks} == {"changes"}


def test_a_first_run_reads_everything_in_full_and_the_log_before_it() -> None:
    tasks = agenda(Situation(now=NOW, run=RUN, state=STATE, checkpoints={}, years=["2026"]))
    assert tasks[0].stream is DELETED
    assert {task.mode for task in tasks} == {"full"}
    assert {task.stream for task in tasks} == {DELETED, *CHANGES, *SNAPSHOTS, *TOTALS} - {DIVISIONS}


@pytest.mark.parametrize(
    "change",
    [
        {"epoch": 0},
        {"fingerprint": "another"},
        {"again": True},
        {"mode": "full"},
        {"mode": "judge"},
        {"full_at": NOW - timedelta(days=30)},
        {"suspect": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changes_stream_is_compared_in_full_when(change: dict[str, object]) -> None:
    tasks = agenda(idle(done(LINES, **change)))
    assert Task(LINES, "", "full") in tasks


def test_a_dead_log_is_read_anew_and_every_stream_is_compared_in_full() -> None:
    tasks = agenda(idle(done(DELETED, completed_at=NOW - timedelta(days=51))))
    assert [task.mode for task in tasks if task.stream in (DELETED, *CHANGES)] == ["full"] * (1 + len(CHANGES))


def test_a_log_of_fifty_days_is_not_dead_yet() -> None:
    tasks = agenda(idle(done(DELETED, completed_at=NOW - timedelta(days=50))))
    assert {task.mode for task in tasks} == {"changes"}


def test_a_lasting_doubt_is_asked_about_daily_not_in_every_run() -> None:
    doubted = done(LINES, suspect=1, number=2)
    assert Task(LINES, "", "changes") in agenda(idle(doubted))
    assert Task(LINES, "", "full") in agenda(idle(replace(doubted, full_at=NOW - timedelta(days=1))))


def test_the_totals_of_a_changed_year_are_read_at_most_daily() -> None:
    balance = stream("ReportingBalance")
    fresh = replace(idle(), changed_years=frozenset({"2026"}))
    assert Task(balance, "2026", "full") not in agenda(fresh)
    old = replace(idle(done(balance, "2026", full_at=NOW - timedelta(days=1))), changed_years=frozenset({"2026"}))
    assert Task(balance, "2026", "full") in agenda(old)


def test_the_totals_of_an_unchanged_year_are_read_weekly() -> None:
    balance = stream("ReportingBalance")
    day_old = done(balance, "2026", full_at=NOW - timedelta(days=6))
    assert Task(balance, "2026", "full") not in agenda(idle(day_old))
    assert Task(balance, "2026", "full") in agenda(idle(replace(day_old, full_at=NOW - timedelta(days=7))))


def test_closed_streams_are_left_out() -> None:
    tasks = agenda(replace(idle(), closed=frozenset({"TransactionLines"})))
    assert LINES not in [task.stream for task in tasks]


def test_an_unfinished_snapshot_goes_on_in_the_run_that_began_it() -> None:
    journals = stream("Journals")
    assert Task(journals, "", "full") in agenda(idle(done(journals, mode="full", run=RUN)))
