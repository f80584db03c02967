"""Where the rows of each endpoint come from in a company's books."""

from __future__ import annotations

import re
from collections.abc import Iterable

from local.exact_simulator.schema import Entity
from local.exact_simulator.seam import Company, Row

_ONE_PERIOD = re.compile(r"FinancialYear eq (\d+) and FinancialPeriod eq (\d+)")


def changes(company: Company, entity: Entity, version: int) -> Iterable[Row]:
    """Give the rows of a sync endpoint above a row version, ascending by it."""
    return company.deleted_since(version) if entity.name == "Deleted" else company.since(entity.name, version)


def whole(company: Company, entity: Entity, filtered: str = "") -> Iterable[Row]:
    """Give all rows of an entity that is not read by version; a filter on one period spares reading all lines."""
    match entity.name:
        case "ReportingBalance":
            return (row for year in company.years() for row in company.reporting_balance(year))
        case "OpeningBalances":
            return company.opening_balances(entity.variant)
        case "TransactionLines" if found := _ONE_PERIOD.fullmatch(filtered):
            return company.lines_of(int(found[1]), int(found[2]))
    return company.rows(entity.name)


def truth(company: Company, entity: Entity) -> Iterable[Row]:
    """Give all rows of an entity as the books have them, whatever is served."""
    match entity.name:
        case "Divisions":
            return [company.info]
        case "Deleted":
            return company.deleted_since(0)
        case "ReportingBalance" | "OpeningBalances":
            return whole(company, entity)
    return company.truth(entity.name)
