"""Workers of which exactly one runs, from one step to the next: whoever holds the baton.

A worker is a thread that pauses at every step and goes on when told to, so that the order of all steps is the
director's choice and a failure replays by its seed. Killing one raises `Crash` at a step; from then on every further
step raises it again, so that no `finally` can do what a dead process could not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class Crash(BaseException):
    """The process was killed here."""


class Fiber:
    """One piece of work that runs while `resume` waits for it."""

    _of_thread = threading.local()

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self.name = name
        self.done = False
        self.crashed = False
        self.steps = 0
        self.notes: dict[str, object] = {}  #: what watchers remember of this worker
        self._work = work
        self._left = 0
        self._life: int | None = None
        self._go, self._back = threading.Semaphore(0), threading.Semaphore(0)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._main, name=name, daemon=True)
        self._thread.start()

    def resume(self, steps: int) -> None:
        """Let it go on for so many steps, or to its end. Raises what it ended with, a crash apart."""
        self._left = steps
        self._go.release()
        self._back.acquire()
        if self.done:
            self._thread.join()
        if self._error is not None:
            raise self._error

    def doom(self, steps: int) -> None:
        """Kill it so many steps from now, also in the middle of a transaction."""
        self._life = steps

    def reached(self, *, pausing: bool) -> None:
        """A step of this worker. `pausing`: others may go on here; not so inside a transaction, which they wait for."""
        self.steps += 1
        self._live_on()
        self._left -= 1
        if pausing and self._left <= 0:
            self._back.release()
            self._go.acquire()
            self._live_on(passed=0)

    def _live_on(self, passed: int = 1) -> None:
        if self._life is not None:
            self._life -= passed
            if self._life <= 0:
                self.crashed = True
                raise Crash

    def _main(self) -> None:
        self._of_thread.fiber = self
        self._go.acquire()
        try:
            self._work()
        except Crash:
            self.crashed = True
        except BaseException as error:  # noqa: BLE001 - raised again by `resume`
            self._error = error
        self.done = True
        self._back.release()

    @classmethod
    def current(cls) -> Fiber | None:
        """The worker whose thread this is; None in the director's own."""
        return getattr(cls._of_thread, "fiber", None)


def step(*, pausing: bool = True) -> None:
    """Here something outside the worker is about to be read, written, sent or called."""
    fiber = Fiber.current()
    if fiber is not None:
        fiber.reached(pausing=pausing)
