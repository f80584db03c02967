"""Earlier than planned: ended, erased, taken back, a division alone; each wrong date a named error."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta

import pytest

from shared.errors import Cause, ClaimLost, Refused
from shared.lifecycle import midnight
from shared.register import Listed
from shared.retention.certificate import check, issued
from shared.warehouse.protocol import Claim
from tests.support.retention import Yard

TODAY = date(2026, 11, 25)


def cause_of(act: Callable[[], object]) -> Cause:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.cause


def test_an_erasure_stops_reading_at_once_and_is_done_on_its_day(yard: Yard) -> None:
    erased = yard.register.tenants.erase("acme", date(2026, 12, 1), "operator")
    assert (erased.next_sync_at, erased.purge_at) == (None, midnight(date(2026, 12, 1)))
    assert yard.purge().reason == "erasure-operator"


def test_an_erasure_now_is_due_now_also_of_a_tenant_that_never_began(yard: Yard) -> None:
    row = yard.register.tenants.add("never", "nl", "never-books")
    assert row.purge_at is None
    yard.register.tenants.erase("never", TODAY, "operator")
    yard.plan()
    yard.settle()
    assert [purge.tenant for purge in yard.register.purges.of()] == ["never"]


def test_the_customers_own_request_is_named_on_the_certificate(yard: Yard) -> None:
    yard.register.tenants.erase("acme", date(2026, 11, 29), "customer")
    yard.purge()
    assert issued(yard.retention)[0].told["reason"] == "erasure-customer"


def test_the_earlier_of_two_days_counts(yard: Yard) -> None:
    yard.register.tenants.erase("acme", date(2026, 12, 1), "customer")
    yard.register.tenants.erase("acme", date(2026, 12, 9), "operator")
    row = yard.register.tenants.get("acme")
    assert (row.erase_on, row.erase_asked_by) == (date(2026, 12, 1), "customer")


def test_a_request_taken_back_lets_life_go_on_where_it_was(yard: Yard) -> None:
    before = yard.register.tenants.reschedule("acme")
    yard.register.tenants.erase("acme", date(2026, 12, 1), "customer")
    assert yard.register.tenants.take_back("acme", "customer") == before


@pytest.mark.parametrize(
    ("act", "cause"),
    [
        (lambda yard: yard.register.tenants.erase("acme", date(2026, 11, 24), "operator"), Cause.BAD_REQUEST),
        (lambda yard: yard.register.tenants.erase("nobody", TODAY, "operator"), Cause.UNKNOWN_TENANT),
        (lambda yard: yard.register.tenants.take_back("acme", "customer"), Cause.BAD_REQUEST),
        (lambda yard: yard.register.tenants.end("acme", date(2026, 11, 24)), Cause.BAD_REQUEST),
        (lambda yard: yard.register.tenants.end("acme", date(2026, 12, 25)), Cause.BAD_REQUEST),  # ends on the 24th
        (lambda yard: yard.register.divisions.erase("acme", 7, yard.clock()), Cause.BAD_REQUEST),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(yard: Yard, act: Callable[[Yard], object], cause: Cause) -> None:
    before = yard.register.tenants.list()
    assert cause_of(lambda: act(yard)) is cause
    assert yard.register.tenants.list() == before


def test_a_customer_does_not_take_back_what_the_operator_asked_for(yard: Yard) -> None:
    yard.register.tenants.erase("acme", date(2026, 12, 1), "operator")
    assert cause_of(lambda: yard.register.tenants.take_back("acme", "customer")) is Cause.BAD_REQUEST
    assert yard.register.tenants.take_back("acme", "operator").erase_on is None


def test_on_its_day_a_request_cannot_be_taken_back(yard: Yard) -> None:
    yard.register.tenants.erase("acme", TODAY, "operator")
    assert cause_of(lambda: yard.register.tenants.take_back("acme", "operator")) is Cause.BAD_REQUEST


def test_a_contract_does_not_undo_a_request_for_erasure(yard: Yard) -> None:
    yard.register.tenants.erase("acme", date(2026, 12, 1), "customer")
    for act in (
        lambda: yard.register.tenants.set_contract("acme", date(2026, 12, 1), None),
        lambda: yard.register.tenants.end("acme", date(2026, 12, 1)),
    ):
        assert cause_of(act) is Cause.ERASE_REQUESTED


def test_a_trial_that_is_ended_early_is_kept_thirty_days(yard: Yard) -> None:
    ended = yard.register.tenants.end("acme", date(2026, 11, 30))
    assert ended.purge_at == midnight(date(2026, 12, 31))


def test_a_contract_without_an_end_gets_one(yard: Yard) -> None:
    yard.register.tenants.set_contract("acme", TODAY, None)
    ended = yard.register.tenants.end("acme", date(2026, 12, 31))
    assert (ended.contract_from, ended.contract_to) == (TODAY, date(2026, 12, 31))


def test_a_withdrawn_consent_stops_runs_until_a_new_one_and_leaves_the_data(yard: Yard) -> None:
    yard.register.grants.withdraw("acme")
    row = yard.register.tenants.get("acme")
    assert (row.withdrawn_on, row.next_sync_at, row.purge_at) == (TODAY, None, midnight(date(2027, 1, 24)))
    yard.register.grants.consent("acme", "nl", "user-acme", yard.clock())
    row = yard.register.tenants.get("acme")
    assert row.withdrawn_on is None
    assert row.next_sync_at is not None


# --- a division taken out


@pytest.fixture
def two(yard: Yard) -> Yard:
    """acme reads divisions 7 and 8, and takes 7 out."""
    yard.register.tenants.set_contract("acme", TODAY, None)
    yard.register.divisions.save_listed("acme", "nl", [Listed(7, 1, 0, "100"), Listed(8, 1, 0, "100")])
    yard.register.divisions.choose("acme", [7, 8])
    for division in (7, 8):
        yard.register.calls.record("acme", 1, division, "x", 1, 1, 0)
        fill(yard, division)
    yard.register.divisions.choose("acme", [8])
    return yard


def fill(yard: Yard, division: int) -> None:
    """A state and a fence in the tenant's database."""
    with closing(yard.premises.open_warehouse(yard.register.tenants.get("acme"))) as warehouse:
        warehouse.migrate()
        state = warehouse.division(division)
        with warehouse.transaction(Claim(division, 1, 1)) as transaction:
            transaction.save_division(state)


