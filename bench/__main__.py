"""`make bench`: run the measurements one after another, in processes of their own, and print one table."""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Measurement:
    """One module of this folder; its last line of output is a JSON list of rows (what, figure, goal)."""

    module: str
    what: str


MEASUREMENTS = (
    Measurement("calls", "calls made, from the simulator's own request log"),
    Measurement("copying", "200,000 ledger lines, pages served by another process, against a plain INSERT"),
    Measurement("memory", "peak memory at 100,000 and 1,000,000 lines"),
    Measurement("proof", "the proof of 1,000,000 lines without its calls"),
    Measurement("planning", "10,000 due tenants planned and sent"),
    Measurement("startup", "importing function_app; first and warm invocation"),
    Measurement("peers", "dlt on the same pages, columns and machine"),
)


def main() -> int:
    """Run what was asked for; 1 when a measurement failed."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("only", nargs="*", help="names: " + ", ".join(each.module for each in MEASUREMENTS))
    parser.add_argument("--small", action="store_true", help="a tenth of the size: a try, not a measurement")
    asked = parser.parse_args()
    table = Table(
        "Measured", "Figure", "Goal", title=f"{platform.node()}: {platform.processor() or platform.machine()}"
    )
    failed = False
    for each in MEASUREMENTS:
        if asked.only and each.module not in asked.only:
            continue
        print(f"{each.module}: {each.what} ...", file=sys.stderr, flush=True)
        rows = run(each, small=asked.small)
        failed = failed or rows is None
        for row in rows or [(each.module, "failed", "")]:
            table.add_row(*map(str, row))
    Console(width=140).print(table)
    return int(failed)


def run(each: Measurement, *, small: bool) -> list[list[str]] | None:
    """One measurement in a process of its own; its rows, None when it failed."""
    command = [sys.executable, "-m", f"bench.{each.module}", *(["--small"] if small else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None


if __name__ == "__main__":
    sys.exit(main())
