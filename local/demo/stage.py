"""What the acts of the demo are played with, and what comes of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from local.demo import environment
from local.demo.commands import Qics
from local.demo.copy import Copy
from local.demo.exact import Exact
from local.demo.failure import DemoFailedError
from local.demo.screen import Screen
from local.demo.servers import Server, Servers, running
from shared import settings
from shared.bootstrap import App
from shared.errors import PipelineError

#: the app's environment, for a shell: `qics` works on what the demo left
ENVIRONMENT_FILE = "environment.sh"


@dataclass(frozen=True, slots=True)
class Options:
    """What the demo is asked for."""

    folder: Path  #: empty
    lines: int
    seed: int
    plant_cent: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """Screen, servers, the app's copy, the command line."""

    options: Options
    screen: Screen
    servers: Servers
    copy: Copy
    qics: Qics

    @property
    def exact(self) -> Exact:
        """The simulator."""
        return self.servers.exact

    @property
    def quiet(self) -> int:
        """The division that stays where it is."""
        return self.exact.person.divisions[0]

    @property
    def moved(self) -> int:
        """The division that moves to another database of Exact's."""
        return self.exact.person.divisions[1]

    @property
    def divisions(self) -> tuple[int, int]:
        """Both."""
        return self.quiet, self.moved


@contextmanager
def staged(screen: Screen, options: Options) -> Iterator[Stage]:
    """Start the servers and stop them when the block ends.

    Raises DemoFailedError with the last words of the server to look at when something fails in the block.
    """

    def started(server: Server) -> None:
        screen.say(f"The {server.name} listens on 127.0.0.1:{server.port}")

    with running(options.folder, seed=options.seed, lines=options.lines, started=started) as servers:
        environment.write(options.folder / ENVIRONMENT_FILE, servers.settings)
        app = App(settings.read(servers.settings), servers.settings)
        with closing(app), _blaming(servers):
            yield Stage(options, screen, servers, Copy(app), Qics(screen.command))


@contextmanager
def _blaming(servers: Servers) -> Iterator[None]:
    try:
        yield
    except (DemoFailedError, PipelineError, requests.RequestException) as error:
        raise DemoFailedError(f"{error}\n\n{servers.last_words()}") from error
