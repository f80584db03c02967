"""Master data a company starts with, as tables: journals, VAT codes, conditions, cost centres, items, projects."""

from __future__ import annotations

from decimal import Decimal

from . import classification, goods, vat
from .books import Books
from .chart import CHART, gl_facts, named
from .values import Row

CURRENCIES = {
    "CHF": "Zwitserse frank",
    "EUR": "Euro",
    "GBP": "Brits pond",
    "SEK": "Zweedse kroon",
    "USD": "Amerikaanse dollar",
}

#: code, name, type, role of the account in the header row
JOURNALS = (
    ("10", "Kas", 10, "cash"),
    ("12", "Bank", 12, "bank"),
    ("20", "Verkoopboek", 20, "receivable"),
    ("22", "Inkoopboek", 22, "payable"),
    ("90", "Memoriaal", 90, ""),
)
#: code, name, days, end of months, fraction of the invoice, method, discount days, discount fraction
CONDITIONS = (
    ("00", "Contant", 0, 0, "1", "K", 0, "0"),
    ("14", "14 dagen", 14, 0, "1", "B", 0, "0"),
    ("30", "30 dagen", 30, 0, "1", "B", 0, "0"),
    ("31", "30 dagen einde maand", 30, 1, "1", "B", 0, "0"),
    ("08", "8 dagen 2%, 30 dagen", 30, 0, "1", "B", 8, "0.02"),
    ("50", "Helft na 14, helft na 60 dagen", 14, 0, "0.5", "B", 0, "0"),
    ("IN", "Automatische incasso", 21, 0, "1", "I", 0, "0"),
)
COST_CENTERS = (
    ("ALG", "Algemeen"),
    ("VERK", "Verkoop"),
    ("PROD", "Productie"),
    ("LOG", "Magazijn en vervoer"),
    ("ONTW", "Ontwikkeling"),
)
COST_UNITS = (("BINNENL", "Binnenland"), ("EXPORT", "Export"), ("ONLINE", "Webwinkel"))


def fill(books: Books) -> None:
    """Write the master data of a new company into its books, accounts first, as others refer to them."""
    _chart(books)
    _journals(books)
    _simple(books)
    classification.fill(books)
    vat.fill(books)
    goods.fill(books)


def _chart(books: Books) -> None:
    for row in CHART:
        if name := named(row, books.profile.chart):
            books.gl[row.role] = books.add("GLAccounts", gl_facts(row, *name))
    result = books.gl["retained"]
    for role in ("revenue_high", "revenue_low", "cogs"):
        books.gl[role].links["YearEndReflection"] = result


def _journals(books: Books) -> None:
    for code, name, kind, role in JOURNALS:
        if role and role not in books.gl:
            continue
        facts: Row = {
            "Code": code,
            "Description": name,
            "Type": kind,
            "Currency": books.currency,
            "CurrencyDescription": CURRENCIES[books.currency],
            "IsBlocked": False,
            "AllowVAT": kind in {20, 22, 90},
            "AllowVariableCurrency": kind != 90,
            "AllowVariableExchangeRate": kind != 90,
            "AutoSave": False,
            "PaymentServiceProvider": 0,
        }
        books.add("Journals", facts, {"GLAccount": books.gl[role]} if role else {})


def _simple(books: Books) -> None:
    for code, name, days, months, part, method, discount_days, discount in CONDITIONS:
        facts: Row = {
            "Code": code,
            "Description": name,
            "PaymentDays": days,
            "PaymentEndOfMonths": months,
            "Percentage": Decimal(part),
            "PaymentMethod": method,
            "DiscountPaymentDays": discount_days,
            "DiscountPercentage": Decimal(discount),
            "DiscountCalculation": "E",
        }
        books.add("PaymentConditions", facts)
    for entity, rows in (("Costcenters", COST_CENTERS), ("Costunits", COST_UNITS)):
        for code, name in rows:
            books.add(entity, {"Code": code, "Description": name})
