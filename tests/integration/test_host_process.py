"""Starting and ending: what stops a start, what a time-out does, settings, TLS, disabled functions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from local.azurite import Azurite
from local.host.errors import HostError
from local.host.process import HostProcess
from local.net.authority import Authority
from tests.support.host import FOREIGN_APP, eventually

HEAD = """
import os, threading, uuid
import azure.functions as func
app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
STARTED = str(uuid.uuid4())
"""
HTTP = """
@app.route("started")
def started(req: func.HttpRequest) -> str:
    return STARTED + " " + os.environ.get("GREETING", "")
@app.route("hang")
def hang(req: func.HttpRequest) -> str:
    threading.Event().wait()
"""
TIMER = """
@app.timer_trigger(arg_name="t", schedule="%WHEN%")
def plan(t: func.TimerRequest) -> None: ...
"""
QUEUE = """
@app.queue_trigger(arg_name="m", queue_name="work", connection="STORE")
def work(m: func.QueueMessage) -> None: ...
"""

type Starter = Callable[..., HostProcess]


@pytest.fixture
def app(tmp_path: Path) -> Starter:
    """Makes a host for an app written on the spot, with more arguments for its command line."""

    def make(
        code: str,
        *arguments: str,
        host_json: dict[str, object] | None = None,
        ca: Path | None = None,
        **settings: str,
    ) -> HostProcess:
        folder = tmp_path / "app"
        folder.mkdir()
        (folder / "function_app.py").write_text(HEAD + code)
        (folder / "host.json").write_text(json.dumps({"version": "2.0", **(host_json or {})}))
        paths = {"state": tmp_path / "state", "log": tmp_path / "log"}
        return HostProcess(folder, settings, **paths, arguments=arguments, ca=ca)

    return make


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        (TIMER + QUEUE, "plan, schedule: %WHEN% does not resolve; set WHEN in the app settings"),
        (QUEUE, "the connection STORE is not in the app settings"),
        ("import nothing_such", "No module named 'nothing_such'"),
        ("", "has no functions"),
        ("second = func.FunctionApp()" + HTTP, "More than one"),
    ],
)
def test_an_app_that_cannot_run_says_why_and_does_not_start(app: Starter, code: str, complaint: str) -> None:
    with pytest.raises(HostError, match=complaint):
        app(code).start()


def test_settings_come_from_the_file_and_the_environment_wins(app: Starter, tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"Values": {"GREETING": "from the file", "WHEN": "0 0 0 1 1 *"}}))
    with app(HTTP + TIMER, "--settings", str(file), GREETING="from outside") as host:
        assert requests.get(f"{host.url}/api/started", timeout=30).text.endswith(" from outside")


def test_a_function_beyond_its_timeout_restarts_the_whole_app_on_the_same_port(app: Starter) -> None:
    with app(HTTP, host_json={"functionTimeout": "00:00:03"}) as host:
        before = requests.get(f"{host.url}/api/started", timeout=30).text
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{host.url}/api/hang", timeout=60)
        assert eventually(lambda: _text(f"{host.url}/api/started")) != before
        assert "'hang' (Id=" in host.log.read_text()


def _text(url: str) -> str:
    try:
        return requests.get(url, timeout=30).text
    except requests.ConnectionError:
        return ""


def test_a_disabled_function_is_not_listened_for(app: Starter) -> None:
    with app(HTTP, **{"AzureWebJobs.started.Disabled": "true"}) as host:
        assert requests.get(f"{host.url}/api/started", timeout=30).status_code == 404
        host.run("started")  # by hand it still runs
        eventually(lambda: "Executed 'started' (Succeeded" in host.log.read_text())


def test_a_certificate_makes_it_https(app: Starter, authority: Authority) -> None:
    chain = authority.issue("127.0.0.1")
    with app(HTTP, "--cert", str(chain), ca=authority.bundle) as host:
        assert host.url.startswith("https://127.0.0.1:")
        assert requests.get(f"{host.url}/api/started", verify=str(authority.bundle), timeout=30).status_code == 200
        host.run("started")


def test_a_missed_timer_is_made_up_for_after_a_restart(azurite: Azurite, queue_prefix: str, tmp_path: Path) -> None:
    settings = {"SHOP_STORAGE": azurite.connection_string, "SHOP_PREFIX": queue_prefix, "SHOP_SCHEDULE": "0 * * * * *"}
    state, log = tmp_path / "state", tmp_path / "log"
    (state / "timers").mkdir(parents=True)
    missed = {"Last": "2026-01-01T00:00:00Z", "Next": "2026-01-01T00:01:00Z", "LastUpdated": "2026-01-01T00:00:00Z"}
    (state / "timers" / "open_shop.json").write_text(json.dumps(missed))
    with HostProcess(FOREIGN_APP, settings, state=state, log=log):
        eventually(lambda: "Executed 'open_shop' (Succeeded" in log.read_text())
        eventually(lambda: json.loads((state / "timers" / "open_shop.json").read_text())["Last"] > missed["Next"])
