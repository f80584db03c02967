"""Lists of codes Exact uses, with their names in both languages; and what entry types mean for a statement.

Source of the codes: the vendor's help pages of TransactionLines, GLAccounts, PaymentTerms, Journals and Accounts.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from shared.reporting import tables

#: the opening balance of an administration's first year
OPENING = 10
#: entry types that move the result of a year to the balance sheet: a profit and loss account leaves them out, or the
#: year is nothing; the balance sheet takes them up at the start of the next year
RESULT_CLOSING = (310, 320, 321, 322, 323, 324, 325, 326)
#: entry types that empty the balance sheet at a year's end and fill it again: they cancel out, and no balance has them
CARRY_OVER = (327, 328)

#: G/L account types: owed by customers, owed to suppliers, VAT, and money at hand
RECEIVABLE, PAYABLE, VAT = 20, 22, 24
LIQUID = (10, 12, 14, 16)
#: status of an entry that is processed, of a payment on its way, of an item that is settled
PROCESSED, IN_TRANSIT, MATCHED = 50, 40, 50
#: journal types of invoices of both sides
INVOICES = (20, 22)


class Code(NamedTuple):
    """One code of a list."""

    list: str
    code: str
    nl: str
    en: str


@cache
def codes() -> tuple[Code, ...]:
    """Every code of every list, in the order of the table."""
    return tuple(Code(**row) for row in tables.read("codes.csv"))


def listed(numbers: tuple[int, ...]) -> str:
    """Numbers as IN takes them."""
    return f"({', '.join(map(str, numbers))})"


def entry_group(entry_type: str) -> str:
    """The group of an entry's type: `opening`, `regular`, `result_closing` or `carry_over`."""
    return (
        f"CASE WHEN {entry_type} = {OPENING} THEN 'opening' "
        f"WHEN {entry_type} IN {listed(RESULT_CLOSING)} THEN 'result_closing' "
        f"WHEN {entry_type} IN {listed(CARRY_OVER)} THEN 'carry_over' ELSE 'regular' END"
    )
