"""`qics sync now|status`: begin a run, follow it to its end, see how everything stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qics.exits import Exit
from shared.errors import Cause
from shared.exact.limits import Limits
from shared.warehouse.protocol import DivisionState, Refusal
from tests.support.desk import Terminal


def stream_row(acme: Terminal, name: str) -> dict[str, object]:
    division = acme.json("sync", "status", "acme")["divisions"][0]
    return next(row for row in division["streams"] if row["stream"] == name)


def test_now_makes_the_tenant_due_and_says_what_happens(acme: Terminal) -> None:
    result = acme.run("sync", "now", "acme")
    assert result.exit_code == Exit.DONE
    assert "begins run 1 within a minute" in result.stdout
    assert acme.app.register.tenants.get("acme").next_sync_at == acme.clock()


def test_an_open_run_is_named_instead_of_a_new_one(acme: Terminal) -> None:
    acme.app.register.runs.open("acme")
    assert "run 1 is going on" in acme.run("sync", "now", "acme").stdout


def test_following_ends_with_the_run_and_shows_each_division(acme: Terminal) -> None:
    acme.worker(acme.begin, lambda: acme.finish("done"))
    result = acme.run("sync", "now", "acme", "--wait", "--json")
    assert result.exit_code == Exit.DONE
    followed = acme.parsed(result)
    assert (followed["run"], followed["ended"]) == (1, True)
    assert [(row["division"], row["state"], row["rows"]) for row in followed["divisions"]] == [(1, "done", 1000)]


def test_following_an_open_run_follows_that_one(acme: Terminal) -> None:
    acme.begin()
    acme.worker(lambda: acme.finish("done"))
    assert acme.parsed(acme.run("sync", "now", "acme", "--wait", "--json"))["run"] == 1


def test_a_division_that_did_not_end_well_is_in_the_exit_code(acme: Terminal) -> None:
    acme.worker(acme.begin, lambda: acme.finish("parked", Cause.DIVISION_BLOCKED))
    result = acme.run("sync", "now", "acme", "--wait")
    assert result.exit_code == Exit.STOPPED
    assert Cause.DIVISION_BLOCKED.cure in result.stdout


def test_a_run_that_ended_as_a_whole_says_why(acme: Terminal) -> None:
    def nothing_chosen() -> None:
        acme.app.register.runs.end("acme", acme.app.register.runs.open("acme"), Cause.NONE_CHOSEN)

    acme.worker(nothing_chosen)
    result = acme.run("sync", "now", "acme", "--wait")
    assert result.exit_code == Exit.STOPPED
    assert Cause.NONE_CHOSEN.cure in result.stdout


def test_a_consent_lost_on_the_way_has_its_own_exit_code(acme: Terminal) -> None:
    def lost() -> None:
        acme.app.register.grants.need("acme", Cause.CHAIN_BROKEN, 0)
        acme.app.register.runs.end("acme", acme.app.register.runs.open("acme"), Cause.CHAIN_BROKEN)

    acme.worker(lost)
    assert acme.run("sync", "now", "acme", "--wait").exit_code == Exit.CONSENT


def test_when_nobody_plans_following_gives_up_with_a_hint(acme: Terminal) -> None:
    result = acme.run("sync", "now", "acme", "--wait")
    assert result.exit_code == Exit.LATER
    assert "is the function app running?" in result.stderr


def test_following_a_long_run_stops_after_the_time_given(acme: Terminal) -> None:
    acme.begin()
    result = acme.run("sync", "now", "acme", "--wait", "--minutes", "1")
    assert result.exit_code == Exit.LATER
    assert "still going on" in result.stderr


def test_a_tenant_nobody_consented_for_is_not_woken(terminal: Terminal) -> None:
    terminal.run("tenant", "add", "beta", "--host", "be")
    result = terminal.run("sync", "now", "beta")
    assert (result.exit_code, Cause.NEVER_CONSENTED.cure in result.stderr) == (Exit.CONSENT, True)


def test_a_lost_consent_is_named_with_its_cause(acme: Terminal) -> None:
    acme.app.register.grants.need("acme", Cause.CONSENT_EXPIRED, 0)
    result = acme.run("sync", "now", "acme")
    assert (result.exit_code, Cause.CONSENT_EXPIRED.cure in result.stderr) == (Exit.CONSENT, True)


def test_an_ended_tenant_and_one_that_chose_nothing_are_refused(acme: Terminal) -> None:
    acme.app.register.divisions.choose("acme", [])
    assert Cause.NONE_CHOSEN.code in acme.run("sync", "now", "acme").stderr
    acme.clock.now += timedelta(days=31)
    result = acme.run("sync", "now", "acme")
    assert (result.exit_code, Cause.ENDED.code in result.stderr) == (Exit.REFUSED, True)


def test_a_stream_never_read_says_so(acme: Terminal) -> None:
    row = stream_row(acme, "Budgets")
    assert (row["state"], row["age"], row["rows"]) == ("never read", None, 0)


def test_a_stream_that_was_read_has_an_age_and_rows(acme: Terminal) -> None:
    acme.store("Accounts", *({"ID": f"{number:036}", "Timestamp": number} for number in range(3)))
    acme.clock.now += timedelta(minutes=12)
    row = stream_row(acme, "Accounts")
    assert (row["state"], row["age"], row["rows"]) == ("read", 720, 3)
    assert "12 min" in acme.run("sync", "status", "acme").stdout


def test_a_parked_stream_has_its_cause_its_cure_and_when_it_is_tried_again(acme: Terminal) -> None:
    until = acme.clock() + timedelta(days=1)
    acme.app.register.calls.park("nl", 1, "Budgets", Cause.SCOPE_MISSING, until)
    row = stream_row(acme, "Budgets")
    assert (row["state"], row["cause"], row["cure"]) == ("parked", "scope-missing", Cause.SCOPE_MISSING.cure)
    assert row["until"] == until.isoformat()
    assert Cause.SCOPE_MISSING.cure in acme.run("sync", "status", "acme").stdout


def test_a_suspect_list_and_a_missing_right_are_told_apart(acme: Terminal) -> None:
    acme.suspect("Accounts")
    acme.keep(DivisionState(division=1, rights=("Accounts",), rights_at=acme.clock()))
    assert stream_row(acme, "Accounts")["cause"] == Cause.LIST_SUSPECT.code
    assert stream_row(acme, "Budgets")["cause"] == Cause.RIGHT_MISSING.code


def test_records_set_aside_are_named_without_what_they_hold(acme: Terminal) -> None:
    acme.set_aside("Accounts", Refusal("6f2c", 77, "Name: no text", '{"Name": 12}'))
    division = acme.json("sync", "status", "acme")["divisions"][0]
    assert division["set_aside"] == [{"stream": "Accounts", "key": "6f2c", "version": 77, "reason": "Name: no text"}]
    assert "6f2c" in acme.run("sync", "status", "acme").stdout


@pytest.mark.parametrize(("hours", "left"), [(1, 1234), (-1, None)])
def test_calls_left_are_those_of_the_day_we_have_now(acme: Terminal, hours: int, left: int | None) -> None:
    limits = Limits(day_limit=5000, day_remaining=1234, day_ends=acme.clock() + timedelta(hours=hours))
    acme.app.register.calls.save_limits("nl", 1, limits.to_json())
    assert acme.json("sync", "status", "acme")["divisions"][0]["calls_left_today"] == left


def test_a_tenant_that_reads_nothing_is_told_how_to_choose(acme: Terminal) -> None:
    acme.app.register.divisions.choose("acme", [])
    assert "`qics tenant divisions acme`" in acme.run("sync", "status", "acme").stdout


def test_calls_are_shown_per_run_division_and_licence(acme: Terminal) -> None:
    acme.begin()
    acme.finish("done")
    row = acme.json("calls")[0]
    assert (row["tenant"], row["run"], row["division"], row["licence"]) == ("acme", 1, 1, "100")
    assert (row["calls"], row["rows"], row["errors"]) == (2, 1000, 1)


def test_calls_of_older_runs_and_other_tenants_are_left_out_on_demand(acme: Terminal) -> None:
    acme.begin()
    acme.finish("done")
    assert acme.run("calls", "--tenant", "nobody").exit_code == Exit.NOT_FOUND
    acme.clock.now += timedelta(days=2)
    assert acme.json("calls") == []
    assert len(acme.json("calls", "--days", "3")) == 1
