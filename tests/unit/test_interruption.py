"""What is started while Ctrl-C comes is known before the interruption is felt."""

from __future__ import annotations

import signal
import threading

import pytest

from local.interruption import held_back


def test_an_interruption_is_felt_after_the_block() -> None:
    started = []

    def start() -> None:
        with held_back():
            signal.raise_signal(signal.SIGINT)
            started.append("process")

    with pytest.raises(KeyboardInterrupt):
        start()
    assert started == ["process"]


def test_what_handled_signals_before_handles_them_again() -> None:
    before = signal.getsignal(signal.SIGINT)
    with held_back():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_a_failure_in_the_block_is_not_swallowed() -> None:
    with pytest.raises(LookupError), held_back():
        raise LookupError


def test_in_another_thread_signals_are_left_alone() -> None:
    seen = []

    def start() -> None:
        with held_back():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)]
