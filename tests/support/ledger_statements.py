"""The independent ledger's statements: trial balance, balance sheet, results, budgets, VAT, currencies, groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from local.exact_simulator.books.records import Record
from tests.support.ledger import CARRY_OVER, Company, code, converted, serial, shown, when
from tests.support.ledger_masters import place_in, type_names
from tests.support.reported import Shown


def named(company: Company, gl: Record | None) -> Shown:
    return {
        "gl_account_key": company.key(gl),
        "gl_account_code": code(gl),
        "gl_account_name": gl.facts["Description"] if gl else None,
        "gl_account_type": gl.facts["Type"] if gl else None,
    }


def trial_balance(company: Company) -> Iterator[Shown]:
    for each in company.standings:
        kind = {"line_kind": "account", "result_year": each.period.year, "balance_type": each.gl.facts["BalanceType"]}
        figures = each.opening_of_year, each.year_debit, each.year_credit, each.closing
        yield when(company, each.period) | kind | named(company, each.gl) | _columns(*figures)
    for period in company.periods:
        for year, cents in company.left_over.items():
            if year < period.year:
                kind = {"line_kind": "result_of_earlier_year", "result_year": year, "balance_type": "B"}
                yield when(company, period) | kind | named(company, None) | _columns(cents, 0, 0, cents)


def _columns(start: int, debit: int, credit: int, end: int) -> Shown:
    return {
        "year_opening_dc": shown(start),
        "year_debit_dc": shown(debit),
        "year_credit_dc": shown(credit),
        "year_to_date_dc": shown(debit - credit),
        "closing_dc": shown(end),
        "balance_debit_dc": shown(max(end, 0)),
        "balance_credit_dc": shown(max(-end, 0)),
    }


def balance_sheet(company: Company) -> Iterator[Shown]:
    profit: dict[int, int] = defaultdict(int)
    with_result = set()
    for each in company.standings:
        if each.gl.facts["BalanceType"] == "W":
            profit[serial(each.period.year, each.period.number)] -= each.closing
            with_result.add(serial(each.period.year, each.period.number))
            continue
        is_asset = each.gl.facts["BalanceSide"] == "D"
        yield (
            when(company, each.period)
            | named(company, each.gl)
            | {
                "section": "assets" if is_asset else "liabilities_and_equity",
                "line_kind": "account",
                "result_year": each.period.year,
                "balance_dc": shown(each.closing if is_asset else -each.closing),
            }
        )
    for period in company.periods:
        results = {("result_of_earlier_year", y): -cents for y, cents in company.left_over.items() if y < period.year}
        if serial(period.year, period.number) in with_result:
            results["result_of_year", period.year] = profit[serial(period.year, period.number)]
        for (kind, year), cents in results.items():
            yield (
                when(company, period)
                | named(company, None)
                | {
                    "section": "liabilities_and_equity",
                    "line_kind": kind,
                    "result_year": year,
                    "balance_dc": shown(cents),
                }
            )


def profit_and_loss(company: Company) -> Iterator[Shown]:
    stands = {
        (each.gl, each.period.year, each.period.number): each
        for each in company.standings
        if each.gl.facts["BalanceType"] == "W"
    }
    periods = {(year, period) for _, year, period in stands}
    keys = set(stands) | {(gl, year + 1, number) for gl, year, number in stands if (year + 1, number) in periods}
    calendar = {(each.year, each.number): each for each in company.books.calendar.periods}
    for gl, year, number in keys:
        now, before = stands.get((gl, year, number)), stands.get((gl, year - 1, number))
        names = type_names(gl)
        yield (
            when(company, calendar[year, number])
            | named(company, gl)
            | names
            | {
                "result_dc": shown(now.credit - now.debit if now else 0),
                "result_year_to_date_dc": shown(-now.closing if now else 0),
                "previous_year_result_dc": shown(before.credit - before.debit if before else 0),
                "previous_year_to_date_dc": shown(-before.closing if before else 0),
            }
        )


def budgets(company: Company) -> Iterator[Shown]:
    for record in company.books.records("Budgets").values():
        year, period = record.number("ReportingYear"), record.number("ReportingPeriod")
        scenario = record.links["Scenario"]
        yield {
            "division": company.code,
            "budget_scenario_code": code(scenario),
            "budget_scenario_name": scenario.facts["Description"],
            "fiscal_period_key": company.period_key(year, period),
            "fiscal_year": year,
            "fiscal_period": period,
            "gl_account_key": company.key(record.links["GLAccount"]),
            "cost_center_key": company.coded(record.links.get("Costcenter")),
            "cost_unit_key": company.coded(record.links.get("Costunit")),
            "item_key": None,
            "amount_dc": record.facts["AmountDC"],
        }


def budget_comparison(company: Company) -> Iterator[Shown]:
    planned: dict[tuple[str, int, int, Record], Decimal] = defaultdict(Decimal)
    for record in company.books.records("Budgets").values():
        gl, scenario = record.links["GLAccount"], record.links["Scenario"].text("Code")
        if gl.facts["BalanceType"] == "W":
            amount = record.facts["AmountDC"]
            assert isinstance(amount, Decimal)
            planned[scenario, record.number("ReportingYear"), record.number("ReportingPeriod"), gl] -= amount
    actual: dict[tuple[str, int, int, Record], Decimal] = defaultdict(Decimal)
    for scenario, year in {key[:2] for key in planned}:
        for each in company.standings:
            if each.gl.facts["BalanceType"] == "W" and each.period.year == year:
                actual[scenario, year, each.period.number, each.gl] = shown(each.credit - each.debit)
    calendar = {(each.year, each.number): each for each in company.books.calendar.periods}
    for key in {*planned, *actual}:
        scenario, year, number, gl = key
        yield (
            when(company, calendar[year, number])
            | named(company, gl)
            | {
                "budget_scenario_code": scenario,
                "result_dc": actual[key],
                "budget_dc": planned[key],
                "difference_dc": actual[key] - planned[key],
            }
        )


def vat_per_period(company: Company) -> Iterator[Shown]:
    groups: dict[tuple[int, int, Record, bool, str], list[tuple[int, int, Decimal, Decimal, int]]] = defaultdict(list)
    for line in company.lines():
        if line.vat:
            entry, sign = line.entry, 1 if line.entry.type >= 30 else -1
            booked = line.dc if line.gl.facts["Type"] == 24 else 0
            groups[entry.year, entry.period, line.vat, entry.type >= 30, entry.currency].append(
                (
                    sign * line.base_fc,
                    sign * line.vat_fc,
                    sign * converted(line.base_fc, entry.rate),
                    sign * converted(line.vat_fc, entry.rate),
                    sign * booked,
                )
            )
    for (year, period, vat, is_purchase, currency), parts in groups.items():
        base_fc, vat_fc, base_dc, vat_dc, booked_dc = (sum(column) for column in zip(*parts, strict=True))
        yield {
            "division": company.code,
            "fiscal_period_key": company.period_key(year, period),
            "fiscal_year": year,
            "fiscal_period": period,
            "vat_code_key": company.coded(vat),
            "vat_code": code(vat),
            "vat_code_name": vat.facts["Description"],
            "vat_side": "purchase" if is_purchase else "sales",
            "entry_currency": currency,
            "taxable_fc": shown(int(base_fc)),
            "tax_fc": shown(int(vat_fc)),
            "taxable_dc": base_dc,
            "tax_dc": vat_dc,
            "tax_booked_dc": shown(int(booked_dc)),
            "line_count": len(parts),
        }


def currency_position(company: Company, today: date) -> Iterator[Shown]:
    position: dict[str, dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(("debtors", "creditors", "money", "book"), 0)
    )
    for line in company.lines():
        if line.gl.facts["Type"] in {10, 12, 14, 16} and line.entry.type not in CARRY_OVER:
            position[line.entry.currency]["money"] += line.fc
            position[line.entry.currency]["book"] += line.dc
    for term in company.books.terms.rows.values():
        if term.status < 50:
            side = "debtors" if term.line.gl.facts["Type"] == 20 else "creditors"
            position[term.line.entry.currency][side] -= term.fc
            position[term.line.entry.currency]["book"] -= term.dc
    for currency, held in position.items():
        if currency != company.books.currency:
            yield _valued(company, currency, held, today)


def _valued(company: Company, currency: str, held: dict[str, int], today: date) -> Shown:
    rates = {
        record.facts["StartDate"]: record.facts["Rate"]
        for record in company.books.records("ExchangeRates").values()
        if record.facts["SourceCurrency"] == currency
    }
    latest = max(day for day in rates if isinstance(day, date) and day <= today)
    rate, net = rates[latest], held["debtors"] + held["creditors"] + held["money"]
    assert isinstance(rate, Decimal)
    return {
        "division": company.code,
        "currency": company.books.currency,
        "entry_currency": currency,
        "receivable_fc": shown(held["debtors"]),
        "payable_fc": shown(held["creditors"]),
        "liquid_fc": shown(held["money"]),
        "net_fc": shown(net),
        "book_value_dc": shown(held["book"]),
        "rate": rate,
        "rate_date": latest,
        "value_dc": converted(net, rate),
        "unrealised_dc": converted(net, rate) - shown(held["book"]),
    }


def unmapped_amounts(company: Company) -> Iterator[Shown]:
    last = {
        (each.gl, each.period.year): each for each in sorted(company.standings, key=lambda each: each.period.number)
    }
    for scheme in company.books.records("GLSchemes").values():
        for year in {year for _, year in last}:
            here = [each for (_, of), each in last.items() if of == year]
            gaps = [each for each in here if place_in(company, each.gl, scheme) is None]
            yield {
                "division": company.code,
                "scheme_code": code(scheme),
                "is_rgs": scheme.text("Code").startswith("RGS"),
                "fiscal_year": year,
                "accounts_used": len(here),
                "accounts_unmapped": len(gaps),
                "turnover_dc": shown(sum(each.year_debit + each.year_credit for each in here)),
                "unmapped_turnover_dc": shown(sum(each.year_debit + each.year_credit for each in gaps)),
                "unmapped_balance_dc": shown(sum(e.closing for e in gaps if e.gl.facts["BalanceType"] == "B")),
                "unmapped_result_dc": shown(-sum(e.closing for e in gaps if e.gl.facts["BalanceType"] == "W")),
            }


def consolidated_results(
    companies: Iterable[Company], to: dict[str, Decimal] | None = None, target: str = ""
) -> list[Shown]:
    """`to`: what one unit of a currency is worth in the target's."""
    groups: dict[tuple[object, ...], list[tuple[int, Decimal]]] = defaultdict(list)
    for company in companies:
        for each in company.standings:
            if each.gl.facts["BalanceType"] == "W":
                for scheme in company.books.records("GLSchemes").values():
                    place, end = place_in(company, each.gl, scheme), each.period.end
                    own = company.books.currency
                    rate = (to or {}).get(own)
                    key = target if rate else own, end.year * 100 + end.month, code(scheme), code(place)
                    name = place.facts["Description"] if place else None
                    amount = converted(each.credit - each.debit, rate or Decimal(1))
                    groups[*key, name].append((company.code, amount))
    return [
        {
            "currency": currency,
            "calendar_year_month": month,
            "scheme_code": scheme,
            "classification_code": place,
            "classification_name": name,
            "division_count": len({division for division, _ in parts}),
            "result_dc": sum(amount for _, amount in parts),
        }
        for (currency, month, scheme, place, name), parts in groups.items()
    ]


#: by view
FIGURES = {
    "trial_balance": trial_balance,
    "balance_sheet": balance_sheet,
    "profit_and_loss": profit_and_loss,
    "budgets": budgets,
    "budget_comparison": budget_comparison,
    "vat_per_period": vat_per_period,
    "unmapped_amounts": unmapped_amounts,
}
