"""Balances of the copied lines beside Exact's own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from local.demo.balances import Balanced, Place, Sums, total

PLACE = Place(2026, 1, "a")
SUMS = Sums(Decimal("12.34"), Decimal("2.00"), 3)


def balanced(copied: Sums | None, exact: Sums | None) -> Balanced:
    sides = ({PLACE: sums} if sums else {} for sums in (copied, exact))
    return Balanced(100, *sides, outside=Sums())


def test_sides_that_agree_to_the_cent_and_the_line_do_not_differ() -> None:
    assert balanced(SUMS, Sums(Decimal("12.3400"), Decimal(2), 3)).differing == []


@pytest.mark.parametrize(
    "other",
    [
        None,
        Sums(Decimal("12.35"), Decimal("2.00"), 3),
        Sums(Decimal("12.34"), Decimal("1.99"), 3),
        Sums(Decimal("13.34"), Decimal("3.00"), 3),  # the same net amount
        Sums(Decimal("12.34"), Decimal("2.00"), 4),
    ],
)
def test_a_cent_a_line_or_a_missing_place_is_a_difference_whichever_side_it_is_on(other: Sums | None) -> None:
    assert balanced(SUMS, other).differing == [PLACE]
    assert balanced(other, SUMS).differing == [PLACE]


def test_a_place_with_nothing_in_it_is_the_same_as_none() -> None:
    assert balanced(None, Sums()).differing == []


def test_totals_are_over_all_places() -> None:
    assert total({PLACE: SUMS, Place(2026, 2, "a"): SUMS}) == Sums(Decimal("24.68"), Decimal("4.00"), 6)
