"""The independent ledger's dimensions: master data as the simulator's books hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from local.exact_simulator.books.records import Record
from shared.reporting.codes import codes
from tests.support.ledger import Company, code, serial
from tests.support.reported import Shown


def text(record: Record | None, name: str = "Description") -> object:
    """A stored property; nothing where there is no record."""
    return record.facts.get(name) if record else None


def type_names(gl: Record) -> Shown:
    """What the table of codes calls the type of an account."""
    named = {each.code: each for each in codes() if each.list == "gl_account_type"}[gl.text("Type")]
    return {"gl_account_type_nl": named.nl, "gl_account_type_en": named.en}


def place_in(company: Company, gl: Record, scheme: Record) -> Record | None:
    """The element of a scheme an account is mapped to."""
    mappings = company.books.records("GLAccountClassificationMappings").values()
    return next(
        (m.links["Classification"] for m in mappings if m.links["GLAccount"] is gl and m.links["GLScheme"] is scheme),
        None,
    )


def labels_above(node: Record | None) -> list[str]:
    """An element and those above it, the highest first."""
    labels: list[str] = []
    while node is not None:
        labels.insert(0, f"{code(node)} {node.text('Description')}")
        node = node.links.get("Parent")
    return labels


def divisions(company: Company) -> Iterator[Shown]:
    info = company.division.info
    yield {
        "division": company.code,
        "division_name": info["Description"],
        "division_number": info["Hid"],
        "currency": info["Currency"],
        "country": str(info["Country"]).strip(),
        "legislation": str(info["Legislation"]).strip(),
        "vat_number": info["VATNumber"],
        "chamber_of_commerce": info["ChamberOfCommerceNumber"],
        "start_date": info["StartDate"],
        "archive_date": info["ArchiveDate"],
        "is_main": info["IsMainDivision"],
    }


def relations(company: Company) -> Iterator[Shown]:
    for each in company.books.records("Accounts").values():
        yield {
            "relation_key": company.key(each),
            "division": company.code,
            "relation_code": code(each),
            "relation_name": text(each, "Name"),
            "is_customer": text(each, "Status") == "C",
            "customer_stage": text(each, "Status"),
            "is_supplier": text(each, "IsSupplier"),
            "country": code(each, "Country"),
            "city": text(each, "City"),
            "postcode": text(each, "Postcode"),
            "vat_number": text(each, "VATNumber"),
            "chamber_of_commerce": text(each, "ChamberOfCommerce"),
            "relation_group_1": text(each.links.get("Classification1")),
            "relation_group_2": text(each.links.get("Classification2")),
            "sales_condition_key": company.coded(each.links.get("PaymentConditionSales")),
            "purchase_condition_key": company.coded(each.links.get("PaymentConditionPurchase")),
            "credit_line_sales_dc": text(each, "CreditLineSales"),
            "credit_line_purchase_dc": text(each, "CreditLinePurchase"),
            "is_blocked": text(each, "Blocked"),
            "is_anonymised": bool(text(each, "IsAnonymised")),
        }


def journals(company: Company) -> Iterator[Shown]:
    named = {each.code: each for each in codes() if each.list == "journal_type"}
    for each in company.books.records("Journals").values():
        kind = named[each.text("Type")]
        yield {
            "journal_key": company.coded(each),
            "division": company.code,
            "journal_code": code(each),
            "journal_name": text(each),
            "journal_type": text(each, "Type"),
            "journal_type_nl": kind.nl,
            "journal_type_en": kind.en,
            "currency": text(each, "Currency"),
            "gl_account_key": company.key(each.links.get("GLAccount")),
            "is_blocked": text(each, "IsBlocked"),
        }


def _by_code(entity: str, name: str) -> Callable[[Company], Iterator[Shown]]:
    def rows(company: Company) -> Iterator[Shown]:
        for each in company.books.records(entity).values():
            yield {
                f"{name}_key": company.coded(each),
                "division": company.code,
                f"{name}_code": code(each),
                f"{name}_name": text(each),
                "end_date": text(each, "EndDate"),
            }

    return rows


def projects(company: Company) -> Iterator[Shown]:
    for each in company.books.records("Projects").values():
        yield {
            "project_key": company.key(each),
            "division": company.code,
            "project_code": code(each),
            "project_name": text(each),
            "project_type": text(each, "Type"),
            "relation_key": company.key(each.links.get("Account")),
            "budgeted_amount_dc": text(each, "BudgetedAmount"),
            "budgeted_costs_dc": text(each, "BudgetedCosts"),
            "budgeted_revenue_dc": text(each, "BudgetedRevenue"),
            "start_date": text(each, "StartDate"),
            "end_date": text(each, "EndDate"),
        }


def items(company: Company) -> Iterator[Shown]:
    for each in company.books.records("Items").values():
        group = each.links.get("ItemGroup")
        yield {
            "item_key": company.key(each),
            "division": company.code,
            "item_code": code(each),
            "item_name": text(each),
            "item_group_code": code(group),
            "item_group_name": text(group),
            "unit": code(each, "Unit"),
            "cost_price": text(each, "CostPriceStandard"),
            "cost_price_currency": text(each, "CostPriceCurrency"),
            "is_sales_item": text(each, "IsSalesItem"),
            "is_purchase_item": text(each, "IsPurchaseItem"),
            "is_stock_item": text(each, "IsStockItem"),
            "start_date": text(each, "StartDate"),
            "end_date": text(each, "EndDate"),
        }


def vat_codes(company: Company) -> Iterator[Shown]:
    for each in company.books.records("VATCodes").values():
        yield {
            "vat_code_key": company.coded(each),
            "division": company.code,
            "vat_code": code(each),
            "vat_code_name": text(each),
            "vat_percentage": text(each, "Percentage"),
            "is_reverse_charged": text(each, "Charged"),
            "eu_sales_listing": text(each, "EUSalesListing"),
            "gl_account_to_pay_key": company.key(each.links.get("GLToPay")),
            "gl_account_to_claim_key": company.key(each.links.get("GLToClaim")),
            "is_blocked": text(each, "IsBlocked"),
        }


def payment_conditions(company: Company) -> Iterator[Shown]:
    for each in company.books.records("PaymentConditions").values():
        yield {
            "payment_condition_key": company.coded(each),
            "division": company.code,
            "payment_condition_code": code(each),
            "payment_condition_name": text(each),
            "payment_days": text(each, "PaymentDays"),
            "payment_end_of_months": text(each, "PaymentEndOfMonths"),
            "discount_days": text(each, "DiscountPaymentDays"),
            "discount_percentage": text(each, "DiscountPercentage"),
            "share_of_invoice": text(each, "Percentage"),
        }


def exchange_rates(company: Company) -> Iterator[Shown]:
    for each in company.books.records("ExchangeRates").values():
        yield {
            "division": company.code,
            "source_currency": text(each, "SourceCurrency"),
            "target_currency": text(each, "TargetCurrency"),
            "start_date": text(each, "StartDate"),
            "rate": text(each, "Rate"),
        }


def fiscal_periods(company: Company) -> Iterator[Shown]:
    for each in company.books.calendar.periods:
        yield {
            "fiscal_period_key": company.period_key(each.year, each.number),
            "division": company.code,
            "fiscal_year": each.year,
            "fiscal_period": each.number,
            "fiscal_year_period": serial(each.year, each.number),
            "start_date": each.start,
            "end_date": each.end,
            "calendar_year_month": each.end.year * 100 + each.end.month,
        }


def classification_schemes(company: Company) -> Iterator[Shown]:
    for each in company.books.records("GLSchemes").values():
        yield {
            "scheme_key": company.key(each),
            "division": company.code,
            "scheme_id": each.id,
            "scheme_code": code(each),
            "scheme_name": text(each),
            "is_main": bool(text(each, "Main")),
            "is_rgs": each.text("Code").startswith("RGS"),
        }


def gl_account_classifications(company: Company) -> Iterator[Shown]:
    for gl in company.books.records("GLAccounts").values():
        for scheme in company.books.records("GLSchemes").values():
            node = place_in(company, gl, scheme)
            labels = labels_above(node)
            levels = {f"level_{n + 1}": labels[n] if n < len(labels) else None for n in range(6)}
            yield levels | {
                "division": company.code,
                "gl_account_key": company.key(gl),
                "gl_account": gl.id,
                "scheme_key": company.key(scheme),
                "scheme_code": code(scheme),
                "is_rgs": scheme.text("Code").startswith("RGS"),
                "is_mapped": node is not None,
                "classification_code": code(node),
                "classification_name": text(node),
                "classification_path": " / ".join(labels) or None,
            }


def gl_accounts(company: Company) -> Iterator[Shown]:
    rgs = next(each for each in company.books.records("GLSchemes").values() if each.text("Code").startswith("RGS"))
    for gl in company.books.records("GLAccounts").values():
        node = place_in(company, gl, rgs)
        yield type_names(gl) | {
            "gl_account_key": company.key(gl),
            "division": company.code,
            "gl_account_code": code(gl),
            "gl_account_name": text(gl),
            "gl_account_type": text(gl, "Type"),
            "balance_type": text(gl, "BalanceType"),
            "balance_side": text(gl, "BalanceSide"),
            "is_blocked": text(gl, "IsBlocked"),
            "rgs_code": code(node),
            "rgs_name": text(node),
            "rgs_path": " / ".join(labels_above(node)) or None,
        }


def currencies(companies: Iterable[Company]) -> list[Shown]:
    """One list for all administrations."""
    found = {code(each): each for company in companies for each in company.books.records("Currencies").values()}
    return [
        {"currency": key, "currency_name": text(each), "smallest_amount": text(each, "AmountPrecision")}
        for key, each in found.items()
    ]


def calendar(companies: Iterable[Company]) -> Iterator[Shown]:
    """Every day the books of any administration know a period for."""
    periods = [period for company in companies for period in company.books.calendar.periods]
    day, end = min(each.start for each in periods), max(each.end for each in periods)
    while day <= end:
        yield _day(day)
        day += timedelta(days=1)


def _day(day: date) -> Shown:
    iso = day.isocalendar()
    return {
        "calendar_date": day,
        "calendar_year": day.year,
        "calendar_quarter": (day.month + 2) // 3,
        "calendar_month": day.month,
        "calendar_year_month": day.year * 100 + day.month,
        "day_of_month": day.day,
        "iso_week": iso.week,
        "iso_weekday": iso.weekday,
        "is_month_end": (day + timedelta(days=1)).day == 1,
    }


#: by view
FIGURES = {
    "divisions": divisions,
    "relations": relations,
    "journals": journals,
    "cost_centers": _by_code("Costcenters", "cost_center"),
    "cost_units": _by_code("Costunits", "cost_unit"),
    "projects": projects,
    "items": items,
    "vat_codes": vat_codes,
    "payment_conditions": payment_conditions,
    "exchange_rates": exchange_rates,
    "fiscal_periods": fiscal_periods,
    "classification_schemes": classification_schemes,
    "gl_account_classifications": gl_account_classifications,
    "gl_accounts": gl_accounts,
}
