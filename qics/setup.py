"""`qics setup`: the secrets the app cannot work without. Run twice, it changes nothing."""

from __future__ import annotations

import json
import sys
from typing import Annotated
from uuid import UUID

import typer

from qics.app import app_of
from qics.arguments import parse_host
from qics.output import AsJson, Row, print_json, say, show
from qics.recorded import recorded
from shared.bootstrap import EXACT_APP, App
from shared.connect import CALLBACK_PATH
from shared.errors import Cause, Refused
from shared.seal import KEY_NAMES, new_key
from shared.vault import SecretStore

HEADINGS = {"secret": "Secret", "was": "Was"}


@recorded("setup")
def setup(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Country whose Exact app registration is entered.")] = "nl",
    stdin: Annotated[
        bool, typer.Option("--stdin", help="Read client id and secret from standard input, a line each.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Enter another id and secret for this country.")] = False,
    as_json: AsJson = False,
) -> None:
    """Store the Exact app's id and secret in the vault, and make the keys that are missing. Existing keys are kept.

    Exact registers an app per country. Examples: `qics setup`, `qics setup --host be --stdin < credentials.txt`.
    """
    app = app_of(context)
    country = parse_host(host)
    app.settings.data.mkdir(parents=True, exist_ok=True)  # setup is the first to come
    rows = [_credentials(app, country, stdin=stdin, replace=replace)]
    rows += [_key(app.vaults.application, name) for name in KEY_NAMES]
    address = app.settings.base_url + CALLBACK_PATH
    if as_json:
        print_json({"host": country, "redirect_uri": address, "secrets": rows})
        return
    show(rows, HEADINGS, as_json=False)
    say(f"Redirect URI to register at Exact, to the letter: {address}")


def _credentials(app: App, country: str, *, stdin: bool, replace: bool) -> Row:
    name = EXACT_APP.format(country=country)
    stored = app.vaults.application.get(name)
    if stored and not (stdin or replace):
        return {"secret": name, "was": "there already; --replace enters another"}
    given = json.dumps(_read() if stdin else _ask())
    if stored and stored.value == given:
        return {"secret": name, "was": "there already"}
    if stored and not replace:
        raise Refused(Cause.BAD_REQUEST, f"secret {name} holds another id or secret; --replace is what replaces them")
    app.vaults.application.set(name, given)
    return {"secret": name, "was": "replaced" if stored else "stored"}


def _ask() -> dict[str, str]:
    client_id = typer.prompt("Client id of the Exact app", err=True)
    client_secret = typer.prompt("Client secret (not shown)", hide_input=True, err=True)
    return _checked(client_id, client_secret)


def _read() -> dict[str, str]:
    lines = [line.strip() for line in sys.stdin.read().splitlines() if line.strip()]
    if len(lines) != 2:
        raise Refused(
            Cause.BAD_REQUEST, f"standard input: two lines are wanted, client id and secret; got {len(lines)}"
        )
    return _checked(*lines)


def _checked(client_id: str, client_secret: str) -> dict[str, str]:
    """Take what can be right: a client id is a GUID at Exact. What was typed is never repeated in the message."""
    try:
        UUID(client_id.strip())
    except ValueError:
        raise Refused(
            Cause.BAD_REQUEST, "the client id is no GUID such as 01234567-89ab-cdef-0123-456789abcdef"
        ) from None
    return {"client_id": client_id.strip(), "client_secret": client_secret.strip()}


def _key(vault: SecretStore, name: str) -> Row:
    """Never replaced: what an old key sealed, signed or hashed would be lost."""
    if vault.get(name):
        return {"secret": name, "was": "there already"}
    vault.set(name, new_key())
    return {"secret": name, "was": "made"}
