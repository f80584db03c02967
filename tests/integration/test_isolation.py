"""No message, token or setting of one tenant touches another's database (rules 3 and 15)."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from itertools import product

import pytest

from shared.errors import Broken, Cause, Refused
from shared.messages import SyncDivision, SyncTenant, encode
from shared.provisioning import SqliteProvisioner
from shared.sync.poison import poison
from shared.sync.step import sync_division
from shared.sync.tenant import sync_tenant
from tests.support.pipeline import Pipeline

FIRST, SECOND = "tenant-1", "tenant-2"
#: lists the second user may not read
DENIED = ("Budgets", "BudgetScenarios")
ODD_NAMES = (
    "",
    "tenant-3",
    "TENANT-1",
    "tenant-1 ",
    "tenant-1-books",
    "../tenants/tenant-1-books",
    "tenant-1/../tenant-2",
    "tenant-1\0",
    "x'; DELETE FROM exact_Accounts; --",
    "ténant-1",
    "t" * 300,
)


def second_person(pipeline: Pipeline) -> None:
    """From now on the world's second user is at the keyboard; this one reaches the last division only."""
    pipeline.exact.person = list(pipeline.world.users.values())[1]
    pipeline.exact.session.cookies.clear()


@pytest.fixture
def both(pipeline_over: Callable[..., Pipeline]) -> Pipeline:
    """Two tenants with a user each, both copied once an hour ago; they share the last division."""
    pipeline = pipeline_over(companies=2, lines=400)
    pipeline.connect(FIRST)
    pipeline.run(FIRST)
    second_person(pipeline)
    pipeline.connect(SECOND, [max(pipeline.world.divisions)])
    pipeline.run(SECOND)
    pipeline.clock.pass_time(hours=1)
    return pipeline


def digests(pipeline: Pipeline) -> dict[str, str]:
    """What every file of the tenants' folder holds, by name."""
    found = {}
    for path in sorted((pipeline.folder / "tenants").glob("*.sqlite3")):
        with closing(sqlite3.connect(path)) as connection:
            found[path.name] = hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()
    return found


def run_alone(pipeline: Pipeline, tenant: str) -> str:
    """A run of this tenant while no other is due."""
    pipeline.register.tenants.postpone([FIRST, SECOND], pipeline.clock() + timedelta(days=1))
    return pipeline.run(tenant)


def other_than(pipeline: Pipeline, tenant: str) -> dict[str, str]:
    return {name: digest for name, digest in digests(pipeline).items() if not name.startswith(tenant)}


# --- messages


def test_a_message_of_a_name_that_is_no_tenant_touches_nothing(both: Pipeline) -> None:
    before, run = digests(both), both.register.tenants.get(FIRST).run
    both.calls()
    for name in ODD_NAMES:
        begin, step = SyncTenant(tenant=name, run=run), SyncDivision(tenant=name, division=both.code, run=run, step=1)
        sync_tenant(both.context, begin)
        sync_division(both.context, step)
        for message in (begin, step):
            poison(both.context, message.queue, encode(message).encode())
        assert (digests(both), both.calls()) == (before, {}), name


def test_a_message_with_anothers_division_touches_nothing(both: Pipeline) -> None:
    both.plan(SECOND)
    both.work("tenant-sync")
    before, open_run = digests(both), both.register.tenants.get(SECOND).run
    both.calls()
    for run, step in product((open_run - 1, open_run, open_run + 1, 1000), (-1, 0, 1, 99)):
        sync_division(both.context, SyncDivision(tenant=SECOND, division=both.code, run=run, step=step))
        assert (digests(both), both.calls()) == (before, {}), (run, step)


def test_a_run_of_one_tenant_writes_no_other_database(both: Pipeline) -> None:
    for tenant in (FIRST, SECOND):
        before = other_than(both, tenant)
        assert run_alone(both, tenant) == ""
        assert other_than(both, tenant) == before


# --- databases


