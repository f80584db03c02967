"""Budgets and fiscal periods of a company, and the currencies every company knows."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from .books import Books
from .masterdata import CURRENCIES
from .records import Record
from .values import Row

#: role in the chart, amount per period (result accounts: revenue negative), cost centre
BUDGET = (
    ("revenue_high", -60_000, ""),
    ("revenue_service", -25_000, ""),
    ("cogs", 31_000, ""),
    ("wages", 14_000, "VERK"),
    ("wages", 16_000, "PROD"),
    ("social", 5_500, ""),
    ("rent", 3_800, "ALG"),
    ("energy", 900, "PROD"),
    ("marketing", 1_200, "VERK"),
    ("depreciation", 750, ""),
)


def fill(books: Books) -> None:
    """Write fiscal periods, currencies, two budget scenarios and the budget of the years after the first."""
    for period in books.calendar.periods:
        books.add(
            "FinancialPeriods",
            {"FinYear": period.year, "FinPeriod": period.number, "StartDate": period.start, "EndDate": period.end},
        )
    for code, name in CURRENCIES.items():
        books.add(
            "Currencies",
            {
                "Code": code,
                "Description": name,
                "AmountPrecision": Decimal("0.01"),
                "PricePrecision": Decimal("0.0001"),
            },
            record_id=code,
        )
    years = books.calendar.years
    for code, name, factor in (("BASIS", "Begroting", 100), ("PESS", "Voorzichtig", 90)):
        scenario = books.add(
            "BudgetScenarios", {"Code": code, "Description": name, "FromYear": years[1], "ToYear": years[-1]}
        )
        for year in years[1:]:
            _budget(books, year, factor, {"Scenario": scenario})


def _budget(books: Books, year: int, factor: int, links: dict[str, Record]) -> None:
    centers = {str(record.facts["Code"]): record for record in books.records("Costcenters").values()}
    for period in books.calendar.of(year):
        for role, amount, center in BUDGET:
            cents = amount * factor + Random(f"{year}-{period.number}-{role}").randrange(100) * 100
            facts: Row = {
                "AmountDC": Decimal(cents).scaleb(-2),
                "ReportingYear": year,
                "ReportingPeriod": period.number,
                "HID": len(books.records("Budgets")) + 1,
            }
            books.add(
                "Budgets",
                facts,
                {**links, "GLAccount": books.gl[role], **({"Costcenter": centers[center]} if center else {})},
            )
