"""End to end: pages over TLS -> step of the queue function -> SQLite, against "decode, convert, plain INSERT"."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from bench.pages import LINES_PATH, UNLIMITED, rendered, served
from shared.exact import records
from shared.exact.session import session
from shared.exact.wire import decode_list
from shared.streams import stream
from shared.warehouse.protocol import Claim, DivisionState
from shared.warehouse.words import encoded
from tests.support.pipeline import Pipeline, pipeline_in

LINES = stream("TransactionLines")


def line_pages(pages: dict[str, bytes]) -> list[bytes]:
    """The pages of ledger lines, in the order they were asked for."""
    return [body for address, body in pages.items() if LINES_PATH in urlsplit(address).path]


def plain(pages: list[bytes], path: Path) -> tuple[int, float, float]:
    """(rows, seconds of all, seconds of decoding and converting) of a plain INSERT, a transaction a page."""
    reader = records.reader(LINES)
    marks = ", ".join("?" * len(LINES.columns))
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute(f"CREATE TABLE lines ({', '.join(LINES.names)}, PRIMARY KEY (ID)) STRICT".replace(",", " ANY,"))
    rows, decoding, begun = 0, 0.0, time.perf_counter()
    for body in pages:
        started = time.perf_counter()
        raw = decode_list(body)
        values = encoded(LINES, LINES.columns, reader.read(raw.rows, int(raw.rows[0]["Division"])).rows)
        decoding += time.perf_counter() - started
        database.execute("BEGIN IMMEDIATE")
        database.executemany(f"INSERT INTO lines VALUES ({marks})", values)
        database.execute("COMMIT")
        rows += len(values)
    seconds = time.perf_counter() - begun
    database.close()
    return rows, seconds, decoding


def only_lines(pipeline: Pipeline) -> None:
    """A division that may read nothing but ledger lines: the others' pages are not what is measured."""
    with pipeline.context.warehouse(pipeline.register.tenants.get("tenant-1")) as warehouse:
        grant = pipeline.register.grants.get("tenant-1")
        licence = pipeline.context.licence(pipeline.register.tenants.get("tenant-1"), pipeline.code)
        state = DivisionState(
            division=pipeline.code,
            consent=grant.user if grant else "",
            licence=licence,
            rights=(LINES.name,),
            rights_at=pipeline.clock(),
        )
        with warehouse.transaction(Claim(pipeline.code, 0, 0)) as transaction:
            transaction.save_division(state)


def served_copy(lines: int, folder: Path) -> tuple[int, float]:
    """(rows, seconds) of one run of the pipeline over the served pages."""
    with pipeline_in(folder, lines=lines, exact=UNLIMITED) as pipeline, served(lines) as (proxy, bundle):
        pipeline.connect()
        only_lines(pipeline)
        os.environ |= {"HTTPS_PROXY": proxy, "NO_PROXY": "127.0.0.1", "REQUESTS_CA_BUNDLE": str(bundle)}
        pipeline.plan()
        pipeline.work("tenant-sync")
        pipeline.context = replace(pipeline.context, session=session)
        begun = time.perf_counter()
        pipeline.settle()
        seconds = time.perf_counter() - begun
        return pipeline.count(LINES.name), seconds


def main(lines: int) -> list[list[str]]:
    """Both in one run, the plain one first, each into a new file on the same disk."""
    pages = line_pages(rendered(lines))
    with tempfile.TemporaryDirectory() as folder:
        rows, plain_seconds, decoding = plain(pages, Path(folder) / "plain.sqlite3")
        copied, seconds = served_copy(lines, Path(folder))
    if copied != rows:
        raise SystemExit(f"{copied} rows were copied of {rows}")
    pace, plain_pace = rows / seconds, rows / plain_seconds
    return [
        [f"copy of {rows:,} lines, all {len(LINES.columns)} columns", f"{pace:,.0f} rows/s", "10,000"],
        ["decode, convert, plain INSERT", f"{plain_pace:,.0f} rows/s", ""],
        ["  of which decode and convert", f"{rows / decoding:,.0f} rows/s", ""],
        ["copy against plain INSERT", f"{pace / plain_pace:.2f}", "0.8"],
    ]


if __name__ == "__main__":
    print(json.dumps(main(20_000 if "--small" in sys.argv else 200_000)))
