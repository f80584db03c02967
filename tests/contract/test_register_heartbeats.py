"""Signs of life: the time of the last one counts."""

from __future__ import annotations

from shared.register import Register
from tests.support.clock import FakeClock


def test_the_last_sign_of_life_counts_for_each_apart(register: Register, clock: FakeClock) -> None:
    assert register.heartbeats.last("plan") is None
    register.heartbeats.beat("plan")
    clock.pass_time(minutes=5)
    register.heartbeats.beat("plan")
    assert register.heartbeats.last("plan") == clock.now
    assert register.heartbeats.last("other") is None
