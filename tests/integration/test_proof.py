"""Proof through the whole pipeline: what makes a division proven, unproven or unknown, since when, and at what cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from local.exact_simulator.reply import Reply, Request
from shared.errors import Cause
from tests.support.pipeline import Pipeline
from tests.support.planting import Copy

BALANCE = "financial/ReportingBalance"
LIST = "financialtransaction/TransactionLines"
CHANGES = "sync/Financial/TransactionLines"


def test_a_first_copy_is_proven_year_by_year(proven: Copy) -> None:
    company = proven.pipeline.world.divisions[proven.pipeline.code]
    assert proven.history() == [(str(year), "holds", "") for year in company.years()]
    assert (proven.standing.state, proven.standing.current) == ("proven", True)
    assert proven.standing.as_of == proven.pipeline.clock()


def test_a_proof_has_the_figures_of_both_sides(proven: Copy) -> None:
    kept = proven.latest(scope=str(proven.first_year))
    assert kept.copied_lines == kept.reported_lines > 0
    assert kept.copied_debit == kept.reported_debit == kept.copied_credit
    assert kept.cursor == proven.pipeline.checkpoint("TransactionLines").cursor


def test_control_accounts_equal_the_open_items_with_what_is_in_transit_apart(proven: Copy) -> None:
    for subject in ("receivables", "payables"):
        kept = proven.latest(subject)
        assert (kept.state, kept.copied_amount) == ("holds", kept.reported_amount)
    assert proven.latest("receivables").in_transit > 0


def test_the_register_knows_the_word_and_the_times(proven: Copy) -> None:
    (told,) = proven.pipeline.register.proofs.of("tenant-1")
    standing = proven.standing
    assert (told.state, told.as_of, told.due_at) == ("proven", standing.as_of, standing.due_at)


def test_nothing_changed_costs_no_call_and_writes_nothing(proven: Copy) -> None:
    before = proven.standing
    proven.pipeline.clock.pass_time(hours=1)
    proven.pipeline.calls()
    proven.pipeline.run()
    assert proven.pipeline.calls()[BALANCE] == 0
    assert proven.standing == before


def test_between_two_comparisons_it_is_proven_as_of_a_moment(proven: Copy) -> None:
    before = proven.standing
    proven.pipeline.change("post_sale")
    proven.pipeline.clock.pass_time(hours=1)
    proven.pipeline.run()
    assert (proven.standing.state, proven.standing.as_of) == ("proven", before.as_of)
    assert not proven.standing.current
    assert proven.standing.due_at == before.as_of + timedelta(days=1)  # type: ignore[operator]


def test_a_changed_year_is_compared_within_a_day_and_no_other(proven: Copy) -> None:
    proven.pipeline.change("post_sale")
    calls = proven.run(days=1)
    year = proven.pipeline.world.divisions[proven.pipeline.code].years()[-1]
    assert calls[BALANCE] == proven.pages(year)
    assert proven.standing.current


def booking_during(copy: Copy, monkeypatch: pytest.MonkeyPatch, times: int = 1) -> None:
    """Somebody books a sale just before Exact answers with a balance, that many times."""
    whole = copy.pipeline.exact.simulator.answer
    left = [times]

    def answer(request: Request) -> Reply:
        if BALANCE in request.path and left[0]:
            left[0] -= 1
            copy.pipeline.change("post_memorial")
        return whole(request)

    monkeypatch.setattr(copy.pipeline.exact.simulator, "answer", answer)


def test_a_booking_between_copy_and_comparison_is_no_difference(proven: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    proven.pipeline.change("post_sale")
    booking_during(proven, monkeypatch)
    calls = proven.run(days=1)
    assert proven.history()[-1][1:] == ("holds", "changes")
    assert calls[CHANGES] == 2
    assert proven.standing.current


def test_a_deletion_between_copy_and_comparison_is_no_difference(proven: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    posted = proven.pipeline.change("post_memorial")
    whole = proven.pipeline.exact.simulator.answer
    done: list[bool] = []

    def answer(request: Request) -> Reply:
        if BALANCE in request.path and not done:
            done.append(True)
            proven.pipeline.change("delete_entry", entry=posted["entry"])
        return whole(request)

    monkeypatch.setattr(proven.pipeline.exact.simulator, "answer", answer)
    proven.run(days=1)
    assert proven.standing.current
    assert not [state for _, state, _ in proven.history() if state == "differs"]


def test_a_converted_administrations_opening_is_taken_into_account_and_named(proven_over: Callable[..., Copy]) -> None:
    copy = proven_over(companies=2, lines=2000)
    converted = max(copy.pipeline.world.divisions)
    books = copy.pipeline.world.divisions[converted].books
    copy.pipeline.world.divisions.pop(copy.pipeline.code)  # look at the other one
    debit = Decimal(sum(cents for cents in books.opening.values() if cents > 0)) / 100
    assert copy.latest(scope=str(copy.first_year)).opening == debit
    named = {each.account for each in copy.differences() if each.kind == "opening"}
    assert named == set(books.opening)
    assert copy.standing.state == "proven"


@pytest.mark.parametrize("missing", ["ReportingBalance", "PaymentTerms", "Journals"])
def test_what_may_not_be_read_is_unknown_with_its_cause(pipeline: Pipeline, missing: str) -> None:
    pipeline.deny(missing)
    pipeline.connect()
    pipeline.run()
    standing = Copy(pipeline).standing
    assert (standing.state, standing.cause, standing.about) == ("unknown", Cause.RIGHT_MISSING.code, missing)


def test_a_delete_log_whose_right_is_not_confirmed_makes_it_unproven(pipeline: Pipeline) -> None:
    pipeline.deny("Deleted")
    pipeline.connect()
    pipeline.run()
    standing = Copy(pipeline).standing
    assert (standing.state, standing.cause) == ("unproven", Cause.DELETIONS_UNCONFIRMED.code)


def test_a_parked_stream_makes_it_unproven(proven: Copy) -> None:
    until = proven.pipeline.clock() + timedelta(days=30)
    proven.pipeline.register.calls.park("nl", proven.pipeline.code, "Budgets", Cause.SCOPE_MISSING, until)
    proven.run(days=1)
    standing = proven.standing
    assert (standing.state, standing.cause, standing.about) == ("unproven", Cause.SCOPE_MISSING.code, "Budgets")


def test_a_record_set_aside_makes_it_unproven_and_is_not_looked_for(proven: Copy) -> None:
    proven.execute(
        "INSERT INTO sync_set_aside (division, stream, key, scope, epoch, version, number, reason, record) "
        "VALUES (?, 'TransactionLines', 'k', '', 1, ?, 1, 'AmountDC', '{}')",
        proven.pipeline.code,
        2**60,
    )
    proven.lose()
    calls = proven.run()
    standing = proven.standing
    assert (standing.state, standing.cause, standing.about) == ("unproven", "record-refused", "TransactionLines")
    assert (calls[CHANGES], calls[LIST]) == (2, 0)  # once more for the entry that has lost a line


# --- what the copy can be held against itself for


def test_a_payment_term_lost_from_the_copy_is_found_and_healed(proven: Copy) -> None:
    proven.execute(
        "DELETE FROM exact_PaymentTerms WHERE _id = (SELECT MIN(_id) FROM exact_PaymentTerms WHERE Status < 50)"
    )
    proven.pipeline.change("rename_account")
    proven.run(days=1)
    kept = proven.latest("receivables")
    assert proven.standing.current
    assert "stream" in (kept.healed_by, proven.latest("payables").healed_by)


@pytest.mark.parametrize("list_", ["GLAccounts", "Accounts", "Journals"])
def test_a_record_lines_name_and_the_copy_lacks_is_found_and_healed(proven: Copy, list_: str) -> None:
    column = {"GLAccounts": "GLAccount", "Accounts": "Account", "Journals": "JournalCode"}[list_]
    key = "Code" if list_ == "Journals" else "ID"
    named = f"SELECT {column} FROM exact_TransactionLines WHERE {column} IS NOT NULL ORDER BY Timestamp LIMIT 1"
    proven.execute(f"DELETE FROM exact_{list_} WHERE {key} = ({named})")
    proven.pipeline.change("rename_account")
    proven.run(days=1)
    assert proven.latest("references").state == "holds"
    assert proven.standing.current


def test_a_fault_of_the_source_is_reported_and_its_lists_are_compared_in_full_once(proven: Copy) -> None:
    proven.pipeline.change("plant_cent")  # an entry whose debit is not its credit
    proven.run(days=1)
    assert proven.latest("entries").state == "differs"
    assert proven.differences("entries")[0].kind == "entry"
    proven.pipeline.change("rename_account")
    calls = proven.run(days=1)
    assert calls[CHANGES] == 1
    assert (proven.standing.state, proven.standing.cause) == ("unproven", Cause.LEDGER_DIFFERS.code)


# --- books that move, steps that end in the middle


def before_each(copy: Copy, monkeypatch: pytest.MonkeyPatch, path: str, do: Callable[[], object]) -> None:
    """Something happens just before Exact answers with the first page of each reading of `path`."""
    whole = copy.pipeline.exact.simulator.answer

    def answer(request: Request) -> Reply:
        if path in request.path and "skiptoken" not in request.query:
            do()
        return whole(request)

    monkeypatch.setattr(copy.pipeline.exact.simulator, "answer", answer)


def test_books_being_worked_on_are_compared_again_the_next_day(proven: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    before = proven.standing
    with monkeypatch.context() as busy:
        for path in (BALANCE, CHANGES):
            before_each(proven, busy, path, lambda: proven.pipeline.change("post_memorial"))
        proven.run(days=1)
    assert proven.history()[-1][1] == "moving"
    assert (proven.standing.state, proven.standing.current, proven.standing.as_of) == ("proven", False, before.as_of)
    proven.run(days=1)
    assert proven.standing.current
    assert "differs" not in {state for _, state, _ in proven.history()}


def test_a_proof_whose_steps_end_in_the_middle_goes_on_where_it_was(
    proven_over: Callable[..., Copy], monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = proven_over(lines=1100, QICS_OVERLAP_ROWS="50", QICS_STEP_SECONDS="1")
    copy.double()
    before_each(copy, monkeypatch, "/", lambda: copy.pipeline.clock.pass_time(seconds=1))
    calls = copy.run()
    first_year = [(state, healed) for scope, state, healed in copy.history() if scope == str(copy.first_year)]
    assert first_year == [("holds", ""), ("doubted", ""), ("differs", ""), ("holds", "period")]
    assert calls[LIST] == 2
    assert copy.standing.current
