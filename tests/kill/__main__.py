"""The long form: `python -m tests.kill --kills 200`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory

from local.azurite import Azurite
from tests.kill.arena import arena
from tests.kill.killer import battle


def main() -> int:
    """Kill, compare, and give the exit code: 1 when the copy is not what the books are."""
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, help="draws what is changed, and when a worker is killed")
    asked = parser.parse_args()
    seed = SystemRandom().randrange(2**32) if asked.seed is None else asked.seed
    with (
        TemporaryDirectory(prefix="kill-") as folder,
        Azurite() as azurite,
        arena(Path(folder), azurite.connection_string, seed, "kill-") as made,
    ):
        battle(made, asked.kills, lambda done: print(f"{done} of {asked.kills} killed", end="\r", flush=True))
        found, runs = made.differences(), made.run
    print(f"seed {seed}: {asked.kills} workers killed in {runs} runs; {len(found)} differences {found[:3] or ''}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
