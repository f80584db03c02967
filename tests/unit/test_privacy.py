"""docs/privacy.md maps every promise to code, checks and a test, and to nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shared.promises import CHECKS, PROMISES, TENANT_CHECKS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
ROWS = {
    cells[0]: cells
    for line in TEXT.splitlines()
    if line.startswith("| ") and (cells := [cell.strip() for cell in line.strip("|").split("|")])[0].isupper()
}


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_promise_has_its_row_in_the_order_in_which_they_are_made() -> None:
    assert list(ROWS) == list(PROMISES)


@pytest.mark.parametrize("promise", PROMISES)
def test_a_row_names_all_checks_of_its_promise_and_no_other(promise: str) -> None:
    bound = {check.name for check in (*CHECKS, *TENANT_CHECKS) if check.promise == promise}
    assert set(named(ROWS[promise][3])) == bound
    assert bound


@pytest.mark.parametrize("promise", PROMISES)
def test_the_code_and_the_test_a_row_names_are_there(promise: str) -> None:
    for cell in (ROWS[promise][2], ROWS[promise][4]):
        paths = named(cell)
        assert paths
        assert all((ROOT / path).exists() for path in paths)


@pytest.mark.parametrize("promise", PROMISES)
def test_the_test_a_row_names_breaks_each_of_its_checks(promise: str) -> None:
    (test,) = named(ROWS[promise][4])
    told = (ROOT / test).read_text(encoding="utf-8")
    assert all(f'"{promise} {check}"' in told for check in named(ROWS[promise][3]))