def known(yard: Yard, division: int) -> bool:
    with closing(yard.premises.open_warehouse(yard.register.tenants.get("acme"))) as warehouse:
        found = warehouse._connection.all("SELECT 1 FROM sync_divisions WHERE division = ?", (division,))  # type: ignore[attr-defined]
    return bool(found)


def test_a_division_taken_out_is_deleted_after_thirty_days_with_a_certificate_of_its_own(two: Yard) -> None:
    two.until(date(2026, 12, 26) - timedelta(days=1))
    assert two.plan() == 0
    two.until(date(2026, 12, 26))
    assert two.plan() == 1
    two.settle()
    assert (known(two, 7), known(two, 8)) == (False, True)
    told = check(issued(two.retention)[0].content, two.retention.signer.public_keys())
    assert (told["division"], told["reason"]) == (7, "division")
    assert [place["place"] for place in told["places"]] == ["workers", "division-rows", "register"]
    assert two.register.tenants.get("acme").purged_on is None


def test_a_division_is_erased_at_once_on_request(two: Yard) -> None:
    two.register.divisions.erase("acme", 7, two.clock())
    two.plan()
    two.settle()
    assert not known(two, 7)
    assert cause_of(lambda: two.register.divisions.erase("acme", 7, two.clock())) is Cause.BAD_REQUEST


def test_a_division_chosen_again_in_time_stays(two: Yard) -> None:
    two.register.divisions.choose("acme", [7, 8])
    two.until(date(2026, 12, 27))
    assert two.plan() == 0
    assert known(two, 7)


def test_a_division_that_is_read_is_not_erased(two: Yard) -> None:
    assert cause_of(lambda: two.register.divisions.erase("acme", 8, two.clock())) is Cause.BAD_REQUEST


def test_while_it_is_deleted_a_division_cannot_be_chosen(two: Yard) -> None:
    two.register.divisions.erase("acme", 7, two.clock())
    two.plan()
    two.work()
    with pytest.raises(Refused, match="is being erased"):
        two.register.divisions.choose("acme", [7, 8])
    two.settle()
    two.register.divisions.choose("acme", [7, 8])


def test_a_late_worker_of_a_deleted_division_writes_nothing(two: Yard) -> None:
    lease = "division:nl:7"
    late = two.register.leases.take(lease, "worker", 1)
    two.clock.pass_time(seconds=2)
    two.register.divisions.erase("acme", 7, two.clock())
    two.plan()
    two.settle()
    with (
        closing(two.premises.open_warehouse(two.register.tenants.get("acme"))) as warehouse,
        pytest.raises(ClaimLost),
        warehouse.transaction(Claim(7, 1, late or 0)),
    ):
        pass
    assert (two.register.leases.take(lease, "next", 1) or 0) > (late or 0)
