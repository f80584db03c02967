"""Differences planted in the copy: each is found, named and healed by the smallest piece, with the calls promised."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from local.exact_simulator.reply import Reply, Request
from shared.errors import Cause
from tests.support.pipeline import Pipeline
from tests.support.planting import Copy

LIST = "financialtransaction/TransactionLines"
CHANGES = "sync/Financial/TransactionLines"
LOG = "sync/Deleted"
BALANCE = "financial/ReportingBalance"

#: what is planted, the periods it touches, and how often each is listed: twice where a stored line is lacking
PLANTED = {"lose": (1, 1), "double": (1, 2), "add_cent": (1, 1), "move": (2, 1)}


def alter_balance(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, cents: int = 1) -> None:
    """Exact's balance of the first year says a cent more than its lines, from now on."""
    company = pipeline.world.divisions[pipeline.code]
    whole = company.reporting_balance

    def altered(year: int) -> list[dict[str, object]]:
        first, *others = whole(year)
        wrong = first | {name: first[name] + cents for name in ("Amount", "AmountDebit")}  # type: ignore[operator]
        return [wrong, *others] if year == company.years()[0] else [first, *others]

    monkeypatch.setattr(company, "reporting_balance", altered)


@pytest.mark.parametrize("plant", PLANTED)
def test_a_planted_difference_is_healed_by_its_periods(proven: Copy, plant: str) -> None:
    getattr(proven, plant)()
    proven.run()
    year = str(proven.first_year)
    first_year = [(state, healed) for scope, state, healed in proven.history() if scope == year]
    assert first_year == [("holds", ""), ("doubted", ""), ("differs", ""), ("holds", "period")]
    assert proven.standing.state == "proven"
    assert {each.column for each in proven.pipeline.differences()} <= {"Timestamp"}


@pytest.mark.parametrize(("plant", "periods", "lists"), [(name, *promised) for name, promised in PLANTED.items()])
def test_a_repair_makes_the_calls_that_were_promised(proven: Copy, plant: str, periods: int, lists: int) -> None:
    idle = proven.run()
    getattr(proven, plant)()
    calls = proven.run() - idle
    balance = 2 * proven.pages(proven.first_year)  # the second look, and the proof of the repair
    assert {name: calls[name] for name in (LIST, CHANGES, LOG, BALANCE)} == {
        LIST: periods * lists,
        CHANGES: 3,  # after the first look, after the second, after the list
        LOG: 3,
        BALANCE: balance,
    }


def test_a_missed_deletion_is_healed_and_stays_so(proven: Copy) -> None:
    proven.miss_deletion()
    proven.run()
    assert proven.standing.state == "proven"
    assert proven.pipeline.differences() == []


def test_the_difference_is_kept_with_both_sides(proven: Copy) -> None:
    proven.add_cent()
    proven.run()
    (found,) = proven.found("doubted")
    assert found.copied_amount - found.reported_amount == Decimal("0.01")
    assert (found.kind, found.period, found.copied_lines) == ("ledger", 1, found.reported_lines)


def test_a_line_the_list_brought_gets_its_version_with_the_next_full_reading(proven: Copy) -> None:
    line = proven.lose()
    proven.run()
    assert proven.pipeline.column("TransactionLines", "Timestamp", line) == 0
    for _ in range(4):
        proven.run()
    assert proven.pipeline.differences() == []


def test_what_is_wrong_at_the_source_is_reported_and_never_healed_away(
    proven: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    alter_balance(proven.pipeline, monkeypatch)
    proven.run()
    assert (proven.standing.state, proven.standing.cause) == ("unproven", Cause.LEDGER_DIFFERS.code)
    assert proven.pipeline.differences(but=("ReportingBalance",)) == []
    assert [state for scope, state, _ in proven.history() if scope == str(proven.first_year)][-1] == "differs"


def test_an_unhealed_difference_is_compared_daily_and_not_repaired_again(
    proven: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    alter_balance(proven.pipeline, monkeypatch)
    proven.run()
    calls = proven.run(days=1)
    assert (calls[LIST], calls[CHANGES], calls[BALANCE]) == (0, 1, proven.pages(proven.first_year))
    assert proven.standing.state == "unproven"


def test_a_difference_at_the_source_that_goes_makes_it_proven_again(proven: Copy) -> None:
    proven.pipeline.change("plant_cent")
    proven.run()
    assert proven.standing.state == "unproven"
    proven.pipeline.change("heal")
    proven.run(days=1)
    assert proven.standing.state == "proven"


def test_what_a_period_does_not_heal_goes_up_to_the_year_and_all_lines(
    proven_over: Callable[..., Copy], monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = proven_over(exact={"page_size": 1000})
    monkeypatch.setattr("shared.sync.repair.calls", lambda stream, lines: 1)  # no piece is too dear
    alter_balance(copy.pipeline, monkeypatch)
    calls = copy.run()
    assert calls[LIST] == 2  # the period, then the year
    assert [state for _, state, _ in copy.history()].count("differs") == 4


def test_a_piece_dearer_than_all_lines_is_passed_over(proven: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    alter_balance(proven.pipeline, monkeypatch)
    calls = proven.run()
    assert calls[LIST] == 1  # the year alone would take more calls than all lines
    assert calls[CHANGES] == 1 + 3 + 2 + 1  # idle; both looks and the list; all lines (two pages); after them


def test_a_list_without_the_right_removes_nothing(proven: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    before = proven.pipeline.count("TransactionLines")
    proven.add_cent()
    whole = proven.pipeline.exact.simulator.answer

    def answer(request: Request) -> Reply:
        if LIST in request.path:
            return Reply(200, (("Content-Type", "application/json"),), b'{"d":{"results":[]}}')
        if "UserHasRights" in request.path and "financialtransaction" in request.query:
            return Reply(200, (("Content-Type", "application/json"),), b'{"d":{"UserHasRights":false}}')
        return whole(request)

    monkeypatch.setattr(proven.pipeline.exact.simulator, "answer", answer)
    proven.run()
    assert proven.pipeline.count("TransactionLines") == before
    assert (str(proven.first_year), "holds", "stream") in proven.history()
