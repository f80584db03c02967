"""Runs move apart as divisions share a licence, and a day of them fits the budget."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.sync.forecast import DAILY_CALLS, IDLE_CALLS, MINUTES_A_DAY, least_interval


def test_one_division_fits_every_quarter_of_an_hour() -> None:
    assert least_interval(["a"], 1, 10_000) < 15


def test_a_hundred_divisions_of_one_licence_do_not_fit_hourly() -> None:
    assert least_interval(["a"] * 100, 100, 10_000) > 60


def test_divisions_of_different_licences_have_a_pool_each() -> None:
    licences = [str(number) for number in range(100)]
    assert least_interval(licences, 100, 10_000) < 15


def test_nothing_chosen_needs_no_stretching() -> None:
    assert least_interval([], 0, 10_000) == 0


@given(st.integers(1, 2000), st.integers(100, 30_000))
def test_a_day_of_runs_fits_the_budget_unless_once_a_day_is_too_much(divisions: int, budget: int) -> None:
    minutes = least_interval(["a"] * divisions, divisions, budget)
    a_run = divisions * IDLE_CALLS + -(-divisions // 60)
    assert minutes == MINUTES_A_DAY or MINUTES_A_DAY / minutes * a_run <= budget - divisions * DAILY_CALLS
