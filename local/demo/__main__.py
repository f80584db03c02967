"""Copy two companies' books end to end on this machine, change them, copy again, and compare every row.

Exit codes: 0 no difference was found; 1 one was, or the demo failed; 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from rich.console import Console

from local.azurite import AzuriteError
from local.demo import acts, summary
from local.demo.failure import DemoFailedError
from local.demo.folder import fresh
from local.demo.screen import Screen
from local.demo.stage import Options, Stage, staged
from local.host.errors import HostError
from local.host.process import ROOT


class Stopped(KeyboardInterrupt):
    """Somebody wants the demo to stop: the signal's number."""


def main() -> int:
    """Play the demo, and leave nothing running."""
    asked = _arguments()
    screen = Screen(Console())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        options = Options(fresh(asked.folder), asked.lines, asked.seed, asked.plant_cent)
        return _play(screen, options, keep=asked.keep)
    except (DemoFailedError, AzuriteError, HostError) as error:
        screen.say(f"The demo failed: {error}", "red")
        return 1
    except Stopped as stopped:
        screen.say("Stopped; nothing is left running.")
        return 128 + int(stopped.args[0])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "local.demo", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=_lines, default=20_000, help="ledger lines over both companies (default 20000)")
    parser.add_argument("--seed", type=int, default=1, help="other books: the same seed gives the same ones")
    parser.add_argument("--plant-cent", action="store_true", help="serve one line a cent off: it must be found")
    parser.add_argument("--keep", action="store_true", help="leave the servers running at the end, until Ctrl-C")
    parser.add_argument(
        "--folder", type=Path, default=ROOT / ".local" / "demo", help="where all is kept; emptied at the start"
    )
    return parser.parse_args()


def _lines(text: str) -> int:
    if not text.isdecimal() or not 1_000 <= int(text) <= 200_000:
        raise argparse.ArgumentTypeError("a number from 1000 to 200000")
    return int(text)


def _stop(number: int, _: FrameType | None) -> None:
    """Unwind once; a second Ctrl-C does not interrupt the stopping of the servers."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(number)


def _play(screen: Screen, options: Options, *, keep: bool) -> int:
    screen.act("Three servers on this machine")
    with staged(screen, options) as stage:
        code = _acts(stage)
        if keep:
            _wait(stage)
    screen.say("\nAll servers are stopped.", "dim")
    return code


def _acts(stage: Stage) -> int:
    acts.connect(stage)
    acts.first_copy(stage)
    earlier = acts.change(stage)
    fewest = acts.second_run(stage)
    fewest = acts.idle_run(stage) and fewest
    found = acts.compare_all(stage, earlier)
    summary.report(stage.screen, found)
    summary.conclude(stage, found, fewest=fewest)
    return 0 if fewest and not found.differences else 1


def _wait(stage: Stage) -> None:
    """Keep the servers until Ctrl-C, which is no failure then."""
    stage.screen.say("\nThe servers run on; Ctrl-C stops them.")
    with contextlib.suppress(Stopped):
        while True:  # short sleeps: a signal that another thread was given does not wake this one
            time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
