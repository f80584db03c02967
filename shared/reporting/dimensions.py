"""What amounts are looked at by: administrations, relations, journals, cost centres, projects, items, codes."""

from __future__ import annotations

from collections.abc import Callable

from shared.reporting.codes import codes
from shared.reporting.dialects import Sql
from shared.reporting.model import Query, Role, View, c
from shared.streams.model import Word


def _codes(sql: Sql) -> Query:
    rows = [(each.list, each.code, place, each.nl, each.en) for place, each in enumerate(codes(), 1)]
    columns = (
        c("list", Word.CODE, "v.list", "Exact's lists of codes"),
        c("code", Word.CODE, "v.code", "Exact's lists of codes"),
        c("sort_order", Word.NUMBER, "v.place", "the place in its list"),
        c("name_nl", Word.TEXT, "v.nl", "our own words"),
        c("name_en", Word.TEXT, "v.en", "our own words"),
    )
    return Query(columns, f"FROM {sql.values('v', ['list', 'code', 'place', 'nl', 'en'], rows)}")


def _divisions(sql: Sql) -> Query:
    columns = (
        c("division", Word.VERSION, "d.Code"),
        c("division_name", Word.TEXT, "d.Description"),
        c("division_number", Word.VERSION, "d.Hid"),
        c("currency", Word.CODE, "d.Currency"),
        c("country", Word.CODE, "d.Country"),
        c("legislation", Word.CODE, "d.Legislation"),
        c("vat_number", Word.TEXT, "d.VATNumber"),
        c("chamber_of_commerce", Word.TEXT, "d.ChamberOfCommerceNumber"),
        c("start_date", Word.DAY, "d.StartDate"),
        c("archive_date", Word.DAY, "d.ArchiveDate"),
        c("is_main", Word.FLAG, "d.IsMainDivision"),
    )
    return Query(columns, f"FROM {sql.exact('Divisions', 'd')}")


def _relations(sql: Sql) -> Query:
    groups = (
        f"LEFT JOIN {sql.exact('AccountClassifications', f'c{place}')} "
        f"ON c{place}._division = a._division AND c{place}.ID = a.Classification{place}"
        for place in (1, 2)
    )
    tail = f"FROM {sql.exact('Accounts', 'a')} {' '.join(groups)}"
    columns = (
        c("relation_key", Word.CODE, sql.id_key("a._division", "a.ID")),
        c("division", Word.VERSION, "a._division"),
        c("relation_code", Word.CODE, "a.Code"),
        c("relation_name", Word.TEXT, "a.Name"),
        c("is_customer", Word.FLAG, sql.flag("a.Status = 'C'")),
        c("customer_stage", Word.CODE, "a.Status"),
        c("is_supplier", Word.FLAG, "a.IsSupplier"),
        c("country", Word.CODE, "a.Country"),
        c("city", Word.TEXT, "a.City"),
        c("postcode", Word.TEXT, "a.Postcode"),
        c("vat_number", Word.TEXT, "a.VATNumber"),
        c("chamber_of_commerce", Word.TEXT, "a.ChamberOfCommerce"),
        c("relation_group_1", Word.TEXT, "c1.Description"),
        c("relation_group_2", Word.TEXT, "c2.Description"),
        c("sales_condition_key", Word.CODE, sql.code_key("a._division", "a.PaymentConditionSales")),
        c("purchase_condition_key", Word.CODE, sql.code_key("a._division", "a.PaymentConditionPurchase")),
        c("credit_line_sales_dc", Word.MONEY, "a.CreditLineSales"),
        c("credit_line_purchase_dc", Word.MONEY, "a.CreditLinePurchase"),
        c("is_blocked", Word.FLAG, "a.Blocked"),
        c("is_anonymised", Word.FLAG, "a.IsAnonymised"),
    )
    return Query(columns, tail)


def _journals(sql: Sql) -> Query:
    tail = (
        f"FROM {sql.exact('Journals', 'j')} LEFT JOIN {sql.view('codes', 'k')} ON k.list = 'journal_type' "
        f"AND k.code = {sql.text('j.Type')}"
    )
    columns = (
        c("journal_key", Word.CODE, sql.code_key("j._division", "j.Code")),
        c("division", Word.VERSION, "j._division"),
        c("journal_code", Word.CODE, "j.Code"),
        c("journal_name", Word.TEXT, "j.Description"),
        c("journal_type", Word.NUMBER, "j.Type"),
        c("journal_type_nl", Word.TEXT, "k.name_nl"),
        c("journal_type_en", Word.TEXT, "k.name_en"),
        c("currency", Word.CODE, "j.Currency"),
        c("gl_account_key", Word.CODE, sql.id_key("j._division", "j.GLAccount")),
        c("is_blocked", Word.FLAG, "j.IsBlocked"),
    )
    return Query(columns, tail)


def _by_code(stream: str, name: str) -> Callable[[Sql], Query]:
    """A list of codes with descriptions and a last day, such as the cost centres."""

    def query(sql: Sql) -> Query:
        columns = (
            c(f"{name}_key", Word.CODE, sql.code_key("x._division", "x.Code")),
            c("division", Word.VERSION, "x._division"),
            c(f"{name}_code", Word.CODE, "x.Code"),
            c(f"{name}_name", Word.TEXT, "x.Description"),
            c("end_date", Word.DAY, "x.EndDate"),
        )
        return Query(columns, f"FROM {sql.exact(stream, 'x')}")

    return query


