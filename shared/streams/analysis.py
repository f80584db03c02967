"""What lines are analysed by: cost centres, cost units, projects, items. Read for naming, not as an administration."""

from __future__ import annotations

from shared.streams.columns import MODIFIED, RECORD, VERSIONED, C, derived, group, soft
from shared.streams.model import Kind, Purpose, Stream, Word

COST_CENTERS = Stream(
    name="Costcenters",
    path="{division}/hrm/Costcenters",  # any other casing answers 404
    kind=Kind.SNAPSHOT,
    rights="hrm/Costcenters",
    scope_group="financial/costcenters",
    columns=(
        *RECORD,
        *group(Purpose.NAMING, C("Code", Word.CODE), C("Description", Word.TEXT)),
        *group(Purpose.STATE, C("EndDate", Word.DAY)),
        *MODIFIED,
    ),
)

COST_UNITS = Stream(
    name="Costunits",
    path="{division}/hrm/Costunits",
    kind=Kind.SNAPSHOT,
    rights="hrm/Costunits",
    scope_group="financial/costcenters",
    columns=(
        *RECORD,
        *group(Purpose.NAMING, C("Code", Word.CODE), C("Description", Word.TEXT)),
        *group(Purpose.STATE, C("EndDate", Word.DAY)),
        *MODIFIED,
    ),
)

PROJECTS = Stream(
    name="Projects",
    path="{division}/sync/Project/Projects",
    kind=Kind.CHANGES,
    rights="sync/Project/Projects",
    scope_group="projects/projects",
    version="Timestamp",
    deleted_type=21,
    person="Account",  # projects are often called after the customer they are done for
    page_size=1000,
    columns=(
        *VERSIONED,
        *group(
            Purpose.NAMING,
            C("Code", Word.CODE),
            soft("Description", Word.TEXT),
            derived("TypeDescription", Word.TEXT),
        ),
        *group(
            Purpose.ANALYSIS,
            C("Type", Word.NUMBER),
            C("Account", Word.KEY),
            derived("AccountCode", Word.CODE),
            C("Classification", Word.KEY),
            C("BudgetedAmount", Word.MONEY),
            C("BudgetedCosts", Word.MONEY),
            C("BudgetedRevenue", Word.MONEY),
        ),
        *group(Purpose.STATE, C("StartDate", Word.DAY), C("EndDate", Word.DAY)),
        *MODIFIED,
    ),
)

ITEMS = Stream(
    name="Items",
    path="{division}/sync/Logistics/Items",
    kind=Kind.CHANGES,
    rights="sync/Logistics/Items",
    scope_group="logistics/items",
    version="Timestamp",
    deleted_type=9,
    page_size=1000,
    columns=(
        *VERSIONED,
        *group(Purpose.NAMING, C("Code", Word.CODE), C("Description", Word.TEXT)),
        *group(
            Purpose.ANALYSIS,
            C("ItemGroup", Word.KEY),
            derived("ItemGroupCode", Word.CODE),
            C("Unit", Word.CODE),
            C("CostPriceStandard", Word.RATE),  # a price of one piece has more digits than an amount
            C("CostPriceCurrency", Word.CODE),
        ),
        *group(Purpose.LEDGER, C("GLRevenue", Word.KEY), C("GLCosts", Word.KEY), C("GLStock", Word.KEY)),
        *group(Purpose.TAX, C("SalesVatCode", Word.CODE)),
        *group(
            Purpose.STATE,
            C("IsSalesItem", Word.FLAG),
            C("IsPurchaseItem", Word.FLAG),
            C("IsStockItem", Word.FLAG),
            C("StartDate", Word.DAY),
            C("EndDate", Word.DAY),
        ),
        *MODIFIED,
    ),
)

ITEM_GROUPS = Stream(
    name="ItemGroups",
    path="{division}/logistics/ItemGroups",
    kind=Kind.SNAPSHOT,
    rights="logistics/ItemGroups",
    scope_group="logistics/items",
    every_days=7,  # names and accounts of groups hardly change; which item is in which comes with Items
    columns=(
        *RECORD,
        *group(Purpose.NAMING, C("Code", Word.CODE), C("Description", Word.TEXT)),
        *group(Purpose.LEDGER, C("GLRevenue", Word.KEY), C("GLCosts", Word.KEY), C("GLStock", Word.KEY)),
        *MODIFIED,
    ),
)

STREAMS = (COST_CENTERS, COST_UNITS, PROJECTS, ITEMS, ITEM_GROUPS)
