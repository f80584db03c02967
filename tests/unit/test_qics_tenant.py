"""`qics tenant add|list|show|contract` over a real register and real databases."""

from __future__ import annotations

from datetime import date

import pytest

from qics.exits import Exit
from shared.errors import Cause
from shared.register import Listed
from tests.support.desk import Terminal


def test_a_new_tenant_has_its_own_database_and_the_next_command_is_named(terminal: Terminal) -> None:
    result = terminal.run("tenant", "add", "beta", "--host", "be")
    assert result.exit_code == Exit.DONE
    assert "`qics tenant link beta`" in result.stdout
    beta = terminal.app.register.tenants.get("beta")
    assert (beta.host, terminal.app.provisioner.exists(beta)) == ("be", True)


def test_an_interrupted_add_is_finished_by_repeating_it(terminal: Terminal) -> None:
    left = terminal.app.register.tenants.add("beta", "be", "beta")
    assert terminal.run("tenant", "add", "beta", "--host", "be").exit_code == Exit.DONE
    assert terminal.app.provisioner.exists(left)


def test_an_id_that_is_taken_is_refused(acme: Terminal) -> None:
    result = acme.run("tenant", "add", "acme", "--host", "nl")
    assert result.exit_code == Exit.REFUSED
    assert "acme is there already" in result.stderr


def test_a_tenant_is_never_moved_to_another_host_by_adding_it_again(terminal: Terminal) -> None:
    terminal.app.register.tenants.add("beta", "be", "beta")
    assert terminal.run("tenant", "add", "beta", "--host", "nl").exit_code == Exit.REFUSED


def test_the_list_shows_state_consent_and_divisions(acme: Terminal) -> None:
    row = acme.json("tenant", "list")[0]
    assert (row["tenant"], row["state"], row["consent"], row["divisions"]) == ("acme", "trial", "connected", "1 of 2")


def test_the_list_for_people_is_plain_words_and_local_times(acme: Terminal) -> None:
    acme.app.register.tenants.wake("acme", acme.clock())  # 09:00 UTC
    row = acme.run("tenant", "list").stdout.splitlines()[1]
    assert row.split() == "acme nl trial connected 1 of 2 — 2026-11-25 10:00 2027-01-24 00:00".split()


def test_a_tombstone_stays_on_the_list(acme: Terminal) -> None:
    acme.app.register.tenants.tombstone("acme", date(2026, 12, 31))
    assert acme.json("tenant", "list")[0]["state"] == "purged"
    assert acme.run("tenant", "show", "acme").exit_code == Exit.REFUSED


def test_an_empty_list_says_how_to_begin(terminal: Terminal) -> None:
    assert "`qics tenant add`" in terminal.run("tenant", "list").stdout
    assert terminal.json("tenant", "list") == []


def test_a_lost_consent_is_shown_with_its_cure(acme: Terminal) -> None:
    acme.app.register.grants.need("acme", Cause.CHAIN_BROKEN, 0)
    shown = acme.json("tenant", "show", "acme")
    assert shown["consent"] == "needed: chain-broken"
    assert shown["consent_cure"] == Cause.CHAIN_BROKEN.cure


def test_a_tenant_nobody_consented_for_is_shown_with_what_to_do(terminal: Terminal) -> None:
    terminal.run("tenant", "add", "beta", "--host", "be")
    shown = terminal.json("tenant", "show", "beta")
    assert (shown["state"], shown["consent"]) == ("invited", "never given")
    assert shown["consent_cure"] == Cause.NEVER_CONSENTED.cure


def test_a_contract_names_its_days_and_the_purge(acme: Terminal) -> None:
    result = acme.run("tenant", "contract", "acme", "--from", "2026-12-01", "--to", "2026-12-31")
    assert "contract from 2026-12-01 to 2026-12-31 inclusive; purge on 2027-01-31" in result.stdout
    stored = acme.app.register.tenants.get("acme")
    assert (stored.contract_from, stored.contract_to) == (date(2026, 12, 1), date(2026, 12, 31))


def test_a_contract_without_end_has_no_purge(acme: Terminal) -> None:
    shown = acme.json("tenant", "contract", "acme", "--from", "2026-12-01")
    assert (shown["contract_to"], shown["purge_at"]) == (None, None)


@pytest.mark.parametrize("days", [("2026-12-31", "2026-12-01"), ("2026-13-01", "2027-01-01")])
def test_days_that_cannot_be_are_refused_and_change_nothing(acme: Terminal, days: tuple[str, str]) -> None:
    assert acme.run("tenant", "contract", "acme", "--from", days[0], "--to", days[1]).exit_code == Exit.REFUSED
    assert acme.app.register.tenants.get("acme").contract_from is None


def test_a_division_no_longer_granted_is_counted_as_chosen_only(acme: Terminal) -> None:
    acme.app.register.divisions.save_listed("acme", "nl", [Listed(2, 1, 0, "100")])
    assert acme.json("tenant", "list")[0]["divisions"] == "1 of 1"
