"""Errors of T-SQL servers are sorted by number or SQLSTATE; their text never matters and never shows."""

import pytest

from shared.errors import Broken, Cause, PipelineError, RetryLater
from shared.sql_server.faults import NUMBERS, STATES, Transient, described, meaning, translated

PREFIX = "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]"
#: as pyodbc words them
DEADLOCK = ("40001", f"[40001] {PREFIX}Transaction (Process ID 5) was deadlocked. (1205) (SQLExecDirectW)")
TWO_RECORDS = (
    "42000",
    f"[42000] {PREFIX}Cannot open x (see 911). (4060) (SQLDriverConnect); [42000] {PREFIX}Login failed. (18456)",
)


@pytest.mark.parametrize("number", [40197, 40501, 40613, 49918, 49919, 49920, 10928, 10929, 4221, 615, 1205, 233])
def test_a_passing_failure_of_azure_sql_is_tried_again_at_once(number: int) -> None:
    assert meaning("42000", [number]) == (Transient, Cause.DATABASE_BUSY)


@pytest.mark.parametrize(
    ("state", "numbers", "kind", "cause"),
    [
        ("42S02", [208], Broken, Cause.BUG),
        ("42000", [1222], RetryLater, Cause.DATABASE_BUSY),
        ("42000", [40544], Broken, Cause.DATABASE_FULL),
        ("42000", [4060, 18456], Broken, Cause.DATABASE_MISSING),
        ("28000", [18456], Broken, Cause.DATABASE_REFUSED),
        ("42000", [40615], Broken, Cause.DATABASE_REFUSED),
        ("42000", [229], Broken, Cause.DATABASE_REFUSED),
        ("08S01", [104], Transient, Cause.DATABASE_BUSY),
        ("08001", [-1], RetryLater, Cause.DATABASE_UNREACHABLE),
        ("HYT00", [0], RetryLater, Cause.DATABASE_BUSY),
        ("", [], Broken, Cause.BUG),
    ],
)
def test_every_other_error_has_a_place_in_the_tree(
    state: str, numbers: list[int], kind: type[PipelineError], cause: Cause
) -> None:
    assert meaning(state, numbers) == (kind, cause)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (DEADLOCK, ("40001", [1205])),
        (TWO_RECORDS, ("42000", [4060, 18456])),
        (("HY000", "The driver did not supply an error!"), ("HY000", [])),
        ((), ("", [])),
    ],
)
def test_numbers_are_read_where_pyodbc_puts_them(arguments: tuple[str, ...], found: tuple[str, list[int]]) -> None:
    assert described(Exception(*arguments)) == found


def test_a_translated_error_names_place_and_number_and_not_the_text() -> None:
    error = translated(Exception("23000", "[23000] Violation of key, value (Jansen). (2627) (SQLExecDirectW)"), "a/b")
    assert "Jansen" not in str(error)
    assert "a/b: SQLSTATE 23000, error 2627" in str(error)


def test_everything_mapped_is_one_of_our_errors() -> None:
    for kind, cause in (*NUMBERS.values(), *STATES.values()):
        assert issubclass(kind, PipelineError)
        assert isinstance(cause, Cause)
