"""The simulator over whole books: what the API serves, page by page, is what the books hold."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from local.exact_simulator.books import World
from local.exact_simulator.books.changes import CHANGES
from local.exact_simulator.schema import Entity, entities
from tests.support.simulator import Exact, Form

SERVED = sorted(set(entities()) - {"Me/regular"})


@pytest.fixture(scope="module")
def world() -> World:
    return World(7, 2_600, date(2026, 6, 25))


@pytest.fixture
def connected(exact_over: Callable[..., Exact], world: World) -> Exact:
    exact = exact_over(world, minute_limit=10_000)
    exact.connect(world.divisions)
    return exact


def whole(exact: Exact, known: Entity, division: int, options: str = "") -> Iterator[dict[str, Any]]:
    """Follow a list to its end."""
    address = known.path.format(division=division) + "?$select=" + ",".join(known.properties) + options
    while address:
        d = json.loads(exact.get(address).content, parse_float=Decimal)["d"]
        yield from d["results"]
        address = d.get("__next", "")


def from_api(value: Any, edm: str) -> Any:
    """Undo the wire format as a client would."""
    if edm == "Double" and value is not None:
        return Decimal(value).normalize()
    found = re.fullmatch(r"/Date\((-?\d+)\)/", value) if isinstance(value, str) else None
    return datetime.fromisoformat("1970-01-01") + timedelta(milliseconds=int(found[1])) if found else value


def from_admin(value: Any, edm: str) -> Any:
    """Give the admin's texts the same types."""
    if value is None:
        return None
    if edm == "DateTime":
        moment = datetime.fromisoformat(value)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    if edm == "Double":
        return Decimal(value).normalize()
    return str(value) if edm == "Int64" else value


@pytest.mark.parametrize("name", SERVED)
def test_the_api_serves_every_value_of_the_books(connected: Exact, world: World, name: str) -> None:
    known = entities()[name]
    division = next(iter(world.divisions))
    truth = connected.admin(f"books/{division}/{name}").json()
    years = world.divisions[division].years()
    parts = [f"&$filter=ReportingYear eq {year}" for year in years] if known.name == "ReportingBalance" else [""]
    served = [row for options in parts for row in whole(connected, known, division, options)]
    if known.name == "Divisions":
        served = [row for row in served if row["Code"] == division]
    columns = {column: edm for column, edm in known.properties.items() if not truth or column in truth[0]}
    assert sorted(served_values(columns, served), key=repr) == sorted(true_values(columns, truth), key=repr)


def served_values(columns: dict[str, str], rows: list[dict[str, Any]]) -> list[list[Any]]:
    return [[from_api(row[column], edm) for column, edm in columns.items()] for row in rows]


def true_values(columns: dict[str, str], rows: list[dict[str, Any]]) -> list[list[Any]]:
    return [[from_admin(row[column], edm) for column, edm in columns.items()] for row in rows]


