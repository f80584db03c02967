"""The register on a fresh database, for every engine there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from shared.register import Register, Tenant
from tests.support.clock import FakeClock
from tests.support.register_sql import write_down

type OpenRegister = Callable[[], Register]


@pytest.fixture(params=["sqlite"])
def open_register(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[OpenRegister]:
    """Opens one fresh database, not migrated; each call gives another Register on the same one."""
    opened: list[Register] = []

    def open_it() -> Register:
        opened.append(Register.sqlite(tmp_path / "register.sqlite3", clock))
        write_down(opened[-1].database.engine)
        return opened[-1]

    yield open_it
    for register in opened:
        register.close()


@pytest.fixture
def register(open_register: OpenRegister) -> Register:
    """A fresh, migrated register."""
    register = open_register()
    register.migrate()
    return register


@pytest.fixture
def tenant(register: Register) -> Tenant:
    """A tenant `acme` whose trial began on 25 November 2026, the first day of `clock`."""
    register.tenants.add("acme", "nl", "acme")
    register.tenants.start_trial("acme", date(2026, 11, 25))
    return register.tenants.get("acme")
