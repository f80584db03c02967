"""How long a worker takes to be there: importing function_app, the first invocation, a warm one."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import requests

from local.azurite import Azurite
from local.host.process import HostProcess

ROOT = Path(__file__).parents[1]


def importing() -> float:
    """Seconds that `import function_app` takes in a fresh interpreter; the median of five."""
    timed = "import time; begun = time.perf_counter(); import function_app; print(time.perf_counter() - begun)"
    runs = [
        subprocess.run([sys.executable, "-c", timed], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        for _ in range(5)
    ]
    return median(float(run.stdout) for run in runs)


def invocations() -> tuple[float, float]:
    """Seconds of the first call of `health` and the median of fifty warm ones, over the function host."""
    with tempfile.TemporaryDirectory() as name, Azurite() as azurite:
        folder = Path(name)
        settings = {
            "AzureWebJobsStorage": azurite.connection_string,
            "QICS_DATA": str(folder / "data"),
            "QICS_BASE_URL": "https://app.example.com",
            "QICS_PLAN_SCHEDULE": "0 0 0 1 1 *",
            "QICS_KEEP_ALIVE_SCHEDULE": "0 0 0 1 1 *",
            "QICS_QUEUE_PREFIX": "",
        }
        with (
            HostProcess(ROOT, settings, state=folder / "host", log=folder / "host.log") as host,
            requests.Session() as web,
        ):
            times = []
            for _ in range(26):
                begun = time.perf_counter()
                web.get(f"{host.url}/api/health", timeout=10).raise_for_status()
                times.append(time.perf_counter() - begun)
    return times[0], median(times[1:])


def main() -> list[list[str]]:
    """All three."""
    first, warm = invocations()
    return [
        ["import function_app", f"{importing():.2f} s", "1 s"],
        ["first invocation (register made and migrated)", f"{first * 1000:,.0f} ms", ""],
        ["warm invocation", f"{warm * 1000:,.1f} ms", ""],
    ]


if __name__ == "__main__":
    print(json.dumps(main()))
