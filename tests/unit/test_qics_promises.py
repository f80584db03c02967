"""`qics promises`: the evidence as a table or JSON, and an exit code a monitor can rely on."""

from __future__ import annotations

from shared.promises import PROMISES
from tests.support.desk import Terminal


def test_before_anybody_looked_every_promise_is_unknown(acme: Terminal) -> None:
    assert {row["promise"]: row["state"] for row in acme.json("promises")} == dict.fromkeys(PROMISES, "unknown")


def test_a_look_is_kept_and_shown_with_its_evidence(acme: Terminal) -> None:
    acme.run("promises", "--look")
    rows = {row["promise"]: row for row in acme.json("promises")}
    assert rows["READONLY"]["state"] == "kept"
    assert rows["READONLY"]["evidence"][0]["at"] == "2026-11-25T09:00:00+00:00"
    assert rows["REGION"]["state"] == "unknown"
    assert "one machine" in rows["REGION"]["why"]


def test_a_broken_promise_is_named_and_exits_6(acme: Terminal) -> None:
    (acme.app.settings.data / "tenants" / "who.sqlite3").touch()
    told = acme.run("promises", "--look")
    assert told.exit_code == 6
    assert "promise-broken: " in told.stderr
    assert "databases: who" in told.stdout