def test_a_first_load_takes_one_call_per_thousand_lines(connected: Exact, world: World) -> None:
    division, company = next(iter(world.divisions.items()))
    before = len(connected.simulator.requests)
    lines = list(whole(connected, entities()["TransactionLines/sync"], division))
    assert len(lines) == company.count("TransactionLines")
    assert len(connected.simulator.requests) - before == -(-len(lines) // 1000)


def test_a_user_without_the_right_sees_no_budgets_where_another_does(connected: Exact, world: World) -> None:
    division = list(world.divisions)[-1]
    assert connected.rows(f"{division}/budget/Budgets?$select=ID&$top=1") != []
    connected.session.cookies.clear()
    connected.person = list(world.users.values())[-1]
    connected.connect([division])
    assert connected.rows(f"{division}/budget/Budgets?$select=ID&$top=1") == []


@pytest.fixture
def small(exact_over: Callable[..., Exact]) -> Exact:
    """A connected client over small books of its own, to be changed."""
    exact = exact_over(World(7, 800, date(2026, 6, 25), companies=1), minute_limit=10_000)
    exact.connect(exact.books.divisions)
    return exact


def change(exact: Exact, name: str, /, **arguments: object) -> dict[str, Any]:
    """Change the one company's books."""
    division = next(iter(exact.books.divisions))
    reply = exact.admin(name, {"division": division} | arguments)
    assert reply.status_code == 200, reply.text
    return reply.json()


def newer(exact: Exact, entity: str, columns: str, above: int) -> list[dict[str, Any]]:
    """Read a sync entity above a row version, as a client does."""
    division = next(iter(exact.books.divisions))
    return exact.rows(f"{division}/sync/{entity}?$select=Timestamp,{columns}&$filter=Timestamp gt {above}L")


def highest(exact: Exact, entity: str) -> int:
    return max(int(row["Timestamp"]) for row in newer(exact, entity, "ID", 0))


def test_the_admin_names_every_change_it_takes(small: Exact) -> None:
    assert set(CHANGES) <= set(small.admin("changes").json())


def test_a_change_at_the_source_is_read_by_its_new_row_version(small: Exact) -> None:
    before = highest(small, "CRM/Accounts")
    change(small, "rename_account", name="Andere naam B.V.")
    (row,) = newer(small, "CRM/Accounts", "Name,Modified", before)
    assert (row["Name"], row["Modified"]) == ("Andere naam B.V.", "/Date(1782396010000)/")


def test_a_deleted_entry_leaves_the_lines_and_stands_in_the_log(small: Exact) -> None:
    before = {row["ID"] for row in newer(small, "Financial/TransactionLines", "ID", 0)}
    change(small, "delete_entry")
    gone = before - {row["ID"] for row in newer(small, "Financial/TransactionLines", "ID", 0)}
    logged = {row["EntityKey"] for row in newer(small, "Deleted", "EntityKey,EntityType", 0) if row["EntityType"] == 1}
    assert gone
    assert gone <= logged


def test_the_delete_log_forgets_after_two_months_of_the_simulators_clock(small: Exact) -> None:
    change(small, "delete_entry")
    small.admin("clock", {"advance_seconds": 63 * 86400})
    small.connect(small.books.divisions)
    assert newer(small, "Deleted", "ID", 0) == []


def test_a_move_lowers_the_row_versions_and_is_dated(small: Exact) -> None:
    before = highest(small, "Financial/TransactionLines")
    change(small, "move")
    assert highest(small, "Financial/TransactionLines") < before
    division = next(iter(small.books.divisions))
    (row,) = small.rows(f"{division}/system/Divisions?$select=DivisionMoveDate")
    assert row["DivisionMoveDate"] == "/Date(1782396010000)/"


def test_a_planted_cent_is_served_but_not_in_the_books(small: Exact) -> None:
    change(small, "plant_cent")
    division = next(iter(small.books.divisions))
    truth = {row["ID"]: Decimal(row["AmountDC"]) for row in small.admin(f"books/{division}/TransactionLines").json()}
    served = {
        row["ID"]: Decimal(str(row["AmountDC"])) for row in newer(small, "Financial/TransactionLines", "ID,AmountDC", 0)
    }
    assert [abs(served[key] - truth[key]) for key in truth if served[key] != truth[key]] == [Decimal("0.01")]


def test_the_command_line_runs_a_simulator_until_it_is_told_to_stop(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "local.exact_simulator",
        "--lines",
        "400",
        "--folder",
        str(tmp_path),
        "--set",
        "page_size=5",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"PATH": os.environ["PATH"]}) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        me = through_the_proxy(ready)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert me["UserName"] == ready["users"][0]["user_name"]


def through_the_proxy(ready: dict[str, Any]) -> dict[str, Any]:
    """Log in, consent and ask who one is, with nothing but what the ready line says."""
    base = f"https://{ready['host']}"
    with requests.Session() as session:
        session.proxies, session.verify, session.trust_env = {"https": ready["proxy"]}, ready["ca_bundle"], False
        app = {name: ready[name] for name in ("client_id", "redirect_uri")}
        page = session.get(f"{base}/api/oauth2/auth", params=app | {"response_type": "code"}, timeout=10)
        user = ready["users"][0]
        login = {"UserName": user["user_name"], "Password": user["password"]}
        form = Form(session.post(base + Form(page.text).action, data=login, timeout=10).text)
        back = session.post(
            base + form.action, data=[*form.fields, ("decision", "allow")], timeout=10, allow_redirects=False
        )
        code = {"code": requests.utils.unquote(back.headers["Location"].partition("code=")[2])}
        grant = {"grant_type": "authorization_code", "client_secret": ready["client_secret"]}
        pair = session.post(f"{base}/api/oauth2/token", data=app | code | grant, timeout=10).json()
        headers = {"Authorization": f"Bearer {pair['access_token']}", "Accept": "application/json"}
        return session.get(f"{base}/api/v1/current/Me", headers=headers, timeout=10).json()["d"]["results"][0]
