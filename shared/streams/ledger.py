"""The ledger: every line of every entry, header rows (LineNumber 0) included."""

from __future__ import annotations

from dataclasses import replace

from shared.streams.columns import CREATED_MODIFIED, VERSIONED, C, derived, group, soft
from shared.streams.model import Kind, Purpose, Stream, Word

TRANSACTION_LINES = Stream(
    name="TransactionLines",
    path="{division}/sync/Financial/TransactionLines",
    kind=Kind.CHANGES,
    rights="sync/Financial/TransactionLines",
    scope_group="financial/accounting",
    version="Timestamp",
    deleted_type=1,
    scope_column="FinancialYear",  # says which year a changed line belongs to; the list itself knows no scopes
    person="Account",
    page_size=1000,
    columns=(
        *VERSIONED,
        *group(
            Purpose.IDENTITY,
            C("EntryID", Word.KEY),
            C("EntryNumber", Word.NUMBER),
            C("LineNumber", Word.NUMBER),
            C("LineType", Word.NUMBER),
            C("OffsetID", Word.KEY),
            C("Document", Word.KEY),
            derived("DocumentNumber", Word.NUMBER),
            C("OrderNumber", Word.NUMBER),
        ),
        *group(
            Purpose.LEDGER,
            C("Date", Word.DAY),
            C("FinancialYear", Word.NUMBER),
            C("FinancialPeriod", Word.NUMBER),
            C("JournalCode", Word.CODE),
            C("GLAccount", Word.KEY),
            derived("GLAccountCode", Word.CODE),
            C("AmountDC", Word.MONEY),
            C("AmountFC", Word.MONEY),
            C("Currency", Word.CODE),
            C("ExchangeRate", Word.RATE),
            C("Type", Word.NUMBER),
            C("Status", Word.NUMBER),
        ),
        *group(
            Purpose.TAX,
            C("AmountVATFC", Word.MONEY),
            C("AmountVATBaseFC", Word.MONEY),
            C("VATCode", Word.CODE),
            C("VATPercentage", Word.RATE),  # a fraction: 0.21
            C("VATType", Word.CODE),
        ),
        *group(
            Purpose.OPEN_ITEMS,
            C("Account", Word.KEY),
            derived("AccountCode", Word.CODE),
            C("InvoiceNumber", Word.NUMBER),
            C("DueDate", Word.DAY),
            soft("YourRef", Word.TEXT),
            soft("PaymentReference", Word.TEXT),
        ),
        *group(
            Purpose.ANALYSIS,
            C("CostCenter", Word.CODE),  # here the code itself is the reference: a line has no id of it
            C("CostUnit", Word.CODE),
            C("Project", Word.KEY),
            derived("ProjectCode", Word.CODE),
            C("Item", Word.KEY),
            derived("ItemCode", Word.CODE),
            C("Quantity", Word.QUANTITY),
            C("Asset", Word.KEY),
            C("TrackingNumber", Word.CODE),
        ),
        *group(Purpose.NAMING, soft("Description", Word.TEXT)),
        *CREATED_MODIFIED,
    ),
)

STREAMS = (TRANSACTION_LINES,)


def _listed_anew(name: str, *by: str) -> Stream:
    """The lines of one piece of the books, from the regular list: 60 a page and without a row version."""
    return replace(
        TRANSACTION_LINES,
        name=name,
        path="{division}/financialtransaction/TransactionLines",
        kind=Kind.PART,
        columns=tuple(column for column in TRANSACTION_LINES.columns if column.name != TRANSACTION_LINES.version),
        rights="financialtransaction/TransactionLines",
        version=None,
        deleted_type=None,
        scope_column=None,
        scope_filter=" and ".join(f"{column} eq {{{place}}}" for place, column in enumerate(by)),
        part_of=TRANSACTION_LINES,
        part_columns=by,
        page_size=60,
    )


PERIOD_LINES = _listed_anew("PeriodLines", "FinancialYear", "FinancialPeriod")
YEAR_LINES = _listed_anew("YearLines", "FinancialYear")