def _projects(sql: Sql) -> Query:
    columns = (
        c("project_key", Word.CODE, sql.id_key("p._division", "p.ID")),
        c("division", Word.VERSION, "p._division"),
        c("project_code", Word.CODE, "p.Code"),
        c("project_name", Word.TEXT, "p.Description"),
        c("project_type", Word.NUMBER, "p.Type"),
        c("relation_key", Word.CODE, sql.id_key("p._division", "p.Account")),
        c("budgeted_amount_dc", Word.MONEY, "p.BudgetedAmount"),
        c("budgeted_costs_dc", Word.MONEY, "p.BudgetedCosts"),
        c("budgeted_revenue_dc", Word.MONEY, "p.BudgetedRevenue"),
        c("start_date", Word.DAY, "p.StartDate"),
        c("end_date", Word.DAY, "p.EndDate"),
    )
    return Query(columns, f"FROM {sql.exact('Projects', 'p')}")


def _items(sql: Sql) -> Query:
    tail = (
        f"FROM {sql.exact('Items', 'i')} LEFT JOIN {sql.exact('ItemGroups', 'g')} "
        "ON g._division = i._division AND g.ID = i.ItemGroup"
    )
    columns = (
        c("item_key", Word.CODE, sql.id_key("i._division", "i.ID")),
        c("division", Word.VERSION, "i._division"),
        c("item_code", Word.CODE, "i.Code"),
        c("item_name", Word.TEXT, "i.Description"),
        c("item_group_code", Word.CODE, "g.Code"),
        c("item_group_name", Word.TEXT, "g.Description"),
        c("unit", Word.CODE, "i.Unit"),
        c("cost_price", Word.RATE, "i.CostPriceStandard"),
        c("cost_price_currency", Word.CODE, "i.CostPriceCurrency"),
        c("is_sales_item", Word.FLAG, "i.IsSalesItem"),
        c("is_purchase_item", Word.FLAG, "i.IsPurchaseItem"),
        c("is_stock_item", Word.FLAG, "i.IsStockItem"),
        c("start_date", Word.DAY, "i.StartDate"),
        c("end_date", Word.DAY, "i.EndDate"),
    )
    return Query(columns, tail)


def _vat_codes(sql: Sql) -> Query:
    columns = (
        c("vat_code_key", Word.CODE, sql.code_key("v._division", "v.Code")),
        c("division", Word.VERSION, "v._division"),
        c("vat_code", Word.CODE, "v.Code"),
        c("vat_code_name", Word.TEXT, "v.Description"),
        c("vat_percentage", Word.RATE, "v.Percentage"),
        c("is_reverse_charged", Word.FLAG, "v.Charged"),
        c("eu_sales_listing", Word.CODE, "v.EUSalesListing"),
        c("gl_account_to_pay_key", Word.CODE, sql.id_key("v._division", "v.GLToPay")),
        c("gl_account_to_claim_key", Word.CODE, sql.id_key("v._division", "v.GLToClaim")),
        c("is_blocked", Word.FLAG, "v.IsBlocked"),
    )
    return Query(columns, f"FROM {sql.exact('VATCodes', 'v')}")


def _payment_conditions(sql: Sql) -> Query:
    columns = (
        c("payment_condition_key", Word.CODE, sql.code_key("p._division", "p.Code")),
        c("division", Word.VERSION, "p._division"),
        c("payment_condition_code", Word.CODE, "p.Code"),
        c("payment_condition_name", Word.TEXT, "p.Description"),
        c("payment_days", Word.NUMBER, "p.PaymentDays"),
        c("payment_end_of_months", Word.NUMBER, "p.PaymentEndOfMonths"),
        c("discount_days", Word.NUMBER, "p.DiscountPaymentDays"),
        c("discount_percentage", Word.RATE, "p.DiscountPercentage"),
        c("share_of_invoice", Word.RATE, "p.Percentage"),
    )
    return Query(columns, f"FROM {sql.exact('PaymentConditions', 'p')}")


def _currencies(sql: Sql) -> Query:
    # one list of the world's currencies, that every division gives again
    columns = (
        c("currency", Word.CODE, "x.Code"),
        c("currency_name", Word.TEXT, "MAX(x.Description)"),
        c("smallest_amount", Word.RATE, "MIN(x.AmountPrecision)"),
    )
    return Query(columns, f"FROM {sql.exact('Currencies', 'x')} GROUP BY x.Code")


def _exchange_rates(sql: Sql) -> Query:
    columns = (
        c("division", Word.VERSION, "r._division"),
        c("source_currency", Word.CODE, "r.SourceCurrency"),
        c("target_currency", Word.CODE, "r.TargetCurrency"),
        c("start_date", Word.DAY, "r.StartDate"),
        c("rate", Word.RATE, "r.Rate"),
    )
    return Query(columns, f"FROM {sql.exact('ExchangeRates', 'r')}")


VIEWS = (
    View("codes", Role.DIMENSION, _codes),
    View("divisions", Role.DIMENSION, _divisions),
    View("relations", Role.DIMENSION, _relations),
    View("journals", Role.DIMENSION, _journals),
    View("cost_centers", Role.DIMENSION, _by_code("Costcenters", "cost_center")),
    View("cost_units", Role.DIMENSION, _by_code("Costunits", "cost_unit")),
    View("projects", Role.DIMENSION, _projects),
    View("items", Role.DIMENSION, _items),
    View("vat_codes", Role.DIMENSION, _vat_codes),
    View("payment_conditions", Role.DIMENSION, _payment_conditions),
    View("currencies", Role.DIMENSION, _currencies),
    View("exchange_rates", Role.DIMENSION, _exchange_rates),
)
