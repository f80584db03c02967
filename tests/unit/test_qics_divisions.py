"""`qics tenant divisions|release`: nothing is read unless chosen; a release names what it let go."""

from __future__ import annotations

from datetime import timedelta

from qics.exits import Exit
from shared.errors import Cause
from tests.support.desk import Terminal


def chosen(acme: Terminal) -> list[int]:
    return [row.division for row in acme.app.register.divisions.chosen("acme")]


def park(acme: Terminal, *streams: str) -> None:
    for stream in streams:
        until = acme.clock() + timedelta(days=1)
        acme.app.register.calls.park("nl", 1, stream, Cause.SCOPE_MISSING, until)


def test_the_granted_divisions_are_shown_with_name_and_state(acme: Terminal) -> None:
    acme.store("Divisions", {"Code": 1, "Description": "Acme Holding B.V."})
    rows = {row["division"]: row for row in acme.json("tenant", "divisions", "acme")}
    assert (rows[1]["name"], rows[1]["chosen"], rows[1]["status"]) == ("Acme Holding B.V.", True, "active")
    assert (rows[2]["name"], rows[2]["chosen"], rows[2]["blocking"]) == ("", False, "backup or restore")


def test_choosing_adds_and_dropping_takes_away(acme: Terminal) -> None:
    assert acme.run("tenant", "divisions", "acme", "--choose", "2", "--drop", "1").exit_code == Exit.DONE
    assert chosen(acme) == [2]


def test_choosing_makes_the_tenant_due(acme: Terminal) -> None:
    acme.run("tenant", "divisions", "acme", "--choose", "2")
    assert chosen(acme) == [1, 2]
    assert acme.app.register.tenants.get("acme").next_sync_at == acme.clock()


def test_a_code_that_was_not_granted_is_refused_and_changes_nothing(acme: Terminal) -> None:
    assert acme.run("tenant", "divisions", "acme", "--choose", "99").exit_code == Exit.REFUSED
    assert acme.run("tenant", "divisions", "acme", "--drop", "99").exit_code == Exit.REFUSED
    assert acme.run("tenant", "divisions", "acme", "--choose", "2", "--drop", "2").exit_code == Exit.REFUSED
    assert chosen(acme) == [1]


def test_a_release_lets_every_stopped_stream_go_on(acme: Terminal) -> None:
    park(acme, "Budgets")
    acme.suspect("Accounts")
    released = acme.json("tenant", "release", "acme")
    assert released == [{"division": 1, "stream": "Accounts"}, {"division": 1, "stream": "Budgets"}]
    assert acme.app.register.calls.released("nl", 1) == {"Accounts", "Budgets"}
    assert acme.app.register.calls.parked("nl", 1) == {}


def test_a_release_of_one_stream_leaves_the_others(acme: Terminal) -> None:
    park(acme, "Budgets", "Journals")
    acme.run("tenant", "release", "acme", "--stream", "Journals")
    assert set(acme.app.register.calls.parked("nl", 1)) == {"Budgets"}


def test_a_stream_that_is_not_stopped_is_not_released_in_advance(acme: Terminal) -> None:
    result = acme.run("tenant", "release", "acme", "--stream", "Accounts")
    assert "nothing was released" in result.stdout
    assert acme.app.register.calls.released("nl", 1) == set()


def test_only_divisions_that_are_read_can_be_released(acme: Terminal) -> None:
    assert acme.run("tenant", "release", "acme", "--division", "2").exit_code == Exit.REFUSED
    assert acme.run("tenant", "release", "acme", "--stream", "Ledger").exit_code == Exit.REFUSED
