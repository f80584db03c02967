"""Start a simulator from the command line, with books, certificate, proxy and admin of its own."""

from __future__ import annotations

import argparse
import json
import secrets
import signal
import threading
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

from local.exact_simulator.books import World
from local.exact_simulator.clock import DUTCH
from local.exact_simulator.settings import App, Settings
from local.exact_simulator.simulator import Simulator
from local.net.authority import Authority
from local.net.proxy import ConnectProxy

#: a signal that another thread was given does not wake the main one, in which Python handles it: look now and then
LOOK_SECONDS = 0.5


def main() -> None:
    """Run until SIGTERM or SIGINT; one JSON line with ports, paths and logins says that it is ready."""
    asked = _arguments()
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    asked.folder.mkdir(parents=True, exist_ok=True)
    authority = Authority(asked.folder)
    world = World(asked.seed, asked.lines, datetime.now(DUTCH).date(), asked.companies)
    app = App(redirect_uris=(asked.redirect_uri,))
    settings = replace(Settings(host=asked.host, apps=(app,)), **dict(asked.set))
    key = secrets.token_urlsafe(24)
    context = authority.server_context(settings.host)
    with (
        Simulator(world, context, settings, lambda: datetime.now(UTC), key) as simulator,
        ConnectProxy({settings.host: simulator.port}) as proxy,
    ):
        print(json.dumps(_ready(simulator, proxy, authority, key)), flush=True)
        while not stop.wait(LOOK_SECONDS):
            pass


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="exact_simulator", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same books")
    parser.add_argument("--lines", type=int, default=20_000, help="ledger lines over all companies")
    parser.add_argument("--companies", type=int, default=2)
    parser.add_argument("--folder", type=Path, required=True, help="where the certificate authority is written")
    parser.add_argument("--host", default="start.exactonline.nl", help="the host name it answers as")
    parser.add_argument("--redirect-uri", default=App().redirect_uris[0], help="registered for the app")
    parser.add_argument("--set", type=_setting, action="append", default=[], metavar="NAME=NUMBER", help=_numbers())
    return parser.parse_args()


def _setting(text: str) -> tuple[str, int]:
    """Read one setting that is a number."""
    name, _, number = text.partition("=")
    if name not in _numbers().split(", "):
        raise argparse.ArgumentTypeError(f"no number {name!r} among the settings: choose one of {_numbers()}")
    return name, int(number)


def _numbers() -> str:
    return ", ".join(field.name for field in fields(Settings) if isinstance(field.default, int))


def _ready(simulator: Simulator, proxy: ConnectProxy, authority: Authority, key: str) -> dict[str, object]:
    """Say what a client and an admin need. User names and passwords are made up."""
    app = simulator.settings.apps[0]
    return {
        "host": simulator.settings.host,
        "port": simulator.port,
        "admin_port": simulator.admin_port,
        "admin_key": key,
        "proxy": proxy.url,
        "ca_bundle": str(authority.bundle),
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "redirect_uri": app.redirect_uris[0],
        "users": [
            {
                "user_id": user.user_id,
                "user_name": user.email,
                "password": user.password,
                "divisions": sorted(user.divisions),
            }
            for user in simulator.books.users.values()
        ],
    }
