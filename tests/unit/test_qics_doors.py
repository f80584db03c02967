"""`qics tenant allow-ip|rotate-reader`: only where others can open a database, only for small public ranges."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qics.exits import Exit
from shared.bootstrap import App
from shared.estate.machine import Machine
from shared.messages import ProvisionTenant, encode
from shared.provisioning import Access
from shared.queues import MemoryQueues
from shared.settings import read
from shared.vault import Vaults
from tests.support.clock import FakeClock
from tests.support.desk import CREDENTIALS, Terminal


class Doors:
    """What Azure's databases have: the worker opens them."""

    def ensure_reader(self, tenant: object) -> None: ...
    def rotate_reader(self, tenant: object) -> None: ...
    def admit(self, tenant: object, ranges: object) -> None: ...


class Remote(Machine):
    """A machine whose databases the worker makes and others can open."""

    @property
    def provisions_at_once(self) -> bool:
        return False

    def queues(self) -> MemoryQueues:
        made = MemoryQueues(self.clock)
        made.make()
        return made

    def access(self, _: Vaults) -> Access:
        return Doors()


@pytest.fixture
def remote(tmp_path: Path, clock: FakeClock) -> Iterator[Terminal]:
    told = {"QICS_DATA": str(tmp_path / "data"), "QICS_BASE_URL": "https://app.example.com"}
    app = App(read(told), told, clock)
    app.__dict__["estate"] = Remote(app.settings, told, clock)
    terminal = Terminal(app, clock)
    terminal.run("setup", "--stdin", input=CREDENTIALS)
    yield terminal
    app.close()


def sent(terminal: Terminal) -> list[str]:
    assert isinstance(terminal.app.queues, MemoryQueues)
    return [each.body.decode() for each in terminal.app.queues.receive(ProvisionTenant.queue, 60)]


def test_where_the_worker_makes_databases_adding_a_tenant_sends_it_there(remote: Terminal) -> None:
    result = remote.run("tenant", "add", "acme", "--host", "nl")
    assert "being made" in result.stdout
    assert sent(remote) == [encode(ProvisionTenant(tenant="acme"))]
    assert not remote.app.provisioner.exists(remote.app.register.tenants.get("acme"))


def test_an_address_is_kept_and_brought_to_the_database_by_the_worker(remote: Terminal) -> None:
    remote.run("tenant", "add", "acme", "--host", "nl")
    sent(remote)
    assert remote.json("tenant", "allow-ip", "acme", "81.2.69.142") == {"tenant": "acme", "addresses": ["81.2.69.142"]}
    remote.run("tenant", "allow-ip", "acme", "81.2.69.142", "--remove")
    assert len(sent(remote)) == 2
    assert "no address may open" in remote.run("tenant", "allow-ip", "acme").stdout
    assert sent(remote) == []


def test_a_wide_or_private_range_is_refused_before_anything_is_kept(remote: Terminal) -> None:
    remote.run("tenant", "add", "acme", "--host", "nl")
    for addresses in ("10.0.0.1", "81.2.0.0/16", "0.0.0.0"):  # noqa: S104 -- what must be refused
        assert remote.run("tenant", "allow-ip", "acme", addresses).exit_code == Exit.REFUSED
    assert remote.app.register.admissions.of("acme") == []


def test_a_new_password_is_asked_of_the_worker(remote: Terminal) -> None:
    remote.run("tenant", "add", "acme", "--host", "nl")
    sent(remote)
    assert "new password" in remote.run("tenant", "rotate-reader", "acme").stdout
    assert sent(remote) == [encode(ProvisionTenant(tenant="acme", rotate=True))]


@pytest.mark.parametrize("command", [("allow-ip", "acme", "81.2.69.142"), ("rotate-reader", "acme")])
def test_a_file_has_no_doors(acme: Terminal, command: tuple[str, ...]) -> None:
    result = acme.run("tenant", *command)
    assert result.exit_code == Exit.REFUSED
    assert "no-readers" in result.stderr
