"""The register on a fresh database, for every engine there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from shared.register import Register, Tenant
from shared.register.database import Clock
from tests.support import t_sql
from tests.support.clock import FakeClock
from tests.support.register_sql import write_down

type OpenRegister = Callable[[], Register]
type ReachRegister = Callable[[Clock], Register]

#: for what is SQLite's own
ON_SQLITE = pytest.mark.parametrize("reach_register", ["sqlite"], indirect=True)


def open_sqlite(path: Path, clock: Clock) -> Register:
    """The register in a file; can be handed to another process."""
    register = Register.sqlite(path, clock)
    write_down(register.database.engine)
    return register


@pytest.fixture(params=["sqlite", "t-sql"])
def reach_register(request: pytest.FixtureRequest, tmp_path: Path) -> ReachRegister:
    """How any process reaches one fresh database, not migrated."""
    if request.param == "sqlite":
        return partial(open_sqlite, tmp_path / "register.sqlite3")
    t_sql.needed()
    return partial(t_sql.open_register, t_sql.emptied("register", tables=True))


@pytest.fixture
def open_register(reach_register: ReachRegister, clock: FakeClock) -> Iterator[OpenRegister]:
    """Opens one fresh database, not migrated; each call gives another Register on the same one."""
    opened: list[Register] = []

    def open_it() -> Register:
        opened.append(reach_register(clock))
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
