"""How the demo speaks: acts, sentences, commands with what they print."""

from __future__ import annotations

import time

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.padding import Padding


class Screen:
    """A console, and the clock of the acts played on it."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._begun: list[tuple[str, float]] = []

    def act(self, title: str) -> None:
        """Begin an act, which ends the one before."""
        self._begun.append((title, time.monotonic()))
        self.console.print()
        self.console.rule(f"[bold]{len(self._begun)}  {title}[/bold]", align="left", style="dim")

    @property
    def seconds(self) -> dict[str, float]:
        """How long each act took, the last one up to now."""
        ends = [begun for _, begun in self._begun[1:]] + [time.monotonic()]
        return {title: end - begun for (title, begun), end in zip(self._begun, ends, strict=True)}

    def say(self, text: str, style: str = "") -> None:
        """Say something; it is shown as it is, and no line of it is broken."""
        self.console.print(escape(text), style=style, highlight=False, soft_wrap=True)

    def show(self, picture: RenderableType) -> None:
        """Show a table or the like, set in."""
        self.console.print(Padding(picture, (0, 0, 0, 2)))

    def command(self, command: str, output: str) -> None:
        """Show a command and what it printed."""
        self.say(f"$ {command}", "bold cyan")
        for line in output.splitlines():
            self.say(f"  {line.rstrip()}", "dim")
