"""The servers of the demo: Azurite, the Exact Online simulator and the function host, on free ports of the loopback.

One CONNECT proxy leads to the simulator and to the host under their real names, so that every client keeps every check.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from local.azurite import Azurite
from local.demo import environment
from local.demo.environment import APP_HOST, BASE_URL
from local.demo.exact import HOST, Exact
from local.demo.failure import DemoFailedError
from local.host.process import ROOT, HostProcess
from local.net.authority import Authority
from local.net.proxy import ConnectProxy
from shared.connect import CALLBACK_PATH

#: lines of a log that are shown when its server failed
LAST_LINES = 15


@dataclass(frozen=True, slots=True)
class Server:
    """One running server; `log` is None where it writes none."""

    name: str
    port: int
    log: Path | None

    def answers(self) -> bool:
        """Whether something listens at its port."""
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
        except OSError:
            return False
        return True

    def last_words(self) -> str:
        """The end of its log."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log else []
        return "\n".join(lines[-LAST_LINES:])


@dataclass(frozen=True, slots=True)
class Servers:
    """All of them, running."""

    exact: Exact
    azurite: Server
    simulator: Server
    host: Server
    settings: dict[str, str]  #: what the app and the command line are told

    @property
    def gone(self) -> Server | None:
        """One that does not answer any more."""
        return next((each for each in (self.azurite, self.simulator, self.host) if not each.answers()), None)

    def check(self) -> None:
        """Raise DemoFailedError when one is gone."""
        if self.gone:
            raise DemoFailedError(f"the {self.gone.name} is gone")

    def last_words(self) -> str:
        """The end of the log to look at when something went wrong: of the one that is gone, else of the host."""
        talking = self.gone or self.host
        return f"The last words of the {talking.name}:\n{talking.last_words()}"


@contextmanager
def running(folder: Path, *, seed: int, lines: int, started: Callable[[Server], None]) -> Iterator[Servers]:
    """Start all servers in an empty `folder`, and stop them in reverse order, whatever happens.

    The environment of this process leads to them until then. Raises AzuriteError, HostError, DemoFailedError.
    """
    with ExitStack() as stack:
        azurite = Azurite()
        stack.callback(azurite.stop)  # before the start: an interrupted one leaves nothing behind
        azurite.start()
        queues = Server("storage emulator Azurite", _port(azurite.connection_string), None)
        started(queues)
        exact = _exact(stack, folder, seed, lines)
        simulator = Server("Exact Online simulator", exact.port, exact.log)
        started(simulator)
        settings = _settings(stack, folder, azurite, exact)
        stack.enter_context(environment.applied(settings.environment))
        host = _host(stack, folder, settings)
        started(host)
        yield Servers(exact, queues, simulator, host, settings.environment)


@dataclass(frozen=True, slots=True)
class _Settings:
    """What the host is started with."""

    environment: dict[str, str]
    authority: Authority
    routes: dict[str, int]  #: the proxy's; the host's own port joins them once it is known


def _exact(stack: ExitStack, folder: Path, seed: int, lines: int) -> Exact:
    log = folder / "exact_simulator.log"
    exact = Exact(folder / "exact", log, seed=seed, lines=lines, redirect_uri=BASE_URL + CALLBACK_PATH)
    stack.callback(exact.stop)  # before the start, likewise
    return exact.start()


def _settings(stack: ExitStack, folder: Path, azurite: Azurite, exact: Exact) -> _Settings:
    authority = Authority(folder)
    bundle = folder / "authorities.pem"
    bundle.write_bytes(authority.bundle.read_bytes() + exact.bundle.read_bytes())
    routes = {HOST: exact.port}
    proxy = stack.enter_context(ConnectProxy(routes))
    told = environment.settings(folder / "data", azurite.connection_string)
    return _Settings(told | environment.network(proxy.url, bundle), authority, routes)


def _host(stack: ExitStack, folder: Path, settings: _Settings) -> Server:
    log = folder / "function_host.log"
    certificate = settings.authority.issue(APP_HOST, "127.0.0.1")
    host = HostProcess(
        ROOT,
        settings.environment,
        state=folder / "host",
        log=log,
        arguments=("--cert", str(certificate)),
        ca=settings.authority.bundle,
    )
    stack.callback(host.stop)
    host.start()
    settings.routes[APP_HOST] = _port(host.url)
    return Server("function host", settings.routes[APP_HOST], log)


def _port(text: str) -> int:
    """The port of the address in a text: an address itself, or a connection string."""
    port = urlsplit(text.rpartition("QueueEndpoint=")[2].rstrip(";")).port
    assert port is not None  # noqa: S101 -- every server here listens at a port it was given
    return port
