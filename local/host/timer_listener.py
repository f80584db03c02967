"""The timer trigger: runs a function at the occurrences of its schedule, under the rules of Azure's TimerListener."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from local.host.bindings import TimerTrigger
from local.host.schedule_monitor import ScheduleMonitor, Status

#: seconds between looks at the clock, so that a machine's sleep or a set clock is noticed
LONGEST_WAIT = 60.0


class TimerListener:
    """Runs one timer, one run at a time.

    `run` gets the status before the run (None without a monitor) and past-due, and says whether it succeeded.
    `wait(seconds)` returns true when the host stops.
    """

    def __init__(
        self,
        trigger: TimerTrigger,
        monitor: ScheduleMonitor,
        run: Callable[[Status | None, bool], bool],
        clock: Callable[[], datetime],
        wait: Callable[[float], bool],
    ) -> None:
        self._trigger, self._monitor, self._run, self._clock, self._wait = trigger, monitor, run, clock, wait

    def listen(self) -> None:
        """Run the timer until the host stops; while another host runs it, stand by."""
        while True:
            with self._monitor.alone() as alone:
                if alone:
                    self._keep_running()
                    return
            if self._wait(LONGEST_WAIT):
                return

    def _keep_running(self) -> None:
        """Make up for missed occurrences once, then go by the schedule."""
        trigger = self._trigger
        past_due = trigger.use_monitor and self._monitor.past_due(trigger.schedule, self._clock())
        if past_due or trigger.run_on_startup:
            self._fire(self._clock(), past_due=past_due)
        occurrence = trigger.schedule.after(self._clock())
        while self._reached(occurrence):
            occurrence = self._fire(occurrence, past_due=False)

    def _reached(self, occurrence: datetime) -> bool:
        """Wait until then; false when the host stops first."""
        while (remaining := (occurrence - self._clock()).total_seconds()) > 0:
            if self._wait(min(remaining, LONGEST_WAIT)):
                return False
        return not self._wait(0)

    def _fire(self, occurrence: datetime, *, past_due: bool) -> datetime:
        """Run once and return the next occurrence, computed when the run has ended: a timer never overlaps itself."""
        monitored = self._trigger.use_monitor
        self._try(self._monitor.read() if monitored else None, past_due=past_due)
        now = self._clock()
        upcoming = self._trigger.schedule.after(max(now, occurrence))
        if monitored:
            self._monitor.write(Status(last=max(now, occurrence), next=upcoming, last_updated=now))
        return upcoming

    def _try(self, status: Status | None, *, past_due: bool) -> None:
        """Run, and again as the function's retry policy says; without one a failure waits for the next occurrence."""
        waits = self._trigger.retry.waits()
        while not self._run(status, past_due):
            wait = next(waits, None)
            if wait is None or self._wait(wait.total_seconds()):
                return


class TimerThread:
    """A listener on the machine's clock, in a thread of its own."""

    def __init__(
        self,
        name: str,
        trigger: TimerTrigger,
        monitor: ScheduleMonitor,
        run: Callable[[Status | None, bool], bool],
    ) -> None:
        self._stopping = threading.Event()
        listener = TimerListener(trigger, monitor, run, lambda: datetime.now(UTC), self._stopping.wait)
        self._thread = threading.Thread(target=listener.listen, name=f"timer-{name}", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def cancel(self) -> None:
        """Fire no more."""
        self._stopping.set()

    def join(self) -> None:
        """Wait for the run that is on."""
        self._thread.join()
