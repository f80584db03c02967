"""Throw new inputs at every reader for a while: `python -m tests.fuzz --seconds 60 [TARGET…]`.

What breaks a reader is made as small as can be and kept in the corpus, where each later test run begins with it.
"""

from __future__ import annotations

import argparse
import sys
import time

from hypothesis import HealthCheck, Phase, given, settings

from tests.fuzz import inputs
from tests.fuzz.targets import TARGETS
from tests.fuzz.trial import keep, kept, throw

ROUND = 500


def fuzz(target: str, seconds: float) -> tuple[int, str]:
    """Fuzz one reader; how many inputs it took, and where the one that broke it was kept ("" for none)."""
    until, thrown, last = time.monotonic() + seconds, 0, b""

    @settings(
        max_examples=ROUND,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(TARGETS[target].inputs | inputs.mutated(kept(target)))
    def round_of_inputs(data: bytes) -> None:
        nonlocal thrown, last
        thrown, last = thrown + 1, data
        throw(target, data)

    while time.monotonic() < until:
        try:
            round_of_inputs()
        except Exception as broken:  # noqa: BLE001 -- whatever it is, it is what is looked for
            return thrown, f"{keep(target, last)}: {type(broken).__name__}"
    return thrown, ""


def main() -> None:
    """Fuzz all readers, or those named; the exit code tells whether one broke."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="for each reader")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"some of {', '.join(TARGETS)}")
    asked = parser.parse_args()
    broken = False
    for number, target in enumerate(asked.targets or TARGETS, 1):
        print(f"[{number}/{len(asked.targets or TARGETS)}] {target:12}", end=" ", flush=True)
        thrown, found = fuzz(target, asked.seconds)
        print(f"{thrown:8,} inputs  {'BROKEN BY ' + found if found else 'ok'}", flush=True)
        broken = broken or bool(found)
    sys.exit(broken)


if __name__ == "__main__":
    main()
