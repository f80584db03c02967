from __future__ import annotations

from datetime import timedelta

import pytest

from local.host.back_off import BackOff


def test_the_wait_doubles_up_to_the_longest_and_starts_anew_after_a_message() -> None:
    back_off = BackOff(timedelta(seconds=1), chance=lambda: 0.5)
    assert [back_off.after(found=False) for _ in range(6)] == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.0, 1.0])
    assert [back_off.after(found=True), back_off.after(found=False)] == pytest.approx([0.0, 0.1])


def test_no_poll_comes_sooner_than_the_shortest() -> None:
    assert BackOff(timedelta(0), chance=lambda: 1.0).after(found=False) == pytest.approx(0.1)
