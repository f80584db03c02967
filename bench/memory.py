"""Peak memory of a worker that copies many lines: it must not grow with their number."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.copying import served_copy


def peak(lines: int) -> float:
    """MB at most, of a process of its own that copies `lines` ledger lines."""
    command = [sys.executable, "-m", "bench.memory", "worker", str(lines)]
    return float(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()[-1])


def main(few: int, many: int) -> list[list[str]]:
    """Both peaks, and what lies between them."""
    small, large = peak(few), peak(many)
    return [
        [f"peak memory at {few:,} lines", f"{small:.0f} MB", "150 MB"],
        [f"peak memory at {many:,} lines", f"{large:.0f} MB", "150 MB"],
        ["between them", f"{large - small:.0f} MB", "20 MB"],
    ]


if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        with tempfile.TemporaryDirectory() as folder:
            served_copy(int(sys.argv[2]), Path(folder))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    elif "--small" in sys.argv:
        print(json.dumps(main(10_000, 100_000)))
    else:
        print(json.dumps(main(100_000, 1_000_000)))
