"""Azure's rules for timers, with a clock that only waiting and running move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.host.bindings import TimerTrigger
from local.host.ncrontab import Schedule
from local.host.retry import NO_RETRY, Retry
from local.host.schedule_monitor import NEVER, ScheduleMonitor, Status
from local.host.timer_listener import TimerListener

NOON = datetime(2026, 11, 25, 12, 0, 30, tzinfo=UTC)
HOURLY = "0 0 * * * *"


class Timeline:
    """A machine that is switched on at times: `on` runs the timer between two moments and notes its runs."""

    def __init__(self, folder: Path) -> None:
        self.monitor = ScheduleMonitor(folder, "timer")
        self.now = NOON
        self.runs: list[tuple[str, bool]] = []
        self.statuses: list[Status | None] = []
        self.taking = timedelta(0)
        self.failing = 0
        self.retry = NO_RETRY

    def on(self, start: datetime, hours: float, schedule: str = HOURLY, **more: bool) -> list[tuple[str, bool]]:
        self.now, self.runs, self.statuses = start, [], []
        end = start + timedelta(hours=hours)
        trigger = TimerTrigger(
            "t", Schedule.parse(schedule), more.get("startup", False), more.get("monitor", True), self.retry
        )
        TimerListener(trigger, self.monitor, self._run, lambda: self.now, self._waiter(end)).listen()
        return self.runs

    def _run(self, status: Status | None, past_due: bool) -> bool:
        self.runs.append((f"{self.now:%H:%M}", past_due))
        self.statuses.append(status)
        self.now += self.taking
        self.failing -= 1
        return self.failing < 0

    def _waiter(self, end: datetime) -> Callable[[float], bool]:
        def wait(seconds: float) -> bool:
            self.now += timedelta(seconds=seconds)
            return self.now >= end

        return wait


@pytest.fixture
def timeline(tmp_path: Path) -> Timeline:
    return Timeline(tmp_path)


def test_it_runs_at_each_occurrence(timeline: Timeline) -> None:
    assert timeline.on(NOON, 3) == [("13:00", False), ("14:00", False), ("15:00", False)]


def test_the_first_start_is_not_past_due(timeline: Timeline) -> None:
    assert timeline.on(NOON, 0.5) == []


def test_missed_occurrences_are_made_up_once_however_many(timeline: Timeline) -> None:
    timeline.on(NOON, 1.5)
    assert timeline.on(NOON + timedelta(hours=7), 1.2) == [("19:00", True), ("20:00", False)]


def test_a_past_due_before_any_run_is_made_up_too(timeline: Timeline) -> None:
    timeline.on(NOON, 0.5)
    assert timeline.on(NOON + timedelta(hours=2), 0.5) == [("14:00", True)]


def test_a_start_after_a_run_in_time_makes_nothing_up(timeline: Timeline) -> None:
    timeline.on(NOON, 1.5)
    assert timeline.on(NOON + timedelta(hours=1.6), 0.2) == []


def test_without_a_monitor_missed_occurrences_are_lost(timeline: Timeline) -> None:
    timeline.on(NOON, 1.5, monitor=False)
    assert timeline.on(NOON + timedelta(hours=7), 1.2, monitor=False) == [("20:00", False)]


def test_without_a_monitor_there_is_no_status(timeline: Timeline) -> None:
    timeline.on(NOON, 1.5, monitor=False)
    assert timeline.statuses == [None]


def test_the_status_tells_the_last_and_the_next_run(timeline: Timeline) -> None:
    timeline.on(NOON, 2.5)
    assert [(status.last, status.next) for status in timeline.statuses if status] == [
        (NEVER, NOON.replace(hour=13, second=0)),
        (NOON.replace(hour=13, second=0), NOON.replace(hour=14, second=0)),
    ]


def test_a_long_run_is_never_overlapped_and_delays_the_next(timeline: Timeline) -> None:
    timeline.taking = timedelta(minutes=90)
    assert timeline.on(NOON, 4) == [("13:00", False), ("15:00", False)]


def test_a_failure_waits_for_the_next_occurrence(timeline: Timeline) -> None:
    timeline.failing = 1
    assert timeline.on(NOON, 2) == [("13:00", False), ("14:00", False)]


def test_a_failure_is_tried_again_where_a_retry_policy_says_so(timeline: Timeline) -> None:
    timeline.failing, timeline.retry = 9, Retry(3, timedelta(minutes=5), timedelta(minutes=12))
    assert [at for at, _ in timeline.on(NOON, 1.9)] == ["13:00", "13:05", "13:15", "13:27"]


def test_a_start_runs_at_once_when_asked(timeline: Timeline) -> None:
    assert timeline.on(NOON, 0.5, startup=True) == [("12:00", False)]


def test_a_changed_schedule_counts_from_the_last_run(timeline: Timeline) -> None:
    timeline.on(NOON, 1.5)
    assert timeline.on(NOON + timedelta(hours=1.6), 0.2, "0 15,30 * * * *") == [("13:36", True)]
    status = timeline.monitor.read()
    assert status is not None
    assert status.next == NOON.replace(hour=14, minute=15, second=0)


def test_an_interval_of_more_than_24_days_is_waited_for(timeline: Timeline) -> None:
    assert timeline.on(NOON, 24 * 40, "0 0 6 1 1 *") == [("06:00", False)]


def test_a_second_host_stands_by_while_the_first_runs_the_timer(timeline: Timeline) -> None:
    with timeline.monitor.alone() as alone:
        assert alone
        assert timeline.on(NOON, 3) == []
    assert timeline.on(NOON + timedelta(hours=3), 1) == [("16:00", False)]
