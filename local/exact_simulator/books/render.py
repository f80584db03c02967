"""Rows as the API shows them: every property of the entity in its order, texts of other records joined right now."""

from __future__ import annotations

from decimal import Decimal

from local.exact_simulator.schema import entity

from .records import Entry, Line, Record, Term
from .values import Row, money
from .versions import Deletion

_GL = {"": "ID", "Code": "Code", "Description": "Description"}

#: by entity: link of the record -> {property: stored property of the linked record}
JOINS: dict[str, dict[str, dict[str, str]]] = {
    "GLAccounts": {"YearEndReflection": {"YearEndReflectionGLAccount": "ID"}},
    "GLClassifications": {"Parent": {"Parent": "ID"}},
    "Accounts": {
        "GLAR": {"GLAR": "ID"},
        "GLAP": {"GLAP": "ID"},
        "Classification1": {"Classification1": "ID"},
        "Classification2": {"Classification2": "ID"},
        "PaymentConditionSales": {"PaymentConditionSales": "Code", "PaymentConditionSalesDescription": "Description"},
        "PaymentConditionPurchase": {
            "PaymentConditionPurchase": "Code",
            "PaymentConditionPurchaseDescription": "Description",
        },
    },
    "Items": {
        "ItemGroup": {"ItemGroup": "ID", "ItemGroupCode": "Code", "ItemGroupDescription": "Description"},
        **{link: {link + suffix: fact for suffix, fact in _GL.items()} for link in ("GLRevenue", "GLCosts", "GLStock")},
    },
    "ItemGroups": {
        link: {link + suffix: fact for suffix, fact in _GL.items()} for link in ("GLRevenue", "GLCosts", "GLStock")
    },
    "Projects": {"Account": {"Account": "ID", "AccountCode": "Code", "AccountName": "Name"}},
    "Journals": {
        "GLAccount": {
            "GLAccount": "ID",
            "GLAccountCode": "Code",
            "GLAccountDescription": "Description",
            "GLAccountType": "Type",
        },
    },
    "GLAccountClassificationMappings": {
        "GLAccount": {"GLAccount": "ID", "GLAccountCode": "Code", "GLAccountDescription": "Description"},
        "GLScheme": {"GLSchemeID": "ID", "GLSchemeCode": "Code", "GLSchemeDescription": "Description"},
        "Classification": {
            "Classification": "ID",
            "ClassificationCode": "Code",
            "ClassificationDescription": "Description",
        },
    },
    "VATCodes": {link: {link + suffix: fact for suffix, fact in _GL.items()} for link in ("GLToPay", "GLToClaim")},
    "VatPercentages": {"VATCode": {"VATCodeID": "ID"}},
    "AccountClassifications": {
        "ListName": {"AccountClassificationName": "ID", "AccountClassificationNameDescription": "Description"}
    },
    "Budgets": {
        "Scenario": {"BudgetScenario": "ID", "BudgetScenarioCode": "Code", "BudgetScenarioDescription": "Description"},
        "GLAccount": {"GLAccount": "ID", "GLAccountCode": "Code", "GLAccountDescription": "Description"},
        "Costcenter": {"Costcenter": "Code", "CostcenterDescription": "Description"},
        "Costunit": {"Costunit": "Code", "CostunitDescription": "Description"},
    },
}


def blank(name: str, common: Row) -> Row:
    """Give an empty row of an entity with all its properties in order; `common` fills those it has."""
    return {prop: common.get(prop) for prop in entity(name).properties}


def record_row(empty: Row, name: str, record: Record) -> Row:
    """Give the row of a master record or a row of a snapshot entity."""
    row = empty.copy()
    own: Row = {"ID": record.id, "Timestamp": record.version, "Created": record.created, "Modified": record.modified}
    row.update((prop, value) for prop, value in own.items() if prop in empty)
    row.update(record.facts)
    for link, shown in JOINS.get(name, {}).items():
        if linked := record.links.get(link):
            row.update((prop, linked.id if fact == "ID" else linked.facts[fact]) for prop, fact in shown.items())
    return row


def deletion_row(empty: Row, deletion: Deletion) -> Row:
    """Give an entry of `sync/Deleted`."""
    return empty | {
        "Timestamp": deletion.version,
        "ID": deletion.id,
        "EntityKey": deletion.key,
        "EntityType": deletion.entity_type,
        "DeletedDate": deletion.at,
    }


def line_row(empty: Row, line: Line, extra_cents: int = 0) -> Row:
    """Give the row of a ledger line. `extra_cents` is a planted difference: served, but not in the books."""
    entry, row = line.entry, empty.copy()
    if "Timestamp" in empty:
        row["Timestamp"] = line.version
    row["ID"] = line.id
    row["AmountDC"] = money(line.dc + extra_cents)
    row["AmountFC"] = money(line.fc)
    row["AmountVATFC"] = money(line.vat_fc)
    row["AmountVATBaseFC"] = money(line.base_fc)
    row["Description"] = line.description
    row["LineNumber"] = line.number
    row["LineType"] = 0
    row["InvoiceNumber"] = line.invoice
    row["Modified"] = line.modified
    _show_entry(row, entry)
    _show_links(row, line)
    if line.number and not entry.lines[0].number:
        row["OffsetID"] = entry.lines[0].id
    return row


