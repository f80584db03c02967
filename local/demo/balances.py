"""Every year, period and account: the copied lines against Exact's own balance, read through the API.

Neither side is read by the pipeline: the file with plain SQL, the API with a client of this module's own.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import requests

from local.demo.exact import HOST
from shared.streams.model import SCALE, Word

SELECT = "ReportingYear,ReportingPeriod,GLAccount,AmountDebit,AmountCredit,Count,Type"
#: entry type of an opening: of an administration converted from another program it is in no line (facts, §6)
OPENING = 10
CENT = Decimal("0.01")

YEARS = "SELECT DISTINCT FinYear FROM exact_FinancialPeriods WHERE _division = ? ORDER BY FinYear"
LINES = """
    SELECT FinancialYear, FinancialPeriod, GLAccount, Type, SUM(MAX(AmountDC, 0)), SUM(MAX(-AmountDC, 0)), COUNT(*)
    FROM exact_TransactionLines WHERE _division = ? GROUP BY FinancialYear, FinancialPeriod, GLAccount, Type
"""


class Place(NamedTuple):
    """What a balance is of."""

    year: int
    period: int
    account: str


@dataclass(frozen=True, slots=True)
class Sums:
    """Debit and credit in the company's currency, and the number of lines."""

    debit: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)
    lines: int = 0

    def __add__(self, other: Sums) -> Sums:
        """Take both together."""
        return Sums(self.debit + other.debit, self.credit + other.credit, self.lines + other.lines)


type Balances = dict[Place, Sums]


@dataclass(frozen=True, slots=True)
class Balanced:
    """Both sides of one division."""

    division: int
    copied: Balances
    exact: Balances
    outside: Sums  #: Exact's opening, where it is in no line

    @property
    def differing(self) -> list[Place]:
        """Where the two sides do not agree to the cent and the line."""
        places = sorted(self.copied.keys() | self.exact.keys())
        return [place for place in places if self.copied.get(place, Sums()) != self.exact.get(place, Sums())]


def balance(file: Path, access_token: str, division: int) -> Balanced:
    """Compare the copied lines of a division with ReportingBalance, year by year.

    An opening that no line holds is put apart; where lines hold one it is compared like everything else.
    """
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        copied, has_opening = _copied(connection, division)
        years = [year for (year,) in connection.execute(YEARS, (division,))]
    exact: Balances = defaultdict(Sums)
    outside = Sums()
    for row in reporting_balance(access_token, division, years):
        sums = Sums(_cents(row["AmountDebit"]), _cents(row["AmountCredit"]), int(row["Count"]))
        if row["Type"] == OPENING and not has_opening:
            outside += sums
        else:
            exact[Place(row["ReportingYear"], row["ReportingPeriod"], row["GLAccount"].lower())] += sums
    return Balanced(division, copied, dict(exact), outside)


def _copied(connection: sqlite3.Connection, division: int) -> tuple[Balances, bool]:
    """Sums over the copied lines, and whether an opening is among them.

    Amounts are whole numbers of a 10,000th in the file, so that its sums are exact.
    """
    unit = Decimal(1).scaleb(-SCALE[Word.MONEY])
    balances: Balances = defaultdict(Sums)
    kinds = set()
    for year, period, account, kind, debit, credit, lines in connection.execute(LINES, (division,)):
        balances[Place(year, period, account)] += Sums(debit * unit, credit * unit, lines)
        kinds.add(kind)
    return dict(balances), OPENING in kinds


def reporting_balance(access_token: str, division: int, years: Iterable[int]) -> Iterator[dict[str, Any]]:
    """All rows of the years, 60 a page."""
    address = f"https://{HOST}/api/v1/{division}/financial/ReportingBalance"
    headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
    with requests.Session() as session:
        for year in years:
            link = f"{address}?$select={SELECT}&$filter=ReportingYear eq {year}"
            while link:
                reply = session.get(link, headers=headers, timeout=60)
                reply.raise_for_status()
                page = json.loads(reply.text, parse_float=Decimal)["d"]
                yield from page["results"]
                link = page.get("__next", "")


def total(balances: Balances) -> Sums:
    """The sums of all places together."""
    return sum(balances.values(), Sums())


def _cents(value: Decimal | int) -> Decimal:
    """An amount as Exact's screens show it: the API writes doubles, whose last digits are noise."""
    return Decimal(value).quantize(CENT)
