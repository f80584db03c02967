"""`qics setup`: secrets are stored once, keys are never replaced, nothing secret is shown."""

from __future__ import annotations

import json

from qics.exits import Exit
from shared.seal import KEY_NAMES, key_bytes
from tests.support.desk import CREDENTIALS as LINES
from tests.support.desk import Terminal

CLIENT = LINES.split()[0]


def stored(terminal: Terminal) -> dict[str, str]:
    return {name: terminal.app.vaults.application.get(name).value for name in terminal.app.vaults.application.names()}  # type: ignore[union-attr]


def test_the_credentials_of_a_country_and_every_key_are_stored(terminal: Terminal) -> None:
    assert terminal.run("setup", "--host", "be", "--stdin", input=LINES).exit_code == Exit.DONE
    secrets = stored(terminal)
    assert json.loads(secrets.pop("exact-app-be")) == {"client_id": CLIENT, "client_secret": "hush-hush"}
    assert set(secrets) == set(KEY_NAMES)
    assert len({key_bytes(name, text) for name, text in secrets.items()}) == len(KEY_NAMES)


def test_a_prompt_asks_and_shows_no_secret(terminal: Terminal) -> None:
    result = terminal.run("setup", input=LINES)
    assert result.exit_code == Exit.DONE
    assert json.loads(stored(terminal)["exact-app-nl"])["client_id"] == CLIENT
    assert "hush-hush" not in result.output


def test_it_says_which_redirect_uri_to_register(terminal: Terminal) -> None:
    result = terminal.run("setup", "--stdin", input=LINES)
    assert "https://app.example.com/api/callback" in result.stdout


def test_run_twice_it_changes_nothing(terminal: Terminal) -> None:
    terminal.run("setup", "--stdin", input=LINES)
    before = stored(terminal)
    assert terminal.run("setup", "--stdin", input=LINES).exit_code == Exit.DONE
    assert terminal.run("setup").exit_code == Exit.DONE
    assert stored(terminal) == before


def test_other_credentials_replace_the_stored_ones_only_on_demand(terminal: Terminal) -> None:
    terminal.run("setup", "--stdin", input=LINES)
    before = stored(terminal)
    assert terminal.run("setup", "--stdin", input=LINES.replace("hush", "mum")).exit_code == Exit.REFUSED
    assert stored(terminal) == before
    assert terminal.run("setup", "--stdin", "--replace", input=LINES.replace("hush", "mum")).exit_code == Exit.DONE
    assert stored(terminal) == before | {"exact-app-nl": before["exact-app-nl"].replace("hush", "mum")}


def test_a_client_id_that_is_no_guid_is_refused_and_not_repeated(terminal: Terminal) -> None:
    result = terminal.run("setup", "--stdin", input="my-secret-by-mistake\nhush-hush\n")
    assert result.exit_code == Exit.REFUSED
    assert "my-secret-by-mistake" not in result.output
    assert terminal.app.vaults.application.get("exact-app-nl") is None


def test_an_unknown_country_is_refused_with_those_there_are(terminal: Terminal) -> None:
    result = terminal.run("setup", "--host", "se", "--stdin", input=LINES)
    assert result.exit_code == Exit.REFUSED
    assert "nl, be, de" in result.stderr