def _show_entry(row: Row, entry: Entry) -> None:
    row["EntryID"] = entry.id
    row["EntryNumber"] = entry.number
    row["Date"] = entry.day
    row["FinancialYear"] = entry.year
    row["FinancialPeriod"] = entry.period
    row["Type"] = entry.type
    row["Status"] = entry.status
    row["Currency"] = entry.currency
    row["ExchangeRate"] = entry.rate
    row["Created"] = entry.created
    row["DueDate"] = entry.due
    row["YourRef"] = entry.your_ref
    row["PaymentReference"] = entry.payment_reference
    journal = entry.journal.facts
    row["JournalCode"] = journal["Code"]
    row["JournalDescription"] = journal["Description"]


def _show_links(row: Row, line: Line) -> None:
    gl = line.gl
    row["GLAccount"] = gl.id
    row["GLAccountCode"] = gl.facts["Code"]
    row["GLAccountDescription"] = gl.facts["Description"]
    if account := line.account:
        row["Account"] = account.id
        row["AccountCode"] = account.facts["Code"]
        row["AccountName"] = account.facts["Name"]
    if vat := line.vat:
        row["VATCode"] = vat.facts["Code"]
        row["VATCodeDescription"] = vat.facts["Description"]
        row["VATPercentage"] = line.vat_rate
        row["VATType"] = "S" if line.entry.type < 30 else "P"
    if center := line.cost_center:
        row["CostCenter"] = center.facts["Code"]
        row["CostCenterDescription"] = center.facts["Description"]
    if unit := line.cost_unit:
        row["CostUnit"] = unit.facts["Code"]
        row["CostUnitDescription"] = unit.facts["Description"]
    if line.project or line.item:
        _show_goods(row, line)


def _show_goods(row: Row, line: Line) -> None:
    for prop, record in (("Project", line.project), ("Item", line.item)):
        if record:
            row[prop] = record.id
            row[prop + "Code"] = record.facts["Code"]
            row[prop + "Description"] = record.facts["Description"]
    row["Quantity"] = Decimal(line.quantity) if line.quantity is not None else None


def term_row(empty: Row, term: Term) -> Row:
    """Give the row of a payment term."""
    line, entry, match = term.line, term.line.entry, term.match
    row = empty.copy()
    row.update(_amounts(term))
    row.update(_transaction(line, entry))
    row["Timestamp"] = term.version
    row["ID"] = term.id
    row["EntryID"] = match.id if match else term.set_id
    row["Status"] = term.status
    row["DueDate"] = term.due
    row["PaymentDays"] = (term.due - entry.day).days
    row["Created"], row["Modified"] = term.created, term.modified
    receipt = line.gl.facts["Type"] == 20
    row["LineType"] = 20 if receipt else 22
    row["IsFullyPaid"] = bool(match) if receipt else None
    row["ReceivableSelected" if receipt else "PaymentSelected"] = term.selected
    row["ReceivableBatchNumber" if receipt else "PaymentBatchNumber"] = term.batch
    if match:
        row["EndDate"], row["EndYear"], row["EndPeriod"] = match.end, match.year, match.period
        row["LastPaymentDate"] = match.end
    return row


def _amounts(term: Term) -> Row:
    line = term.line
    return {
        "AmountDC": money(term.dc),
        "AmountFC": money(term.fc),
        "AmountDiscountDC": Decimal(0),
        "AmountDiscountFC": Decimal(0),
        "TransactionAmountDC": money(line.dc),
        "TransactionAmountFC": money(line.fc),
        "Currency": line.entry.currency,
        "RateFC": line.entry.rate,
    }


def _transaction(line: Line, entry: Entry) -> Row:
    shown: Row = {
        "TransactionEntryID": entry.id,
        "TransactionID": line.id,
        "TransactionType": entry.type,
        "TransactionStatus": entry.status,
        "TransactionReportingYear": entry.year,
        "TransactionReportingPeriod": entry.period,
        "TransactionIsReversal": entry.type in {21, 31},
        "TransactionDueDate": entry.due or entry.day,
        "EntryNumber": entry.number,
        "EntryDate": entry.day,
        "InvoiceDate": entry.day,
        "InvoiceNumber": line.invoice,
        "Journal": entry.journal.facts["Code"],
        "JournalDescription": entry.journal.facts["Description"],
        "GLAccount": line.gl.id,
        "GLAccountCode": line.gl.facts["Code"],
        "GLAccountDescription": line.gl.facts["Description"],
        "Description": line.description,
        "YourRef": entry.your_ref,
        "PaymentReference": entry.payment_reference,
        "Source": 0,
        "IsBatchBooking": 0,
    }
    if account := line.account:
        shown |= {
            "Account": account.id,
            "AccountCode": account.facts["Code"],
            "AccountName": account.facts["Name"],
            "AccountCountry": account.facts["Country"],
        }
    if condition := entry.condition:
        shown |= _condition(condition)
    return shown


def _condition(condition: Record) -> Row:
    facts = condition.facts
    return {
        "PaymentCondition": facts["Code"],
        "PaymentConditionDescription": facts["Description"],
        "PaymentMethod": facts["PaymentMethod"],
        "PaymentDiscountPercentage": facts["DiscountPercentage"],
        "PaymentDaysDiscount": facts["DiscountPaymentDays"],
    }
