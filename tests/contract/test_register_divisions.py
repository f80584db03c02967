"""Divisions: listed by Exact, chosen by the tenant."""

from __future__ import annotations

import pytest

from shared.errors import Cause, Refused
from shared.register import Listed, Register, Tenant

ONE, TWO = Listed(1, 1, 0, "100"), Listed(2, 1, 0, "100")


def codes(register: Register) -> dict[int, tuple[bool, bool]]:
    """{code: (listed, chosen)}"""
    return {division.division: (division.listed, division.chosen) for division in register.divisions.of("acme")}


def test_a_listed_division_is_not_read_until_it_is_chosen(register: Register, tenant: Tenant) -> None:
    register.divisions.save_listed("acme", "nl", [ONE, TWO])
    assert register.divisions.chosen("acme") == []
    register.divisions.choose("acme", [2])
    assert codes(register) == {1: (True, False), 2: (True, True)}
    assert [division.division for division in register.divisions.chosen("acme")] == [2]


def test_a_division_no_longer_listed_stays_chosen_and_says_so(register: Register, tenant: Tenant) -> None:
    register.divisions.save_listed("acme", "nl", [ONE, TWO])
    register.divisions.choose("acme", [2])
    register.divisions.save_listed("acme", "nl", [ONE])
    assert codes(register) == {1: (True, False), 2: (False, True)}


def test_what_the_list_says_of_a_division_is_kept(register: Register, tenant: Tenant) -> None:
    register.divisions.save_listed("acme", "nl", [ONE])
    register.divisions.choose("acme", [1])
    register.divisions.save_listed("acme", "nl", [Listed(1, 2, 5, "200")])
    kept = register.divisions.of("acme")[0]
    assert (kept.host, kept.status, kept.blocking, kept.licence, kept.chosen) == ("nl", 2, 5, "200", True)


def test_choosing_replaces_the_choice(register: Register, tenant: Tenant) -> None:
    register.divisions.save_listed("acme", "nl", [ONE, TWO])
    register.divisions.choose("acme", [1])
    register.divisions.choose("acme", [2])
    assert codes(register) == {1: (True, False), 2: (True, True)}


@pytest.mark.parametrize("code", [2, 3])
def test_a_division_that_is_not_listed_cannot_be_chosen(register: Register, tenant: Tenant, code: int) -> None:
    register.divisions.save_listed("acme", "nl", [ONE, TWO])
    register.divisions.save_listed("acme", "nl", [ONE])
    register.divisions.choose("acme", [1])
    with pytest.raises(Refused, match=rf"\[{code}\]") as refused:
        register.divisions.choose("acme", [1, code])
    assert refused.value.cause is Cause.BAD_REQUEST
    assert codes(register)[1] == (True, True)


def test_tenants_choose_apart_from_each_other(register: Register, tenant: Tenant) -> None:
    register.tenants.add("other", "nl", "other")
    for name in ("acme", "other"):
        register.divisions.save_listed(name, "nl", [ONE])
    register.divisions.choose("other", [1])
    assert register.divisions.chosen("acme") == []
