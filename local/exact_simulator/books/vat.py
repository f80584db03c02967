"""VAT codes with the percentages they had over the years."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .books import Books
from .fiscal import DAY
from .records import Record
from .values import Row

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


def fill(books: Books) -> None:
    """Add the VAT codes; trade cannot do without them."""
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
        }
        vat = books.add("VATCodes", facts, links)
        books.needed.add(vat.id)
        _percentages(books, vat, history)


def _percentages(books: Books, vat: Record, history: tuple[tuple[str, str], ...]) -> None:
    starts = [date.fromisoformat(start) for start, _ in history]
    ends = [start - DAY for start in starts[1:]]
    for line, (start, (_, fraction)) in enumerate(zip(starts, history, strict=True)):
        row: Row = {"LineNumber": line + 1, "Percentage": Decimal(fraction), "Type": 0, "StartDate": start}
        books.add("VatPercentages", row | {"EndDate": ends[line] if line < len(ends) else None}, {"VATCode": vat})
