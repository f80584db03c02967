"""Open items: what debtors and creditors owe, since when and until when; and the terms agreed with them."""

from __future__ import annotations

from shared.streams.columns import CREATED_MODIFIED, MODIFIED, RECORD, VERSIONED, C, derived, group, soft
from shared.streams.model import Kind, Purpose, Stream, Word

PAYMENT_TERMS = Stream(
    name="PaymentTerms",
    path="{division}/sync/Cashflow/PaymentTerms",
    kind=Kind.CHANGES,
    rights="sync/Cashflow/PaymentTerms",
    scope_group="financial/cashflow",
    version="Timestamp",
    deleted_type=10,
    person="Account",
    history=True,  # what was known on a past day cannot be recovered later
    page_size=1000,
    columns=(
        *VERSIONED,
        *group(
            Purpose.IDENTITY,
            C("EntryID", Word.KEY),
            C("EntryNumber", Word.NUMBER),
            C("TransactionEntryID", Word.KEY),  # the entry of the invoice
            C("TransactionID", Word.KEY),  # its line
        ),
        *group(
            Purpose.OPEN_ITEMS,
            C("LineType", Word.NUMBER),  # 20 receivable, 22 payable
            C("Status", Word.NUMBER),
            C("Source", Word.NUMBER),
            C("ApprovalStatus", Word.NUMBER),
            C("Account", Word.KEY),
            derived("AccountCode", Word.CODE),
            C("AmountDC", Word.MONEY),
            C("AmountFC", Word.MONEY),
            C("Currency", Word.CODE),
            C("RateFC", Word.RATE),
            C("AmountDiscountDC", Word.MONEY),
            C("InvoiceNumber", Word.NUMBER),
            C("InvoiceDate", Word.DAY),
            C("DueDate", Word.DAY),
            C("DiscountDueDate", Word.DAY),
            C("EntryDate", Word.DAY),
            C("EndDate", Word.DAY),
            C("EndYear", Word.NUMBER),
            C("EndPeriod", Word.NUMBER),
            C("LastPaymentDate", Word.DAY),
            C("IsFullyPaid", Word.FLAG),
            C("PaymentCondition", Word.CODE),
            C("PaymentDays", Word.NUMBER),
            C("PaymentMethod", Word.CODE),
            soft("YourRef", Word.TEXT),
            soft("PaymentReference", Word.TEXT),
        ),
        *group(
            Purpose.LEDGER,
            C("Journal", Word.CODE),
            C("GLAccount", Word.KEY),
            derived("GLAccountCode", Word.CODE),
            # the linked entry's own values, joined in: views take them from the ledger
            derived("TransactionAmountDC", Word.MONEY),
            derived("TransactionAmountFC", Word.MONEY),
            derived("TransactionDueDate", Word.DAY),
            derived("TransactionIsReversal", Word.FLAG),
            derived("TransactionReportingYear", Word.NUMBER),
            derived("TransactionReportingPeriod", Word.NUMBER),
            derived("TransactionStatus", Word.NUMBER),
            derived("TransactionType", Word.NUMBER),
        ),
        *group(Purpose.NAMING, soft("Description", Word.TEXT)),
        *CREATED_MODIFIED,
    ),
)

PAYMENT_CONDITIONS = Stream(
    name="PaymentConditions",
    path="{division}/cashflow/PaymentConditions",
    kind=Kind.SNAPSHOT,
    rights="cashflow/PaymentConditions",
    scope_group="financial/cashflow",
    columns=(
        *RECORD,
        *group(Purpose.NAMING, C("Code", Word.CODE), C("Description", Word.TEXT)),
        *group(
            Purpose.OPEN_ITEMS,
            C("PaymentDays", Word.NUMBER),
            C("PaymentEndOfMonths", Word.NUMBER),
            C("PaymentMethod", Word.CODE),
            C("DiscountPaymentDays", Word.NUMBER),
            C("DiscountPercentage", Word.RATE),  # fractions, both
            C("Percentage", Word.RATE),
        ),
        *MODIFIED,
    ),
)

STREAMS = (PAYMENT_TERMS, PAYMENT_CONDITIONS)
