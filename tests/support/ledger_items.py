"""The independent ledger's open items: on a day, by age, and how they were paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from local.exact_simulator.books.records import Term
from tests.support.ledger import Company, shown
from tests.support.reported import Shown

MILLIONTH = Decimal("0.000001")


def side(term: Term) -> str:
    return "receivable" if term.line.gl.facts["Type"] == 20 else "payable"


def owed(term: Term) -> int:
    """What is owed, in cents: a term has the sign of its control line turned, and so is negative for a receivable."""
    return -term.dc if side(term) == "receivable" else term.dc


def _owed_fc(term: Term) -> int:
    return -term.fc if side(term) == "receivable" else term.fc


def stands(term: Term, day: date) -> bool:
    """Whether it was open at the end of a day: it is there, and what settles it is not complete yet."""
    settled = term.match.end if term.match else None
    return term.line.entry.day <= day and (settled is None or settled > day)


def _identity(company: Company, term: Term) -> Shown:
    line, entry = term.line, term.line.entry
    return {
        "item_id": term.id,
        "division": company.code,
        "side": side(term),
        "relation_key": company.key(line.account),
        "gl_account_key": company.key(line.gl),
        "invoice_number": line.invoice,
        "entry_number": entry.number,
        "invoice_date": entry.day,
        "due_date": term.due,
        "item_status": term.status,
        "item_amount_dc": shown(owed(term)),
        "entry_currency": entry.currency,
        "item_amount_fc": shown(_owed_fc(term)),
    }


def payment_terms(company: Company) -> Iterator[Shown]:
    for term in company.books.terms.rows.values():
        entry, end = term.line.entry, term.match.end if term.match else None
        yield _identity(company, term) | {
            "journal_key": company.coded(entry.journal),
            "payment_condition_key": company.coded(entry.condition),
            "settled_date": end,
            "is_open": term.status < 50,
            "is_in_transit": term.status == 40,
            "exchange_rate": entry.rate,
            "days_to_pay": (end - entry.day).days if end else None,
            "days_late": (end - term.due).days if end else None,
            "your_reference": entry.your_ref,
            "payment_reference": entry.payment_reference,
            "line_description": term.line.description,
            "settlement_id": term.match.id if term.match else term.set_id,
            "ledger_line_id": term.line.id,
        }


def open_items(company: Company, today: date) -> Iterator[Shown]:
    for term in company.books.terms.rows.values():
        if term.status < 50:
            yield _identity(company, term) | {
                "as_at": today,
                "is_in_transit": term.status == 40,
                "days_overdue": (today - term.due).days,
                "your_reference": term.line.entry.your_ref,
                "line_description": term.line.description,
            }


def month_ends(companies: Iterable[Company], today: date) -> list[date]:
    """Every month end since the first books began, before today, and today."""
    day, found = min(each.books.calendar.start for each in companies), [today]
    while day < today:
        if (day + timedelta(days=1)).day == 1:
            found.append(day)
        day += timedelta(days=1)
    return found


def open_on(company: Company, days: Iterable[date]) -> Iterator[Shown]:
    for day in days:
        for term in company.books.terms.rows.values():
            if stands(term, day):
                yield _identity(company, term) | {
                    "as_at": day,
                    "days_overdue": (day - term.due).days,
                    "days_since_invoice": (day - term.line.entry.day).days,
                }


def ageing(company: Company, days: Iterable[date]) -> Iterator[Shown]:
    for day in days:
        by_relation: dict[tuple[str, str | None], list[Term]] = defaultdict(list)
        for term in company.books.terms.rows.values():
            if stands(term, day):
                by_relation[side(term), company.key(term.line.account)].append(term)
        for (of, relation), terms in by_relation.items():
            for basis in ("due_date", "invoice_date"):
                who = {"as_at": day, "division": company.code, "side": of, "relation_key": relation}
                yield who | {"ageing_basis": basis, "item_count": len(terms)} | _buckets(terms, day, basis)


def _buckets(terms: Iterable[Term], day: date, basis: str) -> Shown:
    names = ("not_yet_due_dc", "days_0_30_dc", "days_31_60_dc", "days_61_90_dc", "days_over_90_dc", "total_dc")
    cents = dict.fromkeys(names, 0)
    for term in terms:
        age = (day - (term.due if basis == "due_date" else term.line.entry.day)).days
        late = names[1 + (age > 30) + (age > 60) + (age > 90)]
        cents["not_yet_due_dc" if term.due >= day else late] += owed(term)
        cents["total_dc"] += owed(term)
    return {name: shown(amount) for name, amount in cents.items()}


def payment_behaviour(company: Company) -> Iterator[Shown]:
    paid: dict[tuple[str, str | None, int], list[tuple[int, int, int]]] = defaultdict(list)
    for term in company.books.terms.rows.values():
        if term.match and term.line.entry.type in {20, 30} and owed(term) > 0:
            end = term.match.end
            days = (end - term.line.entry.day).days, (end - term.due).days
            paid[side(term), company.key(term.line.account), end.year * 100 + end.month].append((owed(term), *days))
    for (of, relation, month), items in paid.items():
        amount, to_pay, late = (sum(column) for column in zip(*items, strict=True))
        yield {
            "division": company.code,
            "side": of,
            "relation_key": relation,
            "settled_year_month": month,
            "item_count": len(items),
            "settled_dc": shown(amount),
            "settled_on_time_dc": shown(sum(cents for cents, _, days in items if days <= 0)),
            "sum_days_to_pay": to_pay,
            "sum_days_late": late,
            "average_days_to_pay": _ratio(to_pay, len(items)),
            "average_days_late": _ratio(late, len(items)),
            "weighted_days_to_pay": _ratio(sum(cents * days for cents, days, _ in items), amount),
        }


def _ratio(part: int, whole: int) -> Decimal:
    return (Decimal(part) / whole).quantize(MILLIONTH, ROUND_HALF_UP)


def control_balances(company: Company, day: date) -> dict[str, Decimal]:
    """What stands on the control accounts at the end of a day, with the sign of the side."""
    cents = {"receivable": 0, "payable": 0}
    for line in company.lines():
        if line.gl.facts["Type"] in {20, 22} and line.entry.day <= day and line.entry.type not in {327, 328}:
            cents["receivable" if line.gl.facts["Type"] == 20 else "payable"] += line.dc
    return {"receivable": shown(cents["receivable"]), "payable": shown(-cents["payable"])}
