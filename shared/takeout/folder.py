"""A take-out into a folder: repeatable, and going on where it was interrupted as long as the database is the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec

from shared.errors import Cause, Refused
from shared.takeout import files, manifest
from shared.takeout.content import Part, table_parts, view_parts
from shared.takeout.dictionary import document
from shared.takeout.manifest import Entry, Manifest
from shared.takeout.script import sqlite_script, tsql_script
from shared.takeout.snapshot import OpenSnapshot, Snapshot

MANIFEST = "manifest.json"
#: what is finished of a take-out that is not
UNFINISHED = "unfinished.json"
KINDS = ("parquet", "csv")
OTHERS: Mapping[str, Callable[[], str]] = {
    "recreate-sqlite.sql": sqlite_script,
    "recreate-tsql.sql": tsql_script,
    "dictionary.md": document,
}


class Watcher(Protocol):
    """Who is told how far it is."""

    def begin(self, part: Part, rows: int, place: int, parts: int) -> None:
        """A table of so many rows is begun: the `place`-th of `parts`."""

    def wrote(self, rows: int) -> None:
        """So many rows more of it are written."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for."""

    tenant: str
    folder: Path
    release: str
    clock: Callable[[], datetime]


def take_out(order: Order, open_snapshot: OpenSnapshot, watcher: Watcher) -> Manifest:
    """Write everything of one moment into the folder; the manifest, written last.

    Interrupted, it goes on where it was; if the database was changed meanwhile it begins anew, so that all files are of
    one moment. Raises Refused(BAD_REQUEST) for a folder that holds anything else than this tenant's take-out.
    """
    begun = _begun(order)
    with open_snapshot() as snapshot:
        if begun is None or begun.state != snapshot.state:
            begun = _fresh(order, snapshot)
        parts = [*table_parts(), *view_parts()]
        for place, part in enumerate(parts[len(begun.tables) :], len(begun.tables) + 1):
            watcher.begin(part, snapshot.count(part), place, len(parts))
            finished = _write(order.folder, part, snapshot, watcher)
            begun = msgspec.structs.replace(begun, tables=[*begun.tables, finished])
            manifest.save(order.folder / UNFINISHED, begun)
    return _finish(order.folder, begun)


def _begun(order: Order) -> Manifest | None:
    """What lies in the folder of an earlier attempt."""
    order.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = order.folder / UNFINISHED
    if not path.exists():
        if any(order.folder.iterdir()):
            raise Refused(Cause.BAD_REQUEST, f"{order.folder} is not empty, and holds no unfinished take-out")
        return None
    begun = manifest.decode(path.read_bytes(), str(path))
    if begun.tenant != order.tenant:
        raise Refused(Cause.BAD_REQUEST, f"{order.folder} holds the take-out of another tenant")
    return begun


def _fresh(order: Order, snapshot: Snapshot) -> Manifest:
    made = Manifest(
        tenant=order.tenant,
        made_at=order.clock(),
        release=order.release,
        state=snapshot.state,
        proof=snapshot.standings(),
    )
    manifest.save(order.folder / UNFINISHED, made)
    return made


def _write(folder: Path, part: Part, snapshot: Snapshot, watcher: Watcher) -> Entry:
    paths = [folder / kind / f"{part.path}.{kind}" for kind in KINDS]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
    totals = files.write(part, snapshot.batches(part), paths, watcher.wrote)
    return manifest.entry(part, totals, [manifest.written(folder, path) for path in paths])


def _finish(folder: Path, begun: Manifest) -> Manifest:
    for name, text in OTHERS.items():
        (folder / name).write_text(text(), encoding="utf-8")
    done = msgspec.structs.replace(begun, others=[manifest.written(folder, folder / name) for name in OTHERS])
    manifest.save(folder / MANIFEST, done)
    (folder / UNFINISHED).unlink()
    return done
