"""Questions about a day, or in a currency, that no view can know: the statement that answers them, for an engine.

Amounts come as the engine keeps them: whole numbers of 10^-4 on SQLite (`columns` says which word each column is).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from shared.reporting import groups, open_items
from shared.reporting.calendar import one_date
from shared.reporting.model import Query
from shared.reporting.schema import engine
from shared.warehouse.names import Dialect


def open_items_on(day: date, dialect: Dialect, *, known: bool = False) -> str:
    """The items open at the end of a day: as the books say now, or (`known`) as was known then."""
    sql = engine(dialect)
    return open_items.open_on(sql, one_date(sql, day), known=known).text(sql)


def ageing_on(day: date, dialect: Dialect, *, known: bool = False) -> str:
    """Ageing per relation at the end of a day, by both bases."""
    sql = engine(dialect)
    items = open_items.open_on(sql, one_date(sql, day), known=known)
    ageing = open_items.ageing_of(sql, "items AS i")
    common = items.common | {"items": replace(items, common={}).text(sql)} | ageing.common
    return Query(ageing.columns, ageing.tail, common).text(sql)


def consolidated_in(target: str, rates: Mapping[str, Decimal], dialect: Dialect) -> str:
    """Results of all divisions in one currency, at named rates: what one unit of a currency is worth in `target`.

    A currency that is neither the target nor named keeps rows of its own.
    """
    sql = engine(dialect)
    return groups.consolidated(sql, target, {target: Decimal(1), **rates}).text(sql)
