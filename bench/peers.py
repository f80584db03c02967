"""dlt on the same work: the same pages and columns, to SQLite through its sqlalchemy destination and to files.

dlt reads the pages from the loopback server by its rest_api source: the rows and the next link lie in the body.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from bench.copying import served_copy
from bench.pages import LINES_PATH, rendered, served
from tests.support.simulator import HOST


def dlt_pace(lines: int, destination: str, folder: Path) -> tuple[int, float, str]:
    """(rows, seconds, dlt's version) of a first load by dlt with its documented fast settings."""
    os.environ |= {
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "NORMALIZE__WORKERS": "2",
        "DATA_WRITER__BUFFER_MAX_ITEMS": "20000",
        "DATA_WRITER__FILE_MAX_ITEMS": "100000",
    }
    import dlt  # noqa: PLC0415 -- installed for measurements only
    from dlt.sources.rest_api import rest_api_source  # noqa: PLC0415

    first = next(address for address in rendered(lines) if LINES_PATH in urlsplit(address).path)
    path, _, query = first.partition("?")
    source = rest_api_source(
        {
            "client": {
                "base_url": f"https://{HOST}/",
                "paginator": {"type": "json_link", "next_url_path": "d.__next"},
            },
            "resources": [
                {
                    "name": "transaction_lines",
                    "endpoint": {"path": f"{path.lstrip('/')}?{query}", "data_selector": "d.results"},
                }
            ],
        }
    )
    target = (
        dlt.destinations.sqlalchemy(f"sqlite:///{folder}/dlt.sqlite3")
        if destination == "sqlite"
        else dlt.destinations.filesystem(str(folder / "files"))
    )
    pipeline = dlt.pipeline("bench", pipelines_dir=str(folder / "state"), destination=target, dataset_name="books")
    begun = time.perf_counter()
    pipeline.run(source, **({"loader_file_format": "parquet"} if destination == "parquet" else {}))
    seconds = time.perf_counter() - begun
    rows = pipeline.last_trace.last_normalize_info.row_counts["transaction_lines"]
    return rows, seconds, dlt.__version__


def main(lines: int) -> list[list[str]]:
    """Ours and both of dlt's in one run."""
    with tempfile.TemporaryDirectory() as folder:
        rows, seconds = served_copy(lines, Path(folder))
    ours = rows / seconds
    table = [[f"ours, {rows:,} lines", f"{ours:,.0f} rows/s", ""]]
    for destination in ("sqlite", "parquet"):
        with tempfile.TemporaryDirectory() as folder, served(lines) as (proxy, bundle):
            os.environ |= {"HTTPS_PROXY": proxy, "NO_PROXY": "127.0.0.1", "REQUESTS_CA_BUNDLE": str(bundle)}
            loaded, spent, version = dlt_pace(lines, destination, Path(folder))
        if loaded != rows:
            raise SystemExit(f"dlt loaded {loaded} rows of {rows}")
        pace = loaded / spent
        table.append([f"dlt {version} to {destination}", f"{pace:,.0f} rows/s", ""])
        table.append(["  ours against it", f"{ours / pace:.1f} x", "5 x" if destination == "sqlite" else ""])
    return table


if __name__ == "__main__":
    print(json.dumps(main(10_000 if "--small" in sys.argv else 100_000)))
