"""Every figure of every view is that of the books: a copy made by the pipeline against the independent ledger."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from shared.provisioning import SqliteProvisioner
from shared.reporting import VIEWS
from shared.reporting.questions import ageing_on, consolidated_in, open_items_on
from shared.warehouse.names import Dialect
from tests.support import ledger, ledger_items, ledger_masters, ledger_statements
from tests.support.ledger import Company
from tests.support.pipeline import Pipeline
from tests.support.reported import Shown, answer, disagreements, shown, with_views

TODAY = date(2026, 11, 25)
#: what people do to books, besides what every history holds already: no change erases what the books still say
DONE = (
    ("post_sale", {"credit": True}),
    ("post_sale", {}),
    ("post_purchase", {"credit": True}),
    ("post_bank", {"percent": 40}),
    ("post_bank", {"allocate": False}),
    ("match", {}),
    ("unmatch", {}),
    ("unmatch", {}),
    ("select_term", {}),
    ("pay_term", {}),
    ("post_memorial", {}),
    ("change_line", {"amount": "12.34"}),
    ("process_entry", {}),
    ("delete_entry", {}),
    ("rename_account", {}),
    ("rename_gl", {}),
    ("remap_gl", {}),
    ("new_row", {"entity": "Costcenters"}),
    ("change_row", {"entity": "Budgets"}),
    ("change_row", {"entity": "ExchangeRates"}),
)
#: what the loop writes and not the books: their own tests
OF_THE_LOOP = {"codes", "run_days", "reference_dates", "stream_freshness", "freshness", "proofs"}


def everything(companies: list[Company]) -> dict[str, list[Shown]]:
    """Every view the books decide, worked out from them."""
    of_each = ledger.FIGURES | ledger_statements.FIGURES | ledger_masters.FIGURES
    of_each |= {"payment_terms": ledger_items.payment_terms, "payment_behaviour": ledger_items.payment_behaviour}
    days = ledger_items.month_ends(companies, TODAY)
    dated: dict[str, Callable[[Company], object]] = {
        "open_items": lambda each: ledger_items.open_items(each, TODAY),
        "open_items_by_date": lambda each: ledger_items.open_on(each, days),
        "open_items_as_known": lambda each: ledger_items.open_on(each, [TODAY]),
        "ageing": lambda each: ledger_items.ageing(each, days),
        "ageing_as_known": lambda each: ledger_items.ageing(each, [TODAY]),
        "currency_position": lambda each: ledger_statements.currency_position(each, TODAY),
    }
    found = {name: [row for each in companies for row in rows(each)] for name, rows in (of_each | dated).items()}  # type: ignore[attr-defined, operator]
    return found | {
        "currencies": ledger_masters.currencies(companies),
        "calendar": list(ledger_masters.calendar(companies)),
        "consolidated_results": ledger_statements.consolidated_results(companies),
    }


def companies(pipeline: Pipeline) -> list[Company]:
    return [Company(each) for each in pipeline.world.divisions.values()]


def unlike(pipeline: Pipeline, path: Path) -> dict[str, dict[str, list[Shown]]]:
    """The views that say something else than the books, with a few rows of each."""
    expected = everything(companies(pipeline))
    compared = {name: disagreements(rows, shown(path, name)) for name, rows in expected.items()}
    return {name: found for name, found in compared.items() if found}


@pytest.fixture
def copied(pipeline_over: Callable[..., Pipeline]) -> Callable[[int], Pipeline]:
    """Three companies: short and shifted years, 13 periods, two charts, two currencies; changed, and then copied."""

    def copy(seed: int) -> Pipeline:
        pipeline: Pipeline = pipeline_over(seed=seed, lines=4000, companies=3)
        for change, arguments in DONE:
            pipeline.change(change, **arguments)
        pipeline.connect()
        assert pipeline.run() == ""
        return pipeline

    return copy


@pytest.mark.parametrize("seed", [2, 5])
def test_every_figure_of_every_view_is_that_of_the_books(seed: int, copied: Callable[[int], Pipeline]) -> None:
    pipeline = copied(seed)
    path = with_views(tenant_path(pipeline))
    assert unlike(pipeline, path) == {}
    assert {*everything(companies(pipeline))} | OF_THE_LOOP == {*VIEWS}


def test_a_division_that_was_renamed_and_moved_keeps_its_figures(copied: Callable[[int], Pipeline]) -> None:
    pipeline = copied(3)
    pipeline.change("rename", name="Waterland Groep B.V.")
    pipeline.change("move")
    for change, arguments in DONE:
        pipeline.change(change, **arguments)
    for _ in range(3):  # rows of the epoch before leave when two complete readings lacked them
        pipeline.clock.pass_time(hours=1)
        pipeline.run()
    assert unlike(pipeline, with_views(tenant_path(pipeline))) == {}


def test_open_items_of_any_day_are_those_of_the_books_and_of_the_control_accounts(
    copied: Callable[[int], Pipeline],
) -> None:
    pipeline = copied(4)
    path = with_views(tenant_path(pipeline))
    for day in (date(2025, 3, 3), date(2026, 2, 28), date(2026, 11, 24)):
        items = answer(path, open_items_on(day, Dialect.SQLITE), VIEWS["open_items_by_date"].columns)
        ages = answer(path, ageing_on(day, Dialect.SQLITE), VIEWS["ageing"].columns)
        expected = [row for one in companies(pipeline) for row in ledger_items.open_on(one, [day])]
        assert disagreements(expected, items) == {}
        assert (
            disagreements((row for one in companies(pipeline) for row in ledger_items.ageing(one, [day])), ages) == {}
        )
        assert by_side(items) == by_side(control(companies(pipeline), day))


def control(books: list[Company], day: date) -> list[Shown]:
    return [
        {"division": one.code, "side": side, "item_amount_dc": balance}
        for one in books
        for side, balance in ledger_items.control_balances(one, day).items()
    ]


def by_side(rows: list[Shown]) -> dict[tuple[object, object], Decimal]:
    sums: dict[tuple[object, object], Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row["division"], row["side"]] += row["item_amount_dc"]  # type: ignore[operator]
    return sums


def test_results_of_several_currencies_come_together_at_named_rates_only(copied: Callable[[int], Pipeline]) -> None:
    pipeline, rates = copied(6), {"GBP": Decimal("1.171234567")}
    path, columns = with_views(tenant_path(pipeline)), VIEWS["consolidated_results"].columns
    together = answer(path, consolidated_in("EUR", rates, Dialect.SQLITE), columns)
    to_euro = {"EUR": Decimal(1), **rates}
    expected = ledger_statements.consolidated_results(companies(pipeline), to_euro, "EUR")
    assert disagreements(expected, together) == {}
    apart = answer(path, consolidated_in("EUR", {}, Dialect.SQLITE), columns)
    assert {row["currency"] for row in apart} == {"EUR", "GBP"}


#: views in which one cent more in the first row of a table must show
A_CENT_MORE = {
    "TransactionLines": {"ledger_lines", "account_movements", "period_movements", "period_balances", "trial_balance"},
    "PaymentTerms": {"payment_terms"},
    "Budgets": {"budgets"},
}


def test_one_cent_in_one_row_is_seen(copied: Callable[[int], Pipeline]) -> None:
    pipeline = copied(7)
    path = with_views(tenant_path(pipeline))
    with closing(sqlite3.connect(path, autocommit=True)) as connection:
        for table in A_CENT_MORE:
            first = f"(SELECT MIN(_id) FROM exact_{table})"
            connection.execute(f"UPDATE exact_{table} SET AmountDC = AmountDC + 100 WHERE _id = {first}")
    assert set().union(*A_CENT_MORE.values()) <= {*unlike(pipeline, path)}


def tenant_path(pipeline: Pipeline) -> Path:
    return SqliteProvisioner(pipeline.folder / "tenants").path(pipeline.register.tenants.get("tenant-1"))
