"""Items with their groups, and projects."""

from __future__ import annotations

from decimal import Decimal

from .books import Books
from .records import Record
from .values import Row

#: code, name, role of revenue, role of costs
ITEM_GROUPS = (
    ("HW", "Handelsgoederen", "revenue_high", "cogs"),
    ("VOED", "Voeding", "revenue_low", "cogs"),
    ("DIENST", "Diensten", "revenue_service", "cogs"),
)
#: code, name, group, unit, cost price
ITEMS = (
    ("A1000", "Pomp 12V", "HW", "stuk", "48.5"),
    ("A1010", "Slang 25 mm", "HW", "meter", "1.375"),
    ("A1020", "Koppeling messing", "HW", "stuk", "3.2"),
    ("A1030", 'Regelkast ⅜"', "HW", "stuk", "212"),
    ("F2000", "Koffiebonen 1 kg", "VOED", "kg", "9.95"),
    ("F2010", "Crème fraîche", "VOED", "stuk", "1.1"),
    ("D3000", "Uur monteur", "DIENST", "uur", "38"),
    ("D3010", "Voorrijkosten", "DIENST", "stuk", "15"),
)
#: code, name, type, type name, amount
PROJECTS = (
    ("P-001", "Gemaal Oostpolder", 2, "Vaste prijs", "120000"),
    ("P-002", "Onderhoud sluizen", 3, "Nacalculatie", "45000"),
    ("P-003", "Showroom", 4, "Niet factureerbaar", "0"),
)


def fill(books: Books) -> None:
    """Add item groups, items and projects."""
    groups = dict[str, Record]()
    for code, name, revenue, costs in ITEM_GROUPS:
        links = {"GLRevenue": books.gl[revenue], "GLCosts": books.gl[costs], "GLStock": books.gl["stock"]}
        groups[code] = books.add("ItemGroups", {"Code": code, "Description": name, "IsDefault": int(not groups)}, links)
    for code, name, group, unit, cost in ITEMS:
        links = {**groups[group].links, "ItemGroup": groups[group]}
        books.add("Items", _item(books, code, name, unit, Decimal(cost), stocked=group != "DIENST"), links)
    for code, name, kind, kind_name, amount in PROJECTS:
        books.add("Projects", _project(books, code, name, kind, kind_name, Decimal(amount)))


def _item(books: Books, code: str, name: str, unit: str, cost: Decimal, *, stocked: bool) -> Row:
    return {
        "Code": code,
        "Description": name,
        "Unit": unit.ljust(8),
        "UnitDescription": unit.capitalize(),
        "UnitType": "O",
        "CostPriceStandard": cost,
        "CostPriceCurrency": books.currency,
        "IsSalesItem": True,
        "IsPurchaseItem": stocked,
        "IsStockItem": stocked,
        "StartDate": books.calendar.start,
        "SearchCode": code.replace("-", ""),
        "SecurityLevel": 10,
        "Stock": Decimal(0),
    }


def _project(books: Books, code: str, name: str, kind: int, kind_name: str, amount: Decimal) -> Row:
    return {
        "Code": code,
        "Description": name,
        "Type": kind,
        "TypeDescription": kind_name,
        "StartDate": books.calendar.start,
        "BudgetedAmount": amount,
        "BudgetedRevenue": amount,
        "BudgetedCosts": (amount * Decimal("0.7")).normalize() + 0,
    }
