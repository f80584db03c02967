"""Each promise is kept where nothing is wrong, and reported broken when somebody breaks it on purpose."""

from __future__ import annotations

import json
import logging
import sqlite3
import ssl
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from shared.errors import Broken, Cause, RetryLater
from shared.exact import hosts
from shared.lifecycle import midnight
from shared.promises import CHECKS, PROMISES, TENANT_CHECKS, State, check_promises, check_tenant
from shared.promises.model import Standing
from shared.promises.premises import PowerBiUse
from shared.streams import CATALOGUE
from tests.support.promises import CODE, RESOURCE, Board

NOBODY = date(2026, 12, 24)


def in_database(board: Board, statement: str) -> None:
    """Change acme's database behind the app's back."""
    board.visit()
    path = board.yard.folder / "tenants" / "acme-books.sqlite3"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def other_code(board: Board, tmp_path: Path, name: str, line: str) -> None:
    folder = tmp_path / "other"
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_text(line, encoding="utf-8")
    board.given(code=folder)


def run_after_the_end(board: Board) -> None:
    board.after_trial()
    board.begin_run()


def plan_after_the_end(board: Board) -> None:
    board.sql("UPDATE tenants SET next_sync_at = '2027-01-05 00:00:00.000000'")


def stray_database(board: Board) -> None:
    (board.yard.folder / "tenants" / "who.sqlite3").touch()


def lost_database(board: Board) -> None:
    board.yard.provisioner.drop(board.yard.register.tenants.get("acme"))


def overdue(board: Board) -> None:
    board.yard.clock.now = midnight(date(2027, 1, 24)) + timedelta(hours=25)


def stray_row(board: Board) -> None:
    board.sql("INSERT INTO invitations (id, tenant, expires_at) VALUES ('1', 'who', '2026-12-01 00:00:00.000000')")


def forged_certificate(board: Board) -> None:
    board.yard.retention.evidence.create("certificates/who/20261125-1-1.json", b"{}")


def erased_and_planned(board: Board) -> None:
    board.yard.register.tenants.erase("acme", NOBODY, "customer")
    board.sql("UPDATE tenants SET next_sync_at = '2026-11-26 00:00:00.000000'")


def bare_disclosure(board: Board) -> None:
    board.yard.register.audit.add("operator-1", "disclose", "acme", {"authority": "FIOD", "reference": "1"})


def rewritten_log(board: Board) -> None:
    board.sql("UPDATE audit SET actor = 'nobody'")


def personal_column(board: Board) -> None:
    accounts = CATALOGUE["Accounts"]
    contact = replace(accounts.columns[0], name="ContactEmail")
    board.given(streams=[replace(accounts, columns=(*accounts.columns, contact))])


def foreign_stream(board: Board) -> None:
    board.given(streams=[replace(CATALOGUE["Items"], path="{division}/payroll/Employees")])


def share_database(board: Board) -> None:
    """A register made without the unique index on the database's name lets two tenants have one."""
    board.sql("CREATE TABLE bare AS SELECT * FROM tenants")
    board.sql("DROP TABLE tenants")
    board.sql("ALTER TABLE bare RENAME TO tenants")
    board.sql("INSERT INTO tenants SELECT * FROM tenants")
    board.sql("UPDATE tenants SET tenant = 'beta' WHERE rowid = 2")


