"""Deleting for good over the whole pipeline: the same register, queues and databases, with evidence in a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from shared.evidence import FolderEvidence
from shared.lifecycle import local_day, midnight
from shared.messages import PurgeTenant, decode
from shared.provisioning import SqliteProvisioner
from shared.queues import MemoryQueues
from shared.register import Purge, Register
from shared.register.schema import METADATA
from shared.retention.context import Retention
from shared.retention.guard import Guard
from shared.retention.order import Premises, division_places, places
from shared.retention.place import Look, Subject
from shared.retention.plan import plan_purges
from shared.retention.steps import purge_tenant
from shared.signing import FileSigner
from shared.tokens.custody import pair_secret
from shared.vault import FileVault
from shared.warehouse.sqlite import open_sqlite
from tests.support.clock import FakeClock

QUEUE = PurgeTenant.queue


@dataclass
class Shelf:
    """A place of a test: things by tenant, that can be down, or refuse to go at first."""

    name: str
    things: dict[str, int] = field(default_factory=dict)
    failing: list[Exception] = field(default_factory=list)  #: raised one after the other, whatever is asked
    sticky: int = 0  #: so many erasures do nothing

    def count(self, subject: Subject) -> Mapping[str, int]:
        self._fail()
        found = self.things.get(subject.tenant.tenant, 0)
        return {"files": found} if found else {}

    def erase(self, subject: Subject) -> str:
        self._fail()
        if self.sticky:
            self.sticky -= 1
        else:
            self.things.pop(subject.tenant.tenant, None)
        return "deleted"

    def verify(self, subject: Subject) -> Look:
        return Look(self.count(subject))

    def _fail(self) -> None:
        if self.failing:
            raise self.failing.pop(0)


@dataclass
class Yard:
    """A register with tenants whose time comes, and all that deletes them."""

    clock: FakeClock
    folder: Path
    register: Register
    queues: MemoryQueues
    vault: FileVault
    premises: Premises
    retention: Retention
    shelf: Shelf
    notices: list[str] = field(default_factory=list)

    def tenant(self, name: str = "acme", *, trial_from: date | None = None) -> None:
        """A tenant with a database of its own, a consent, a secret, and a trial from today (or that day)."""
        row = self.register.tenants.add(name, "nl", f"{name}-books")
        self.provisioner.provision(row)
        self.register.tenants.start_trial(name, trial_from or local_day(self.clock()))
        self.register.grants.consent(name, "nl", f"user-{name}", self.clock())
        self.vault.set(pair_secret(name), "hush-hush")
        self.shelf.things[name] = 3

    @property
    def provisioner(self) -> SqliteProvisioner:
        return SqliteProvisioner(self.folder / "tenants")

    def until(self, day: date) -> None:
        """It is the first minute of a local day."""
        self.clock.now = midnight(day) + timedelta(minutes=1)

    def day_of_purge(self, tenant: str = "acme") -> date:
        due = self.register.tenants.get(tenant).purge_at
        assert due is not None
        return local_day(due)

    def expire(self, tenant: str = "acme") -> None:
        """The tenant's purge is due."""
        self.until(self.day_of_purge(tenant))

    def plan(self) -> int:
        return plan_purges(self.retention)

    def work(self) -> int:
        """Handle every visible message once; how many there were."""
        received = self.queues.receive(QUEUE, 600)
        for each in received:
            purge_tenant(self.retention, decode(PurgeTenant, each.body))
            self.queues.delete(each)
        return len(received)

    def settle(self, steps: int = 3000) -> None:
        """Work off the queue, a minute passing whenever all its messages are hidden, until it is empty."""
        for _ in range(steps):
            if not self.queues.count(QUEUE):
                return
            if not self.work():
                self.clock.pass_time(minutes=1)
        raise AssertionError("the purge did not end")

    def purge(self, tenant: str = "acme") -> Purge:
        """The tenant's time comes, and all is done."""
        self.expire(tenant)
        self.plan()
        self.settle()
        return self.register.purges.of(tenant)[-1]

    def with_queues(self, queues: MemoryQueues) -> None:
        self.queues = queues
        self.retention = replace(self.retention, queues=queues)

    def rows(self, tenant: str = "acme") -> dict[str, int]:
        """Rows the register has of a tenant, by table."""
        found = {}
        with self.register.database.read() as connection:
            for name, table in METADATA.tables.items():
                if "tenant" in table.c:
                    found[name] = len(connection.execute(table.select().where(table.c.tenant == tenant)).all())
        return {name: count for name, count in found.items() if count}

    def places(self) -> dict[str, Any]:
        """What the newest purge met, by place."""
        newest = self.register.purges.of()[-1]
        return {place.place: place for place in self.register.purges.places(newest.number)}


def build_yard(
    folder: Path,
    clock: FakeClock,
    register: Register,
    queues: MemoryQueues,
    vault: FileVault,
    kind: type[SqliteProvisioner] = SqliteProvisioner,
    **more: Any,
) -> Yard:
    """Everything a purge is given; `kind` makes databases, `more` is for Premises."""
    evidence, shelf, notices = FolderEvidence(folder / "evidence"), Shelf("take-outs"), list[str]()

    def tell(subject: Subject) -> bool:
        notices.append(subject.tenant.tenant)
        return True

    provisioner = kind(folder / "tenants")
    given: dict[str, Any] = {
        "register": register,
        "databases": provisioner,
        "open_warehouse": lambda tenant: open_sqlite(provisioner.path(tenant), release="test", clock=clock),
        "vault": vault,
        "secrets": (pair_secret,),
        "send_last_notice": tell,
        "clock": clock,
        "holder": "test",
        "take_outs": shelf,
    }
    premises = Premises(**{**given, **more})
    retention = Retention(
        register=register,
        queues=queues,
        evidence=evidence,
        signer=FileSigner(folder / "certificate-key.pem"),
        guard=Guard(register, evidence),
        places=places(premises),
        division_places=division_places(premises),
        clock=clock,
        holder="test",
        release="test",
    )
    return Yard(clock, folder, register, queues, vault, premises, retention, shelf, notices)


def _unsynced(connection: Any, _record: object) -> None:
    """These tests kill code, not machines: a disk that is waited for would only make them slow."""
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture
def make_yard(tmp_path: Path, clock: FakeClock, request: pytest.FixtureRequest) -> Callable[..., Yard]:
    """As many yards as a test needs, each in a folder of its own; keyword arguments are of Premises."""
    made: list[Yard] = []

    def make(**more: Any) -> Yard:
        folder = tmp_path / f"yard-{len(made)}"
        folder.mkdir()
        register = Register.sqlite(folder / "register.sqlite3", clock)
        event.listen(register.database.engine, "connect", _unsynced)
        register.migrate()
        request.addfinalizer(register.close)
        queues = MemoryQueues(clock)
        queues.make()
        made.append(build_yard(folder, clock, register, queues, FileVault(folder / "vault.json"), **more))
        return made[-1]

    return make


@pytest.fixture
def yard(make_yard: Callable[..., Yard]) -> Yard:
    """A yard with the tenant acme, whose trial began on 25 November 2026."""
    yard = make_yard()
    yard.tenant()
    return yard
