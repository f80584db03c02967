"""Trying again: bounded by tries and by time waited, with jitter, so that many do not come back at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.sql_server.faults import Transient


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long. `wait` takes seconds, `random` gives 0 to 1."""

    wait: Callable[[float], None]
    random: Callable[[], float]
    tries: int = 5
    first: float = 0.5  #: seconds before the second try; doubled each time
    longest: float = 12.0  #: seconds waited in all


def repeated[T](patience: Patience, ask: Callable[[], T]) -> T:
    """What `ask` gives, once it raises Transient no more; the last Transient where it never stops."""
    waited = 0.0
    for attempt in range(patience.tries):
        try:
            return ask()
        except Transient:
            pause = patience.first * 2**attempt * (0.5 + patience.random())
            waited += pause
            if attempt == patience.tries - 1 or waited > patience.longest:
                raise
            patience.wait(pause)
    raise AssertionError("a Patience has at least one try")
