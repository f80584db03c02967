"""`make demo` as a newcomer runs it, with smaller books; and what is left when it cannot go on."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.demo import ROOT, Demo, alive, kill, running_demo


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo that ran to its end and kept its servers until Ctrl-C."""
    with running_demo(tmp_path_factory.mktemp("demo") / "here", "--keep") as demo:
        demo.read_until("The servers run on; Ctrl-C stops them.")
        assert len(demo.children()) == 3
        os.kill(demo.process.pid, signal.SIGINT)
        assert demo.end() == 0, demo.output
    return demo


def fact(demo: Demo, name: str) -> str:
    found = re.search(rf"^  {name} +(.+?) *$", demo.output, re.MULTILINE)
    assert found, demo.output
    return found[1]


def test_every_row_and_every_balance_is_found_to_be_what_exact_has(done: Demo) -> None:
    assert fact(done, "Differences") == "0"
    assert int(fact(done, "Rows compared").split()[0].replace(",", "")) > 4000
    assert int(fact(done, "Balances compared").split()[0].replace(",", "")) > 300


def test_no_run_after_the_first_takes_a_call_too_many(done: Demo) -> None:
    assert fact(done, "Fewest calls") == "yes, to the call"
    assert "(fewest" not in done.output


def test_the_customer_consents_on_exacts_pages_and_comes_back_to_the_app(done: Demo) -> None:
    pages = re.findall(r"https://(\S+)  →  (.+)", done.output)
    assert [address for address, _ in pages] == [
        "start.exactonline.nl/docs/Login.aspx",
        "start.exactonline.nl/api/oauth2/auth",
        "app.qics.test/api/callback",
    ]
    assert pages[-1][1] == "Exact Online is connected"


@pytest.mark.parametrize("what", ["-m sqlite3", "-m qics sync status"])
def test_what_it_says_to_try_works_as_it_stands(done: Demo, what: str) -> None:
    command = next(part for part in re.split(r"\n(?=\S)", done.output) if what in part).partition("\n")[2]
    ended = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert re.search(r"200\d{4}", ended.stdout)


def test_nothing_of_it_runs_on(done: Demo) -> None:
    running = subprocess.check_output(["ps", "-A", "-o", "command="], text=True)
    assert str(done.folder) not in running


def test_a_planted_cent_is_found_in_its_row_and_its_balance(tmp_path: Path) -> None:
    with running_demo(tmp_path / "here", "--plant-cent") as demo:
        assert demo.end() == 1, demo.output
    assert re.search(r"^✗ TransactionLines \S+ AmountDC: copied", demo.output, re.MULTILINE)
    assert re.search(r"^✗ 200\d{4}, 20\d\d period \d+, account \S+: -?0\.01 apart$", demo.output, re.MULTILINE)
    assert int(fact(demo, "Differences")) in {2, 3}  # AmountFC as well, where the line is in the company's currency


@pytest.mark.parametrize("moment", ["The storage emulator Azurite listens", "The first copy"])
def test_ctrl_c_stops_everything_wherever_it_is(tmp_path: Path, moment: str) -> None:
    with running_demo(tmp_path / "here") as demo:
        demo.read_until(moment)
        children = demo.children()
        os.kill(demo.process.pid, signal.SIGINT)
        assert demo.end() == 130, demo.output
    assert children
    assert [pid for pid in children if alive(pid)] == []
    assert "Traceback" not in demo.output


def test_a_server_that_dies_is_named_and_everything_else_is_stopped(tmp_path: Path) -> None:
    with running_demo(tmp_path / "here") as demo:
        demo.read_until("The first copy")
        children = demo.children()
        kill(next(pid for pid, command in children.items() if "local.host" in command))
        assert demo.end() == 1, demo.output
    assert "The demo failed: the function host is gone" in demo.output
    assert "Executed 'plan_syncs_timer'" in demo.output.partition("The last words of the function host:")[2]
    assert [pid for pid in children if alive(pid)] == []


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "books.txt").write_text("mine")
    with running_demo(tmp_path) as demo:
        assert demo.end() == 1
    assert f"{tmp_path} holds something else than a demo" in demo.output
    assert (tmp_path / "books.txt").read_text() == "mine"
