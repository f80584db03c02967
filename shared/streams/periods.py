"""The frame of the ledger: journals, and the periods of each financial year."""

from __future__ import annotations

from shared.streams.columns import MODIFIED, RECORD, C, derived, group
from shared.streams.model import Kind, Purpose, Stream, Word

JOURNALS = Stream(
    name="Journals",
    path="{division}/financial/Journals",
    kind=Kind.SNAPSHOT,
    rights="financial/Journals",
    scope_group="financial/accounting",  # the metadata of 2022 says generalledgers; an audit of August 2026 found this
    columns=(
        *RECORD,
        *group(Purpose.NAMING, C("Code", Word.CODE), C("Description", Word.TEXT)),
        *group(
            Purpose.LEDGER,
            C("Type", Word.NUMBER),
            C("Currency", Word.CODE),
            C("GLAccount", Word.KEY),
            derived("GLAccountCode", Word.CODE),
            derived("GLAccountType", Word.NUMBER),
        ),
        *group(Purpose.STATE, C("IsBlocked", Word.FLAG)),
        *MODIFIED,
    ),
)

FINANCIAL_PERIODS = Stream(
    name="FinancialPeriods",
    path="{division}/financial/FinancialPeriods",
    kind=Kind.SNAPSHOT,
    rights="financial/FinancialPeriods",
    scope_group="financial/accounting",
    columns=(
        *RECORD,
        *group(
            Purpose.LEDGER,
            C("FinYear", Word.NUMBER),
            C("FinPeriod", Word.NUMBER),
            C("StartDate", Word.DAY),
            C("EndDate", Word.DAY),  # the last day itself: Exact sends the midnight it starts with
        ),
        *MODIFIED,
    ),
)

STREAMS = (JOURNALS, FINANCIAL_PERIODS)
