"""`python -m local.host --app FOLDER`: run a function app until SIGTERM or SIGINT.

One JSON line on standard output says that it is ready, where, and under which keys; the log goes to standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import ssl
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from local.host.errors import HostError
from local.host.host import Host
from local.host.log_lines import log_to_standard_error
from local.host.settings import read_settings

#: a signal that another thread was given does not wake the main one, in which Python handles it: look now and then
LOOK_SECONDS = 0.5


def main() -> int:
    """Exit code 0 after a clean stop, 1 when the app cannot be run."""
    arguments = _arguments()
    log_to_standard_error()
    try:
        _run(arguments)
    except HostError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("local.host", description="Runs a Python v2 function app on this machine.")
    parser.add_argument("--app", type=Path, required=True, help="folder with function_app.py and host.json")
    parser.add_argument("--settings", type=Path, help="a local.settings.json; the environment wins over it")
    parser.add_argument("--state", type=Path, help="folder for schedules and keys (default: APP/.local/host)")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--cert", type=Path, help="PEM certificate: serve HTTPS")
    parser.add_argument("--key", type=Path, help="its PEM key, when it is not in the same file")
    return parser.parse_args()


def _run(arguments: argparse.Namespace) -> None:
    for name, value in (read_settings(arguments.settings) if arguments.settings else {}).items():
        os.environ.setdefault(name, value)
    app, started_in = arguments.app.resolve(), Path.cwd()
    state = arguments.state.resolve() if arguments.state else app / ".local" / "host"
    tls = _tls(arguments)
    os.chdir(app)  # where Azure starts an app, too
    host = Host(app, os.environ, state, port=arguments.port, tls=tls, on_timeout=lambda _: restart())

    def restart() -> None:
        os.chdir(started_in)
        _restart(host.url.rpartition(":")[2])

    stopping = _stop_signal()
    with host:
        _say_ready(host)
        stopping()


def _say_ready(host: Host) -> None:
    ready = {"url": host.url, "masterKey": host.keys.master, "functionKey": host.keys.function}
    print(json.dumps({**ready, "functions": sorted(host.functions)}), flush=True)


def _stop_signal() -> Callable[[], None]:
    """Give a function that waits for SIGTERM or SIGINT."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())

    def wait() -> None:
        while not stopping.wait(LOOK_SECONDS):
            pass

    return wait


def _restart(port: str) -> None:
    """Begin again in this process, on the same port: Azure restarts the worker when functionTimeout strikes.

    Every other invocation dies with it; their messages come back when their time hidden is over.
    """
    os.execv(sys.executable, [sys.executable, "-m", "local.host", *sys.argv[1:], "--port", port])  # noqa: S606 -- itself


def _tls(arguments: argparse.Namespace) -> ssl.SSLContext | None:
    if arguments.cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(arguments.cert, arguments.key)
    return context


if __name__ == "__main__":
    sys.exit(main())
