"""The fewest calls of a run, and calls as the simulator wrote them down."""

from __future__ import annotations

import pytest

from local.demo import calls
from shared.streams import CHANGES


def request(path: str, division: int | None = 100) -> dict[str, object]:
    return {"path": path, "division": division}


def test_only_calls_that_count_for_a_division_are_counted() -> None:
    seen = [
        request("/api/oauth2/token", None),
        request("/api/v1/current/Me", None),
        request("/api/v1/100/sync/Deleted"),
        request("/api/v1/100/sync/Deleted"),
        request("/api/v1/beta/200/budget/BudgetScenarios", 200),
    ]
    assert calls.counted(seen) == {(100, "sync/Deleted"): 2, (200, "beta/budget/BudgetScenarios"): 1}


@pytest.mark.parametrize(("rows", "pages"), [(0, 1), (1, 1), (60, 1), (61, 2), (600, 10)])
def test_a_list_takes_a_call_a_page_and_one_when_it_is_empty(rows: int, pages: int) -> None:
    assert calls.pages(rows, 60) == pages


def test_a_quiet_division_takes_one_call_for_each_stream_of_changes_and_the_log() -> None:
    fewest = calls.of_quiet(100)
    assert set(fewest.by_endpoint.values()) == {1}
    assert len(fewest.by_endpoint) == len(CHANGES) + 1


@pytest.mark.parametrize(("divisions", "times"), [(2, 1), (60, 1), (61, 2)])
def test_the_list_of_divisions_is_read_once_for_all(divisions: int, times: int) -> None:
    least = calls.with_list([calls.of_quiet(100), calls.of_quiet(200)], divisions, 100)
    assert (least[100, "system/Divisions"], least[200, "system/Divisions"]) == (times, 0)
    assert least.total() == 2 * (len(CHANGES) + 1) + times


def test_a_call_too_many_is_shown_beside_the_fewest() -> None:
    made = calls.with_list([calls.of_quiet(100)], 1, 100)
    least, made[100, "sync/Deleted"] = made.copy(), 3
    shown = [str(cell) for column in calls.table(made, least, [100]).columns for cell in column.cells]
    assert "[red]3 (fewest 1)[/red]" in shown
    assert "[bold][red]11 (fewest 9)[/red][/bold]" in shown
