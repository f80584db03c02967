"""Addresses a tenant lets in; where databases are."""

from __future__ import annotations

from datetime import date

import pytest

from shared.errors import Refused
from shared.register import Register


def test_addresses_are_let_in_once_by_tenant_and_go_again(register: Register) -> None:
    for tenant in ("acme", "beta"):
        register.tenants.add(tenant, "nl", tenant)
        register.admissions.allow(tenant, "81.2.69.142")
    register.admissions.allow("acme", "81.2.69.142")
    register.admissions.allow("acme", "81.2.69.144/28")
    register.admissions.forbid("acme", "81.2.69.142")
    register.admissions.forbid("acme", "81.2.69.142")
    assert (register.admissions.of("acme"), register.admissions.of("beta")) == (["81.2.69.144/28"], ["81.2.69.142"])


def test_an_unknown_tenant_lets_nobody_in(register: Register) -> None:
    with pytest.raises(Refused):
        register.admissions.allow("nobody", "81.2.69.142")


def test_a_place_counts_the_databases_that_are_still_there(register: Register) -> None:
    for tenant, place in (("a", "sql-a/pool-1"), ("b", "sql-a/pool-1"), ("c", "sql-b/pool-1"), ("d", "sql-a/pool-1")):
        added = register.tenants.add(tenant, "nl", tenant, place=place)
        assert added.place == place
    register.tenants.tombstone("d", date(2026, 12, 31))
    assert register.tenants.places() == {"sql-a/pool-1": 2, "sql-b/pool-1": 1}