#: the check that sees it, and what breaks the promise
BREAKS: dict[str, list[Callable[[Board], object]]] = {
    "SCOPE catalogue": [personal_column, foreign_stream],
    "SCOPE endpoints": [lambda board: board.yard.register.calls.record("acme", 1, 1, "payroll/Employees", 1, 1, 0)],
    "SCOPE stored-columns": [lambda board: in_database(board, "ALTER TABLE exact_Accounts ADD Email TEXT")],
    "TRIAL runs-in-time": [run_after_the_end],
    "TRIAL plans-in-time": [plan_after_the_end],
    "DELETE databases": [stray_database],
    "DELETE availability": [lost_database],
    "DELETE secrets": [lambda board: board.yard.vault.set("grant-pair-who", "hush-hush")],
    "DELETE rows": [stray_row],
    "DELETE overdue": [overdue],
    "DELETE certificates": [forged_certificate],
    "ERASE erasures": [erased_and_planned],
    "NOLOGIN register-columns": [lambda board: board.sql("ALTER TABLE grants ADD COLUMN password TEXT")],
    "NOLOGIN register-values": [
        lambda board: board.sql("UPDATE grants SET cause = 'jan@example.com'"),
        lambda board: board.sql("UPDATE grants SET \"user\" = 'jan'"),
    ],
    "NOLOGIN secret-names": [lambda board: board.premises.vaults.application.set("exact-password", "hush-hush")],
    "NOLOGIN setting-names": [lambda board: board.given(environment={"EXACT_USER": "jan"})],
    "SEPARATE own-database": [share_database],
    "SEPARATE protection": [
        lambda board: board.given(resources=lambda: [replace(RESOURCE, encrypted=False)]),
        lambda board: board.given(resources=lambda: [replace(RESOURCE, open_rules=1)]),
    ],
    "REGION region": [
        lambda board: board.given(resources=lambda: [replace(RESOURCE, location="northeurope")]),
        lambda board: board.given(resources=lambda: [replace(RESOURCE, backups="Geo")]),
    ],
    "HTTPS addresses": [
        lambda board: board.given(environment={"QICS_BASE_URL": "http://app.example.com"}),
        lambda board: board.given(environment={"AzureWebJobsStorage": "DefaultEndpointsProtocol=http;AccountName=a"}),
        lambda board: board.given(environment={"Q": "A=b;QueueEndpoint=http://10.0.0.1:1/a"}),
        lambda board: board.given(environment={"PYTHONHTTPSVERIFY": "0"}),
    ],
    "HTTPS incoming": [lambda board: board.given(resources=lambda: [replace(RESOURCE, minimum_tls="1.0")])],
    "API power-bi": [
        lambda board: board.given(power_bi=lambda: [PowerBiUse(verb="POST", as_user=True)]),
        lambda board: board.given(power_bi=lambda: [PowerBiUse(verb="GET", as_user=False)]),
    ],
    "SHARE disclosures": [bare_disclosure],
    "SHARE record": [rewritten_log],
}
CASES = [pytest.param(name, each, id=f"{name} {at}") for name, all_ in BREAKS.items() for at, each in enumerate(all_)]
#: broken in code, in this process, or under an open database; each has a test of its own below
BROKEN_OTHERWISE = {"OWN take-out", "READONLY verbs", "HTTPS verification", "HTTPS exact", "HTTPS outgoing"}


def broken_by(standing: Standing) -> set[str]:
    return {f"{each.promise} {each.name}" for each in standing.findings if each.seen.state is State.BROKEN}


def test_where_nothing_is_wrong_every_promise_is_kept(board: Board) -> None:
    board.given(code=CODE)
    assert {promise: standing.state for promise, standing in board.look().items()} == dict.fromkeys(
        PROMISES, State.KEPT
    )


@pytest.mark.parametrize(
    ("check", "broken"),
    CASES,
)
def test_a_promise_broken_on_purpose_is_reported(
    board: Board, check: str, broken: Callable[[Board], object], caplog: pytest.LogCaptureFixture
) -> None:
    promise, name = check.split()
    broken(board)
    with caplog.at_level(logging.INFO, "qics"):
        standing = board.look()[promise]
    assert check in broken_by(standing)
    alerts = [json.loads(each.getMessage().split(" ", 1)[1]) for each in caplog.records if each.levelno > 30]
    assert {"type": promise, "cause": name} in [{"type": each["type"], "cause": each["cause"]} for each in alerts]
    assert all(record.getMessage().startswith("promise.broken") for record in caplog.records if record.levelno > 30)


def test_every_check_has_something_that_breaks_it() -> None:
    assert {f"{each.promise} {each.name}" for each in (*CHECKS, *TENANT_CHECKS)} == {*BREAKS} | BROKEN_OTHERWISE


@pytest.mark.parametrize(
    ("promise", "name", "line"),
    [
        ("READONLY", "exact/client.py", "self._session.put(url)"),
        ("READONLY", "exact/oauth.py", "self._session.delete(url)"),
        ("READONLY", "sync/more.py", "import requests\nrequests.post('https://start.exactonline.nl')"),
        ("READONLY", "sync/more.py", "from urllib.request import urlopen"),
        ("READONLY", "sync/more.py", "import http.client"),
        ("HTTPS", "exact/session.py", "requests.Session().get(url, verify=False)"),
        ("HTTPS", "vault/client.py", "session.verify = False"),
        ("HTTPS", "vault/client.py", "context.verify_mode = ssl.CERT_NONE"),
    ],
)
def test_code_that_breaks_a_promise_is_found_where_it_stands(
    board: Board, tmp_path: Path, promise: str, name: str, line: str
) -> None:
    other_code(board, tmp_path, name, line)
    standing = board.look()[promise]
    assert standing.state is State.BROKEN
    assert any(case.startswith(name) for case in standing.decisive[0].seen.cases)


