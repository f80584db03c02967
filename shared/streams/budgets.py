"""Budgets: amounts per scenario, account, period, cost centre and cost unit."""

from __future__ import annotations

from shared.streams.columns import MODIFIED, RECORD, C, derived, group
from shared.streams.model import Kind, Purpose, Stream, Word

BUDGETS = Stream(
    name="Budgets",
    path="{division}/budget/Budgets",
    kind=Kind.SNAPSHOT,
    rights="budget/Budgets",
    scope_group="financial/budgets",
    every_days=7,  # accounts times periods times scenarios at 60 a call, and unchanged for most of the year
    columns=(
        *RECORD,
        *group(Purpose.IDENTITY, C("HID", Word.VERSION)),
        *group(
            Purpose.LEDGER,
            C("BudgetScenario", Word.KEY),
            derived("BudgetScenarioCode", Word.CODE),
            derived("BudgetScenarioDescription", Word.TEXT),
            C("GLAccount", Word.KEY),
            derived("GLAccountCode", Word.CODE),
            C("ReportingYear", Word.NUMBER),
            C("ReportingPeriod", Word.NUMBER),
            C("AmountDC", Word.MONEY),
        ),
        *group(Purpose.ANALYSIS, C("Costcenter", Word.CODE), C("Costunit", Word.CODE), C("Item", Word.KEY)),
        *MODIFIED,
    ),
)

BUDGET_SCENARIOS = Stream(
    name="BudgetScenarios",
    path="beta/{division}/budget/BudgetScenarios",  # known as a beta endpoint only
    kind=Kind.SNAPSHOT,
    rights="budget/BudgetScenarios",
    scope_group="financial/budgets",
    every_days=7,  # together with the budgets that refer to it
    columns=(
        *RECORD,
        *group(Purpose.NAMING, C("Code", Word.CODE), C("Description", Word.TEXT)),
        *group(Purpose.STATE, C("FromYear", Word.NUMBER), C("ToYear", Word.NUMBER)),
        *MODIFIED,
    ),
)

STREAMS = (BUDGETS, BUDGET_SCENARIOS)
