"""What was written: rows, sums and checksums, so that anybody can see that nothing is lacking."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from shared.errors import Cause, Refused
from shared.takeout.content import Part
from shared.takeout.files import Totals, checksum

FORMAT = 1


class Written(msgspec.Struct, frozen=True):
    """One file."""

    path: str  #: below the folder of the manifest
    sha256: str
    bytes: int


class Entry(msgspec.Struct, frozen=True):
    """One table or view."""

    schema: str
    name: str
    rows: int
    sums: dict[str, str]  #: of each column that holds amounts, exact: a decimal as text
    files: list[Written]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one moment of one tenant's database."""

    tenant: str
    made_at: datetime
    release: str
    state: str  #: fingerprint of what the database held
    format: int = FORMAT
    proof: list[dict[str, Any]] = []  #: how each division stood: the rows of sync.standings
    tables: list[Entry] = []
    others: list[Written] = []  #: scripts and dictionary


def written(folder: Path, path: Path) -> Written:
    """A file that is finished."""
    return Written(path.relative_to(folder).as_posix(), checksum(path), path.stat().st_size)


def entry(part: Part, totals: Totals, files: list[Written]) -> Entry:
    """A table whose files are finished."""
    return Entry(part.schema, part.name, totals.rows, {name: f"{each:f}" for name, each in totals.sums.items()}, files)


def encoded(manifest: Manifest) -> bytes:
    """The manifest as a file."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def decode(content: bytes, place: str) -> Manifest:
    """The manifest that was read at a place. Raises Refused(BAD_REQUEST) for anything else."""
    try:
        found = msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError:
        raise Refused(Cause.BAD_REQUEST, f"{place} is no manifest of a take-out") from None
    if found.format != FORMAT:
        raise Refused(Cause.BAD_REQUEST, f"{place} was written by another release, as format {found.format}")
    return found


def save(path: Path, manifest: Manifest) -> None:
    """Write it whole or not at all."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(encoded(manifest))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
