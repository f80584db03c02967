"""Totals Exact itself makes of the books: what our copy of the lines is compared with.

A complete reading replaces its scope; rows are never matched one by one (ReportingBalance hands out new ids).
"""

from __future__ import annotations

from shared.streams.columns import C, derived, group
from shared.streams.model import Kind, Purpose, Stream, Word

REPORTING_BALANCE = Stream(
    name="ReportingBalance",
    path="{division}/financial/ReportingBalance",
    kind=Kind.TOTALS,
    rights="financial/ReportingBalance",
    scope_group="financial/accounting",
    key=(
        "ReportingYear",
        "ReportingPeriod",
        "GLAccount",
        "CostCenterCode",
        "CostUnitCode",
        "Type",
        "Status",
    ),
    every_days=7,  # all years; a year whose lines changed is read again the next day
    scope_column="ReportingYear",
    scope_filter="ReportingYear eq {scope}",  # the only filter that is fast
    columns=(
        *group(Purpose.IDENTITY, derived("ID", Word.VERSION), C("Division", Word.NUMBER)),  # new with every reading
        *group(
            Purpose.LEDGER,
            C("ReportingYear", Word.NUMBER),
            C("ReportingPeriod", Word.NUMBER),
            C("GLAccount", Word.KEY),
            derived("GLAccountCode", Word.CODE),
            derived("BalanceType", Word.CODE),
            C("Type", Word.NUMBER),
            C("Status", Word.NUMBER),
            C("Amount", Word.MONEY),
            C("AmountDebit", Word.MONEY),
            C("AmountCredit", Word.MONEY),
            C("Count", Word.NUMBER),
        ),
        *group(Purpose.ANALYSIS, C("CostCenterCode", Word.CODE), C("CostUnitCode", Word.CODE)),
    ),
)

OPENING_BALANCES = Stream(
    name="OpeningBalances",
    path="{division}/openingbalance/{scope}",
    kind=Kind.TOTALS,
    rights="openingbalance/CurrentYear/AfterEntry",  # one of the four speaks for all: they are one menu in Exact
    scope_group="financial/accounting",
    key=("Variant", "GLAccount", "ReportingYear"),
    every_days=1,  # an entry in the year before moves them, and a balance sheet starts with them
    scopes=(
        "CurrentYear/AfterEntry",
        "CurrentYear/Processed",
        "PreviousYear/AfterEntry",
        "PreviousYear/Processed",
    ),
    columns=(
        *group(
            Purpose.IDENTITY,
            C("Variant", Word.CODE),  # the scope; ours, filled in while reading
            C("Division", Word.NUMBER),
        ),
        *group(
            Purpose.LEDGER,
            C("GLAccount", Word.KEY),
            derived("GLAccountCode", Word.CODE),
            C("ReportingYear", Word.NUMBER),
            C("Amount", Word.MONEY),
            derived("BalanceSide", Word.CODE),
        ),
    ),
)

STREAMS = (REPORTING_BALANCE, OPENING_BALANCES)
