"""Master data a company starts with, as tables: journals, VAT codes, conditions, cost centres, items, projects."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

from .books import Books
from .chart import CHART, gl_facts, named
from .classification import SCHEMES, Scheme
from .records import Record
from .values import Ids, Row

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
#: code, name, fraction, calculation, transactions, account to pay, account to claim, EU listing, [(from, fraction)]
VAT_CODES = (
    ("0", "Geen btw", "0", "N", "B", "", "", "N", ()),
    (
        "1",
        "Btw laag, exclusief",
        "0.09",
        "E",
        "B",
        "vat_low",
        "vat_claim",
        "N",
        (("2012-01-01", "0.06"), ("2019-01-01", "0.09")),
    ),
    (
        "2",
        "Btw hoog, exclusief",
        "0.21",
        "E",
        "B",
        "vat_high",
        "vat_claim",
        "N",
        (("2001-01-01", "0.19"), ("2012-10-01", "0.21")),
    ),
    ("3", "Btw 0%, export", "0", "B", "S", "vat_high", "", "N", ()),
    ("ICP", "Intracommunautaire levering", "0", "B", "S", "vat_high", "", "L", ()),
    ("VL", "Btw verlegd", "0", "B", "P", "", "vat_claim", "N", ()),
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
    """Write the master data of a new company into its books, accounts first, as others refer to them."""
    _chart(books)
    for index, scheme in enumerate(SCHEMES):
        _scheme(books, scheme, main=index)
    _journals(books)
    _vat(books)
    _simple(books)
    _goods(books)
    _projects(books)


def _chart(books: Books) -> None:
    for row in CHART:
        if name := named(row, books.profile.chart):
            books.gl[row.role] = books.add("GLAccounts", gl_facts(row, *name))
    result = books.gl["retained"]
    for role in ("revenue_high", "revenue_low", "cogs"):
        books.gl[role].links["YearEndReflection"] = result


def _scheme(books: Books, scheme: Scheme, main: int) -> None:
    ids = Ids(Random(scheme.code)) if scheme.general else books.ids
    owner: Row = {"Division": None} if scheme.general else {}
    facts: Row = {
        "Code": scheme.code,
        "Description": scheme.description,
        "Main": main,
        "TargetNamespace": scheme.namespace,
    }
    header = books.add("GLSchemes", facts | owner, record_id=ids.new())
    kind, nodes = ids.new(), dict[str, Record]()
    for code, parent, name in scheme.nodes:
        links = {"Parent": nodes[parent]} if parent else {}
        node: Row = {
            "Code": code,
            "Name": code,
            "Description": name,
            "Abstract": not parent,
            "Nillable": True,
            "Type": kind,
            "Balance": "credit" if name.startswith(("Eigen", "Netto", "Kort", "Lang", "Omzet", "Passiva")) else "debit",
            "PeriodType": "duration" if code.startswith(("W", "3", "4", "5")) else "instant",
            "SubstitutionGroup": "xbrli:item",
            "TaxonomyNamespace": header.id,
            "TaxonomyNamespaceDescription": scheme.description,
        }
        nodes[code] = books.add("GLClassifications", node | owner, links, ids.new())
    _mappings(books, scheme, header, nodes)


def _mappings(books: Books, scheme: Scheme, header: Record, nodes: dict[str, Record]) -> None:
    for row in CHART:
        code = row.rgs if scheme.general else row.own
        if code and row.role in books.gl:
            books.add(
                "GLAccountClassificationMappings",
                {},
                {"GLAccount": books.gl[row.role], "GLScheme": header, "Classification": nodes[code]},
            )


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


def _vat(books: Books) -> None:
    for code, name, fraction, kind, use, pay, claim, listing, history in VAT_CODES:
        links = {link: books.gl[role] for link, role in (("GLToPay", pay), ("GLToClaim", claim)) if role}
        facts: Row = {
            "Code": code.ljust(3),
            "Description": name,
            "Percentage": Decimal(fraction),
            "Type": kind,
            "VATTransactionType": use,
            "VatDocType": "P",
            "CalculationBasis": 0,
            "Charged": code == "VL",
            "IsBlocked": False,
            "IntraStat": code == "ICP",
            "IntrastatType": "N",
            "EUSalesListing": listing,
            "ExcludeVATListing": 0,
            "VatMargin": 0,
            "TaxReturnType": None,
        }
        vat = books.add("VATCodes", facts, links)
        books.needed.add(vat.id)
        for line, (start, dated) in enumerate(history, 1):
            after = history[line][0] if line < len(history) else None
            row: Row = {
                "LineNumber": line,
                "Percentage": Decimal(dated),
                "Type": 0,
                "StartDate": date.fromisoformat(start),
                "EndDate": date.fromordinal(date.fromisoformat(after).toordinal() - 1) if after else None,
            }
            books.add("VatPercentages", row, {"VATCode": vat})


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


def _goods(books: Books) -> None:
    groups = dict[str, Record]()
    for code, name, revenue, costs in ITEM_GROUPS:
        links = {"GLRevenue": books.gl[revenue], "GLCosts": books.gl[costs], "GLStock": books.gl["stock"]}
        groups[code] = books.add("ItemGroups", {"Code": code, "Description": name, "IsDefault": int(not groups)}, links)
    for code, name, group, unit, cost in ITEMS:
        books.add(
            "Items",
            item_facts(books, code, name, unit, Decimal(cost), stocked=group != "DIENST"),
            {**groups[group].links, "ItemGroup": groups[group]},
        )


def item_facts(books: Books, code: str, name: str, unit: str, cost: Decimal, *, stocked: bool) -> Row:
    """Give the stored properties of an item; the unit is eight wide."""
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


def _projects(books: Books) -> None:
    for code, name, kind, kind_name, amount in PROJECTS:
        books.add("Projects", project_facts(books, code, name, kind, kind_name, Decimal(amount)))


def project_facts(books: Books, code: str, name: str, kind: int, kind_name: str, amount: Decimal) -> Row:
    """Give the stored properties of a project."""
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
