"""Where the rows of each endpoint come from in a company's books."""

from __future__ import annotations

from collections.abc import Iterable

from local.exact_simulator.schema import Entity
from local.exact_simulator.seam import Company, Row


def changes(company: Company, entity: Entity, version: int) -> Iterable[Row]:
    """Give the rows of a sync endpoint above a row version, ascending by it."""
    return company.deleted_since(version) if entity.name == "Deleted" else company.since(entity.name, version)


def whole(company: Company, entity: Entity) -> Iterable[Row]:
    """Give all rows of an entity that is not read by version."""
    match entity.name:
        case "ReportingBalance":
            return (row for year in company.years() for row in company.reporting_balance(year))
        case "OpeningBalances":
            return company.opening_balances(entity.variant)
        case "TransactionLines":
            return company.since(entity.name, 0)
    return company.rows(entity.name)
