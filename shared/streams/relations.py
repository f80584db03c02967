"""Relations: customers, suppliers and others in one list, and how the customer classifies them."""

from __future__ import annotations

from shared.streams.columns import CREATED_MODIFIED, MODIFIED, RECORD, VERSIONED, C, derived, group, soft
from shared.streams.model import Kind, Purpose, Stream, Word

ACCOUNTS = Stream(
    name="Accounts",
    path="{division}/sync/CRM/Accounts",
    kind=Kind.CHANGES,
    rights="sync/CRM/Accounts",
    scope_group="crm/accounts",
    version="Timestamp",
    deleted_type=2,
    person="ID",
    page_size=1000,
    columns=(
        *VERSIONED,
        *group(Purpose.NAMING, C("Code", Word.CODE), soft("Name", Word.TEXT)),
        *group(
            Purpose.STATE,
            C("Status", Word.CODE),  # the customer's stage; filled means: is a customer
            C("Type", Word.CODE),
            C("IsSupplier", Word.FLAG),
            C("IsSales", Word.FLAG),
            C("IsReseller", Word.FLAG),
            C("Blocked", Word.FLAG),
            C("IsAnonymised", Word.FLAG),
            C("StartDate", Word.DAY),
            C("EndDate", Word.DAY),
        ),
        *group(
            Purpose.ANALYSIS,
            C("Parent", Word.KEY),
            C("InvoiceAccount", Word.KEY),
            C("Country", Word.CODE),
            derived("CountryName", Word.TEXT),  # in the language of the consenting user
            soft("Postcode", Word.TEXT),
            soft("City", Word.TEXT),
            C("ActivitySector", Word.KEY),
            C("Classification1", Word.KEY),
            C("Classification2", Word.KEY),
            C("Classification3", Word.KEY),
            C("Classification4", Word.KEY),
            C("Classification5", Word.KEY),
            C("Classification6", Word.KEY),
            C("Classification7", Word.KEY),
            C("Classification8", Word.KEY),
        ),
        *group(Purpose.TAX, soft("VATNumber", Word.TEXT), soft("ChamberOfCommerce", Word.TEXT)),
        *group(
            Purpose.OPEN_ITEMS,
            C("PaymentConditionSales", Word.CODE),
            C("PaymentConditionPurchase", Word.CODE),
            C("SalesCurrency", Word.CODE),
            C("PurchaseCurrency", Word.CODE),
            C("CreditLineSales", Word.MONEY),
            C("CreditLinePurchase", Word.MONEY),
        ),
        *group(
            Purpose.LEDGER,
            C("GLAR", Word.KEY),  # control accounts of receivables and payables
            C("GLAP", Word.KEY),
            C("GLAccountSales", Word.KEY),
            C("GLAccountPurchase", Word.KEY),
        ),
        *CREATED_MODIFIED,
    ),
)

ACCOUNT_CLASSIFICATIONS = Stream(
    name="AccountClassifications",
    path="{division}/crm/AccountClassifications",
    kind=Kind.SNAPSHOT,
    rights="crm/AccountClassifications",
    scope_group="crm/accounts",
    every_days=7,  # which relation has which comes hourly with Accounts; the choices themselves hardly change
    columns=(
        *RECORD,
        *group(Purpose.NAMING, C("Code", Word.CODE), C("Description", Word.TEXT)),
        *group(Purpose.ANALYSIS, C("AccountClassificationName", Word.KEY)),
        *MODIFIED,
    ),
)

ACCOUNT_CLASSIFICATION_NAMES = Stream(
    name="AccountClassificationNames",
    path="{division}/crm/AccountClassificationNames",
    kind=Kind.SNAPSHOT,
    rights="crm/AccountClassificationNames",
    scope_group="crm/accounts",
    every_days=7,  # eight names at most, set up once
    columns=(
        *RECORD,
        *group(Purpose.NAMING, C("Description", Word.TEXT)),
        *group(Purpose.ANALYSIS, C("SequenceNumber", Word.NUMBER)),
        *MODIFIED,
    ),
)

STREAMS = (ACCOUNTS, ACCOUNT_CLASSIFICATIONS, ACCOUNT_CLASSIFICATION_NAMES)