def test_a_list_that_cannot_be_read_out_breaks_own(board: Board) -> None:
    row = board.yard.register.tenants.get("acme")
    with closing(board.premises.open_warehouse(row)) as warehouse:
        warehouse.migrate()
        in_database(board, "DROP TABLE exact_GLAccounts")
        check_tenant(board.premises, row, warehouse)
    assert broken_by(board.stand()["OWN"]) == {"OWN take-out"}


def test_code_that_is_not_there_as_source_is_unknown_not_kept(board: Board, tmp_path: Path) -> None:
    board.given(code=tmp_path / "nowhere")
    assert board.look()["READONLY"].state is State.UNKNOWN


def test_a_gate_that_takes_plain_http_breaks_https(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.promises.wire.is_own", lambda _country, _url: True)
    assert broken_by(board.look()["HTTPS"]) == {"HTTPS exact"}
    assert hosts.is_own("nl", "https://start.exactonline.nl/api/v1/x")


def test_a_process_that_verifies_nobody_breaks_https(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.create_default_context()
    context.check_hostname = False
    monkeypatch.setattr("shared.promises.wire.ssl.create_default_context", lambda: context)
    assert broken_by(board.look()["HTTPS"]) == {"HTTPS outgoing"}


@pytest.mark.parametrize("given", ["resources", "power_bi"])
def test_what_nobody_can_look_at_is_unknown_and_says_why(board: Board, given: str) -> None:
    board.given(**{given: None})
    for promise in {"resources": ("REGION", "SEPARATE", "HTTPS"), "power_bi": ("API",)}[given]:
        standing = board.look()[promise]
        assert standing.state is State.UNKNOWN
        assert standing.decisive[0].seen.why


def test_a_place_that_is_down_is_unknown_and_holds_up_no_other_check(board: Board) -> None:
    def down() -> set[str]:
        raise RetryLater(Cause.AZURE_DOWN, "servers")

    board.given(databases=down)
    stand = board.look()
    assert (stand["DELETE"].state, stand["DELETE"].decisive[0].seen.why) == (State.UNKNOWN, "azure-down")
    assert stand["TRIAL"].state is State.KEPT


def test_a_broken_promise_is_broken_though_another_check_of_it_cannot_look(board: Board) -> None:
    board.given(resources=None, environment={"QICS_BASE_URL": "http://app.example.com"})
    assert board.look()["HTTPS"].state is State.BROKEN


def test_a_look_older_than_two_days_says_nothing_any_more(board: Board) -> None:
    board.look()
    board.yard.clock.pass_time(hours=48)
    assert board.stand()["READONLY"].state is State.KEPT
    board.yard.clock.pass_time(seconds=1)
    assert {each.state for each in board.stand().values()} == {State.UNKNOWN}


def test_what_nobody_has_looked_at_is_unknown(board: Board) -> None:
    assert {each.state for each in board.stand().values()} == {State.UNKNOWN}


def test_a_tenant_whose_sync_did_not_look_leaves_the_promise_unknown(board: Board) -> None:
    board.look()
    board.yard.tenant("beta")
    standing = board.stand()["OWN"]
    assert (standing.state, [each.tenant for each in standing.decisive]) == (State.UNKNOWN, ["beta"])


def test_an_ended_tenant_does_not_sync_and_is_looked_at_by_the_daily_check(board: Board) -> None:
    board.after_trial()
    stand = {each.promise: each for each in check_promises(board.premises)}
    assert stand["OWN"].state is State.KEPT


def test_an_ended_tenants_database_that_cannot_be_opened_is_unknown(board: Board) -> None:
    def refuse(_: object) -> object:
        raise Broken(Cause.DATABASE_UNUSABLE, "acme-books")

    board.after_trial()
    board.given(open_warehouse=refuse)
    stand = {each.promise: each for each in check_promises(board.premises)}
    assert (stand["OWN"].state, stand["OWN"].decisive[0].seen.why) == (State.UNKNOWN, "database-unusable")


def test_a_tenant_that_is_being_deleted_breaks_nothing(board: Board) -> None:
    board.yard.expire()
    board.yard.plan()
    for _ in range(9):
        board.yard.work()
    assert board.look()["DELETE"].state is State.KEPT


def test_after_a_deletion_all_is_kept_and_the_tenants_evidence_is_gone(board: Board) -> None:
    board.look()
    board.yard.purge()
    stand = board.look()
    assert stand["DELETE"].state is State.KEPT
    assert {each.tenant for standing in stand.values() for each in standing.findings} == {""}


def test_the_evidence_says_what_was_looked_at_what_was_seen_and_when(board: Board) -> None:
    stray_database(board)
    (finding,) = board.look()["DELETE"].decisive
    assert (finding.at, finding.seen.looked, finding.seen.count, finding.seen.cases) == (
        board.yard.clock(),
        2,
        1,
        ("who",),
    )
