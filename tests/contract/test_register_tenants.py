"""Tenants of the register: what is due, what the dates decide, and tombstones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, insert

from shared.errors import Cause, Refused
from shared.lifecycle import midnight
from shared.register import Due, Register, Tenant
from shared.register.schema import tenants
from tests.support.clock import FakeClock

type Contract = tuple[date, date | None]

DAY = date(2026, 11, 25)


def test_a_new_tenant_is_never_due_and_never_purged(register: Register) -> None:
    added = register.tenants.add("acme", "nl", "acme-books", 30)
    assert added == register.tenants.get("acme")
    assert (added.host, added.database, added.interval_minutes) == ("nl", "acme-books", 30)
    assert (added.next_sync_at, added.purge_at, added.run, added.run_open) == (None, None, 0, False)


@pytest.mark.parametrize("name", ["", "Acme", "-acme", "acme-", "a/b", "a..b", "a'b", "é", "a" * 64, "acme\n"])
def test_a_name_that_could_not_name_a_secret_or_a_file_is_refused(register: Register, name: str) -> None:
    for tenant, database in ((name, "books"), ("acme", name)):
        with pytest.raises(Refused) as refused:
            register.tenants.add(tenant, "nl", database)
        assert refused.value.cause is Cause.BAD_REQUEST
    assert register.tenants.list() == []


@pytest.mark.parametrize(("name", "database"), [("acme", "other"), ("other", "acme")])
def test_an_id_and_a_database_serve_one_tenant_only(
    register: Register, tenant: Tenant, name: str, database: str
) -> None:
    with pytest.raises(Refused) as refused:
        register.tenants.add(name, "nl", database)
    assert refused.value.cause is Cause.BAD_REQUEST
    assert register.tenants.list() == [tenant]


def test_an_interval_of_nothing_is_refused(register: Register) -> None:
    with pytest.raises(Refused, match="interval 0"):
        register.tenants.add("acme", "nl", "acme", 0)


def test_an_unknown_tenant_is_refused_by_name(register: Register) -> None:
    with pytest.raises(Refused, match="tenant nobody") as refused:
        register.tenants.get("nobody")
    assert refused.value.cause is Cause.UNKNOWN_TENANT


def test_the_first_consent_starts_the_trial_and_a_second_does_not(register: Register, tenant: Tenant) -> None:
    assert not register.tenants.start_trial("acme", DAY + timedelta(days=7))
    assert register.tenants.get("acme") == tenant
    assert (tenant.trial_from, tenant.purge_at) == (DAY, midnight(date(2027, 1, 24)))


def test_a_started_trial_is_due_within_its_interval(tenant: Tenant, clock: FakeClock) -> None:
    assert tenant.next_sync_at is not None
    assert clock.now < tenant.next_sync_at <= clock.now + timedelta(minutes=60)


OLD = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("old", "new", "stored"),
    [
        (None, (date(2026, 12, 1), date(2027, 11, 30)), (date(2026, 12, 1), date(2027, 11, 30))),
        (None, (date(2026, 12, 1), None), (date(2026, 12, 1), None)),
        (OLD, (date(2027, 1, 1), date(2027, 12, 31)), (date(2026, 1, 1), date(2027, 12, 31))),  # follows: prolongs
        (OLD, (date(2026, 6, 1), date(2026, 11, 30)), (date(2026, 1, 1), date(2026, 11, 30))),  # ends earlier
        (OLD, (date(2025, 1, 1), date(2026, 12, 31)), (date(2025, 1, 1), date(2026, 12, 31))),  # began earlier
    ],
)
def test_a_contract_is_stored_and_one_that_follows_prolongs_it(
    register: Register, tenant: Tenant, old: Contract | None, new: Contract, stored: Contract
) -> None:
    for first, last in [old, new] if old else [new]:
        register.tenants.set_contract("acme", first, last)
    contract = register.tenants.get("acme")
    assert (contract.contract_from, contract.contract_to) == stored
    assert contract.purge_at == (midnight(stored[1] + timedelta(days=31)) if stored[1] else None)


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (date(2027, 1, 1), date(2026, 12, 31), "cannot end on 2026-12-31"),
        (date(2027, 1, 31), None, "is purged on 2027-01-31"),
        (date(2027, 1, 2), None, "its contract runs to 2026-12-31"),  # would stop the sync now
    ],
)
def test_contract_days_that_cannot_be_are_refused_and_change_nothing(
    register: Register, tenant: Tenant, first: date, last: date | None, reason: str
) -> None:
    before = register.tenants.set_contract("acme", *OLD)
    with pytest.raises(Refused, match=reason):
        register.tenants.set_contract("acme", first, last)
    assert register.tenants.get("acme") == before


def test_a_contract_after_a_pause_may_be_entered_once_the_old_one_has_ended(
    register: Register, tenant: Tenant, clock: FakeClock
) -> None:
    register.tenants.set_contract("acme", *OLD)
    clock.now = datetime(2027, 1, 5, tzinfo=UTC)
    again = register.tenants.set_contract("acme", date(2027, 1, 10), None)
    assert again.next_sync_at is not None
    assert midnight(date(2027, 1, 10)) <= again.next_sync_at < midnight(date(2027, 1, 10)) + timedelta(hours=1)


def test_an_ended_tenant_is_never_due_again_but_keeps_its_purge_date(
    register: Register, tenant: Tenant, clock: FakeClock
) -> None:
    clock.now = datetime(2026, 12, 31, tzinfo=UTC)
    ended = register.tenants.reschedule("acme")
    assert (ended.next_sync_at, ended.purge_at) == (None, midnight(date(2027, 1, 24)))


def test_a_woken_tenant_is_due_at_once_and_only_while_the_lifecycle_allows_it(
    register: Register, tenant: Tenant, clock: FakeClock
) -> None:
    assert register.tenants.wake("acme", clock.now)
    assert register.tenants.due(clock.now) == [Due("acme", 0, run_open=False)]
    assert not register.tenants.wake("acme", clock.now + timedelta(days=30))


def test_due_are_those_whose_time_has_come_the_longest_first(register: Register, clock: FakeClock) -> None:
    for name, minutes in (("late", -5), ("later", -10), ("now", 0), ("soon", 1)):
        register.tenants.add(name, "nl", name)
        register.tenants.start_trial(name, DAY)
        register.tenants.wake(name, clock.now + timedelta(minutes=minutes))
    assert [due.tenant for due in register.tenants.due(clock.now)] == ["later", "late", "now"]
    assert [due.tenant for due in register.tenants.due(clock.now, limit=1)] == ["later"]


def test_a_postponed_tenant_is_looked_at_again_by_the_net(register: Register, tenant: Tenant, clock: FakeClock) -> None:
    register.tenants.wake("acme", clock.now)
    register.tenants.postpone(["acme"], clock.now + timedelta(minutes=15))
    assert register.tenants.due(clock.now + timedelta(minutes=14)) == []
    assert len(register.tenants.due(clock.now + timedelta(minutes=15))) == 1


def test_postponing_brings_nothing_forward_and_nothing_back_to_life(
    register: Register, tenant: Tenant, clock: FakeClock
) -> None:
    register.tenants.wake("acme", clock.now + timedelta(hours=1))
    register.tenants.add("invited", "nl", "invited")
    register.tenants.postpone(["acme", "invited"], clock.now + timedelta(minutes=15))
    assert register.tenants.get("acme").next_sync_at == clock.now + timedelta(hours=1)
    assert register.tenants.get("invited").next_sync_at is None


def test_ten_thousand_due_tenants_are_planned_by_one_query_over_the_index(register: Register, clock: FakeClock) -> None:
    row = {"host": "nl", "interval_minutes": 60, "run": 0, "run_open": False, "next_sync_at": clock.now}
    with register.database.write() as connection:
        names = [f"t{number}" for number in range(10_000)]
        connection.execute(insert(tenants), [{**row, "tenant": name, "database": name} for name in names])
    with Statements(register) as statements:
        assert len(register.tenants.due(clock.now, limit=10_000)) == 10_000
    assert len(statements.seen) == 1
    assert "INDEX tenants_due" in statements.plan()


def test_a_thousand_sent_tenants_are_postponed_by_one_statement(register: Register, clock: FakeClock) -> None:
    with Statements(register) as statements:
        register.tenants.postpone([f"t{number}" for number in range(1_000)], clock.now)
    assert len(statements.seen) == 1


def test_a_purged_tenant_is_refused_everywhere_and_for_good(
    register: Register, tenant: Tenant, clock: FakeClock
) -> None:
    register.tenants.tombstone("acme", DAY)
    for attempt in (
        lambda: register.tenants.get("acme"),
        lambda: register.tenants.add("acme", "nl", "new"),
        lambda: register.tenants.add("new", "nl", "acme"),
        lambda: register.tenants.start_trial("acme", DAY),
        lambda: register.tenants.set_contract("acme", DAY, None),
        lambda: register.tenants.wake("acme", clock.now),
        lambda: register.tenants.tombstone("acme", DAY),
        lambda: register.divisions.save_listed("acme", "nl", []),
        lambda: register.divisions.choose("acme", []),
        lambda: register.grants.consent("acme", "nl", "user", clock.now),
        lambda: register.invitations.add("i", "acme", clock.now),
        lambda: register.runs.open("acme"),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.cause is Cause.PURGED


def test_a_tombstone_is_listed_and_never_due(register: Register, tenant: Tenant, clock: FakeClock) -> None:
    register.tenants.wake("acme", clock.now)
    register.tenants.tombstone("acme", DAY)
    assert [stored.purged_on for stored in register.tenants.list()] == [DAY]
    assert register.tenants.due(clock.now + timedelta(days=365)) == []


def test_a_tombstone_ends_the_open_run_and_frees_the_user_for_a_new_tenant(
    register: Register, tenant: Tenant, clock: FakeClock
) -> None:
    register.grants.consent("acme", "nl", "user", clock.now)
    register.runs.begin("acme", register.runs.open("acme"), [("nl", 1)])
    register.tenants.tombstone("acme", DAY)
    assert [(row.state, row.cause) for row in register.runs.rows("acme", 1)] == [("failed", "purged")]
    assert register.runs.last("acme")[0].ended_at == clock.now
    register.tenants.add("acme-again", "nl", "acme-again")
    assert register.grants.consent("acme-again", "nl", "user", clock.now).state == "connected"


class Statements:
    """The statements sent while it is entered."""

    def __init__(self, register: Register) -> None:
        self.seen: list[tuple[str, object]] = []
        self._engine = register.database.engine

    def __enter__(self) -> Statements:
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            self.seen.append((statement, parameters))

    def plan(self) -> str:
        """How SQLite would run the first of them."""
        statement, parameters = self.seen[0]
        with self._engine.begin() as connection:
            assert isinstance(parameters, tuple)
            return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all())