def test_a_database_is_the_one_the_register_names_whatever_the_tenant_is_called(
    pipeline_over: Callable[..., Pipeline],
) -> None:
    pipeline = pipeline_over(companies=1, lines=200)
    provisioner = SqliteProvisioner(pipeline.folder / "tenants")
    for tenant, database in ((FIRST, f"{SECOND}-books"), (SECOND, f"{FIRST}-books")):
        pipeline.register.tenants.add(tenant, "nl", database)
        provisioner.provision(pipeline.register.tenants.get(tenant))
    empty = digests(pipeline)[f"{FIRST}-books.sqlite3"]
    pipeline.consent(FIRST)
    pipeline.register.tenants.start_trial(FIRST, pipeline.clock().date())
    pipeline.run(FIRST)
    pipeline.register.divisions.choose(FIRST, [pipeline.code])
    pipeline.run(FIRST)
    assert pipeline.differences(FIRST) == []
    assert digests(pipeline)[f"{FIRST}-books.sqlite3"] == empty


def test_a_missing_database_is_an_error_and_is_not_made(both: Pipeline) -> None:
    path = SqliteProvisioner(both.folder / "tenants").path(both.register.tenants.get(SECOND))
    path.rename(path.with_suffix(".away"))
    both.plan(SECOND)
    with pytest.raises(Broken, match=Cause.DATABASE_MISSING.code):
        both.settle(SECOND)
    assert not path.exists()


# --- tokens


def test_every_call_of_a_tenant_carries_its_own_users_token(both: Pipeline) -> None:
    users = [user.user_id for user in both.world.users.values()]
    for tenant, user in zip((FIRST, SECOND), users, strict=True):
        both.exact.simulator.requests.clear()
        assert run_alone(both, tenant) == ""
        assert {seen.user for seen in both.exact.simulator.requests if seen.user} == {user}


def test_a_second_tenant_on_the_same_user_is_refused_while_the_first_reads_on(both: Pipeline) -> None:
    both.register.tenants.add("tenant-3", "nl", "tenant-3-books")
    SqliteProvisioner(both.folder / "tenants").provision(both.register.tenants.get("tenant-3"))
    with pytest.raises(Refused) as refused:
        both.consent("tenant-3")
    assert refused.value.cause is Cause.USER_TAKEN
    assert both.register.grants.get("tenant-3") is None
    both.change("post_sale")
    both.clock.pass_time(hours=1)
    assert (both.run(SECOND), both.divisions_of_run(SECOND)[0].cause) == ("", "")
    assert both.differences(SECOND, but=(*DENIED, "ReportingBalance", "OpeningBalances")) == []


# --- one division of two tenants


def test_two_tenants_on_one_division_each_have_a_whole_copy(both: Pipeline) -> None:
    assert both.differences(FIRST) == []
    assert both.differences(SECOND, but=DENIED) == []


def test_two_tenants_on_one_division_share_its_lease(both: Pipeline) -> None:
    shared = max(both.world.divisions)
    for tenant in (FIRST, SECOND):
        both.plan(tenant)
    both.work("tenant-sync")
    run = both.register.tenants.get(FIRST).run
    held = both.register.runs.claim(FIRST, run, shared, 1, "another", 600)
    both.exact.simulator.requests.clear()
    both.work("division-sync")
    assert not any(seen.division == shared for seen in both.exact.simulator.requests)
    both.register.runs.release(held)
    for tenant in (FIRST, SECOND):
        both.settle(tenant)


# --- settings


def test_what_is_set_for_one_tenant_changes_nothing_for_another(both: Pipeline) -> None:
    first, before = both.register.tenants.get(FIRST), digests(both)
    both.register.divisions.choose(SECOND, [])
    both.register.tenants.set_contract(SECOND, both.clock().date(), both.clock().date())
    both.context.tokens.withdraw(SECOND)
    both.register.tenants.tombstone(SECOND, both.clock().date())
    assert both.register.tenants.get(FIRST) == first
    assert digests(both) == before
    assert both.run(FIRST) == ""
    assert {row.state for row in both.divisions_of_run(FIRST)} == {"done"}
