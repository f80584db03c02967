"""Watching a run: stream by stream and division by division, until it has ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from rich.columns import Columns
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from local.demo.copy import Copy, Look, Standing
from local.demo.failure import DemoFailedError
from shared.errors import Cause

POLL_SECONDS = 0.4
#: a run in which nothing is seen to happen for so long has somebody missing
PATIENCE = 60.0
#: tables beside each other, so that all streams fit on a screen
BESIDE = 2


def wait_until(look: Callable[[], bool], what: str, check_servers: Callable[[], None]) -> None:
    """Look until something is so. Raises DemoFailedError when it is not in time, and what `check_servers` raises."""
    end = time.monotonic() + PATIENCE
    while not look():
        check_servers()
        if time.monotonic() > end:
            raise DemoFailedError(f"{what} did not come within {PATIENCE:.0f} s")
        time.sleep(POLL_SECONDS)


def watch(console: Console, copy: Copy, run: int, check_servers: Callable[[], None]) -> None:
    """Show a run until it has ended.

    Raises DemoFailedError when a division did not end well or nothing moves any more, and what `check_servers` raises.
    """
    begun = moved = time.monotonic()
    seen = copy.look(run)
    with Live(console=console, auto_refresh=False, transient=True) as live:
        while not seen.ended:
            check_servers()
            names = _names(seen, console.height)
            live.update(picture(seen, time.monotonic() - begun, names), refresh=True)
            time.sleep(POLL_SECONDS)
            before, seen = seen, copy.look(run)
            moved = time.monotonic() if seen != before else moved
            if time.monotonic() - moved > PATIENCE:
                raise DemoFailedError(f"run {run} stands still since {PATIENCE:.0f} s")
    console.print(picture(seen, time.monotonic() - begun, list(seen.streams)))
    check(copy, run)


def check(copy: Copy, run: int) -> None:
    """Raise DemoFailedError when a run or a part of it did not end well."""
    found = copy.run(run)
    causes = [found.cause if found else "", *(part.cause for part in copy.parts(run) if part.state != "done")]
    for cause in filter(None, causes):
        cure = next((each.cure for each in Cause if each.code == cause), "")
        raise DemoFailedError(f"run {run} did not end well: {cause}. {cure}")


def picture(look: Look, seconds: float, names: Sequence[str]) -> Group:
    """A look at the copy: tables of the named streams, and sums over all of them."""
    half = max(1, -(-len(names) // BESIDE))
    parts = [names[start : start + half] for start in range(0, len(names), half)]
    done = sum(_is_done(by_division) for by_division in look.streams.values())
    lists = f"{done} of {len(look.streams)} lists complete"
    sums = f"{lists} · {look.rows:,} rows · {look.calls:,} calls · {seconds:.0f} s"
    return Group(Columns([_table(look, part) for part in parts], padding=(0, 4)), Text(sums, style="bold"))


def _names(look: Look, height: int) -> list[str]:
    """All streams where the screen is high enough, else those that are being read."""
    if height > len(look.streams) + BESIDE + 1:
        return list(look.streams)
    return [name for name, by_division in look.streams.items() if any(each.reading for each in by_division.values())]


def _is_done(by_division: Mapping[int, Standing]) -> bool:
    return all(standing.complete and not standing.reading for standing in by_division.values())


def _table(look: Look, names: Sequence[str]) -> Table:
    divisions = sorted(next(iter(look.streams.values())))
    table = Table("Stream", box=None, pad_edge=False, header_style="bold")
    for division in divisions:
        table.add_column(str(division), justify="right")
    for name in names:
        table.add_row(name, *(_cell(look.streams[name][division]) for division in divisions))
    return table


def _cell(standing: Standing) -> Text:
    if standing.reading:
        return Text(f"{standing.rows:,} …", style="yellow")
    return Text(f"{standing.rows:,} ✓", style="green") if standing.complete else Text("·", style="dim")
