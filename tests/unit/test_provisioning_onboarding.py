"""A database is made over as many messages as it takes; its doors are opened last, and as the register says."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from shared.errors import Cause, RetryLater
from shared.messages import ProvisionTenant
from shared.provisioning import SqliteProvisioner
from shared.provisioning.onboarding import Onboarding, provision_tenant
from shared.queues import MemoryQueues
from shared.register import Tenant
from shared.warehouse.sqlite import open_sqlite
from tests.support.clock import FakeClock
from tests.support.register import open_sqlite as open_register

MESSAGE = ProvisionTenant(tenant="acme")


class SlowProvisioner(SqliteProvisioner):
    """Says so-many times that the database is being made."""

    waits: list[RetryLater]

    def provision(self, tenant: Tenant) -> None:
        if self.waits:
            raise self.waits.pop()
        super().provision(tenant)


@dataclass
class Doors:
    """Writes down what is opened."""

    seen: list[tuple[str, object]] = field(default_factory=list)

    def ensure_reader(self, tenant: Tenant) -> None:
        self.seen.append(("reader", tenant.database))

    def rotate_reader(self, tenant: Tenant) -> None:
        self.seen.append(("rotated", tenant.database))

    def admit(self, _: Tenant, ranges: Collection[str]) -> None:
        self.seen.append(("admitted", list(ranges)))


@pytest.fixture
def doors() -> Doors:
    return Doors()


@pytest.fixture
def provisioner(tmp_path: Path) -> SlowProvisioner:
    made = SlowProvisioner(tmp_path / "tenants")
    made.waits = []
    return made


@pytest.fixture
def onboarding(tmp_path: Path, clock: FakeClock, provisioner: SlowProvisioner, doors: Doors) -> Iterator[Onboarding]:
    register = open_register(tmp_path / "register.sqlite3", clock)
    register.migrate()
    register.tenants.add("acme", "nl", "acme")
    queues = MemoryQueues(clock)
    queues.make()
    yield Onboarding(
        register=register,
        queues=queues,
        databases=provisioner,
        open_warehouse=lambda tenant: open_sqlite(provisioner.path(tenant), release="test", clock=clock),
        access=doors,
        clock=clock,
    )
    register.close()


def waiting(onboarding: Onboarding) -> int:
    """Messages in the queue, hidden ones too."""
    assert isinstance(onboarding.queues, MemoryQueues)
    return onboarding.queues.count(MESSAGE.queue)


def test_a_database_is_made_with_its_schema_and_its_reader(
    onboarding: Onboarding, provisioner: SlowProvisioner, doors: Doors
) -> None:
    provision_tenant(onboarding, MESSAGE)
    assert provisioner.exists(onboarding.register.tenants.get("acme"))
    assert doors.seen == [("reader", "acme"), ("admitted", [])]


def test_what_takes_time_is_looked_at_again_by_a_later_message(
    onboarding: Onboarding, provisioner: SlowProvisioner, doors: Doors, clock: FakeClock
) -> None:
    provisioner.waits = [RetryLater(Cause.DATABASE_BUSY, "made"), RetryLater(Cause.AZURE_DOWN, "503")]
    provision_tenant(onboarding, MESSAGE)
    provision_tenant(onboarding, MESSAGE)
    assert (doors.seen, waiting(onboarding)) == ([], 2)
    provision_tenant(onboarding, MESSAGE)
    assert (len(doors.seen), waiting(onboarding)) == (2, 2)


def test_azures_own_wish_to_wait_is_kept(
    onboarding: Onboarding, provisioner: SlowProvisioner, clock: FakeClock
) -> None:
    provisioner.waits = [RetryLater(Cause.AZURE_DOWN, "429", clock() + timedelta(seconds=90))]
    provision_tenant(onboarding, MESSAGE)
    assert isinstance(onboarding.queues, MemoryQueues)
    clock.pass_time(seconds=89)
    assert onboarding.queues.receive(MESSAGE.queue, 60) == []
    clock.pass_time(seconds=2)
    assert len(onboarding.queues.receive(MESSAGE.queue, 60)) == 1


def test_the_addresses_of_the_register_are_let_in(onboarding: Onboarding, doors: Doors) -> None:
    onboarding.register.admissions.allow("acme", "81.2.69.142")
    provision_tenant(onboarding, MESSAGE)
    assert doors.seen[-1] == ("admitted", ["81.2.69.142"])


def test_a_new_password_is_given_when_asked_for(onboarding: Onboarding, doors: Doors) -> None:
    provision_tenant(onboarding, ProvisionTenant(tenant="acme", rotate=True))
    assert doors.seen[0] == ("rotated", "acme")


def test_where_nobody_else_reads_no_door_is_opened(onboarding: Onboarding, doors: Doors) -> None:
    provision_tenant(replace(onboarding, access=None), MESSAGE)
    assert doors.seen == []


@pytest.mark.parametrize("gone", [True, False])
def test_a_message_of_a_tenant_that_is_purged_or_unknown_makes_nothing(
    onboarding: Onboarding, provisioner: SlowProvisioner, gone: bool
) -> None:
    tenant = onboarding.register.tenants.get("acme")
    if gone:
        onboarding.register.tenants.tombstone("acme", date(2026, 12, 31))
    provision_tenant(onboarding, MESSAGE if gone else ProvisionTenant(tenant="nobody"))
    assert not provisioner.exists(tenant)
