"""The companies: one row each, with chart, currency, calendar and how their administration began."""

from __future__ import annotations

from dataclasses import dataclass

from .fiscal import YearShape


@dataclass(frozen=True, slots=True)
class Profile:
    """One company. Each has three fiscal years, of which the first is short.

    `opening`: "entry" books the opening balance as lines of type 10, "converted" leaves it out of the lines as a
    converted administration does. `closing`: entry types a closed year gets.
    """

    name: str
    currency: str
    foreign: tuple[str, ...]
    chart: str
    first_month: int
    years: tuple[YearShape, YearShape, YearShape]
    opening: str
    closing: tuple[tuple[int, ...], tuple[int, ...]]  # of the first year, of later ones


PROFILES = (
    Profile(
        "Waterland Techniek B.V.",
        "EUR",
        ("USD", "GBP"),
        "dutch",
        1,
        (YearShape(6, 6), YearShape(12, 13), YearShape(12, 12)),
        "entry",
        ((310,), (326,)),
    ),
    Profile(
        "Noordpool Trading B.V.",
        "GBP",
        ("EUR", "USD"),
        "english",
        4,
        (YearShape(6, 6), YearShape(12, 12), YearShape(12, 12)),
        "converted",
        ((326, 327, 328), (326, 327, 328)),
    ),
    Profile(
        "Duinroos Horeca B.V.",
        "EUR",
        ("CHF",),
        "dutch",
        4,
        (YearShape(3, 3), YearShape(12, 12), YearShape(12, 13)),
        "converted",
        ((326,), (322, 323)),
    ),
)


def profile(index: int) -> Profile:
    """Give the company at that place; after the last row the rows begin anew."""
    return PROFILES[index % len(PROFILES)]
