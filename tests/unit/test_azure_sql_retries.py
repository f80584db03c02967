"""A passing failure is tried again, with growing pauses, and not for ever."""

from dataclasses import dataclass, field

import pytest

from shared.errors import Broken, Cause, RetryLater
from shared.sql_server import Patience, Transient, repeated


@dataclass
class Asked:
    """Fails as often as it is told to."""

    failures: int
    error: Exception = field(default_factory=lambda: Transient(Cause.DATABASE_BUSY, "x"))
    times: int = 0

    def __call__(self) -> str:
        self.times += 1
        if self.times <= self.failures:
            raise self.error
        return "answer"


@dataclass
class Waits:
    """Writes pauses down instead of making them."""

    seconds: list[float] = field(default_factory=list)

    def patience(self, **bounds: float) -> Patience:
        return Patience(wait=self.seconds.append, random=lambda: 0.5, **bounds)  # type: ignore[arg-type]


def test_pauses_grow() -> None:
    waits = Waits()
    assert repeated(waits.patience(), Asked(3)) == "answer"
    assert waits.seconds == [0.5, 1.0, 2.0]


def test_pauses_differ_by_chance() -> None:
    seconds: list[float] = []
    repeated(Patience(wait=seconds.append, random=iter([0.0, 1.0]).__next__, first=1.0), Asked(2))
    assert seconds == [0.5, 3.0]


def test_it_gives_up_after_so_many_tries() -> None:
    asked = Asked(9)
    with pytest.raises(RetryLater):
        repeated(Waits().patience(tries=3), asked)
    assert asked.times == 3


def test_it_gives_up_when_it_would_wait_too_long() -> None:
    waits = Waits()
    with pytest.raises(RetryLater):
        repeated(waits.patience(tries=9, longest=4.0), Asked(9))
    assert waits.seconds == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("error", [Broken(Cause.BUG, "x"), RetryLater(Cause.DATABASE_BUSY, "x")])
def test_what_will_not_pass_in_seconds_is_not_tried_again(error: Exception) -> None:
    asked = Asked(1, error)
    with pytest.raises(type(error)):
        repeated(Waits().patience(), asked)
    assert asked.times == 1
