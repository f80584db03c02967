"""All that is stored of a tenant, written into a folder: one file of JSON lines per stream, every value as stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from shared.errors import Cause, Refused
from shared.register import Register, Tenant
from shared.streams import CATALOGUE
from shared.streams.model import Stream
from shared.warehouse.protocol import Warehouse


def write_all(tenant: Tenant, open_warehouse: Callable[[Tenant], Warehouse], register: Register, folder: Path) -> int:
    """Write every stream of every division; the number of files. Raises Refused(BAD_REQUEST) for a folder in use."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Refused(Cause.BAD_REQUEST, f"{folder} is not empty")
    divisions = [each.division for each in register.divisions.of(tenant.tenant)]
    with closing(open_warehouse(tenant)) as warehouse:
        warehouse.migrate()
        for stream in CATALOGUE.values():
            _write(folder / f"{stream.name}.jsonl", _lines(warehouse, stream, divisions))
        _write(folder / "set-aside.jsonl", _set_aside(warehouse, divisions))
    return len(list(folder.iterdir()))


def _lines(warehouse: Warehouse, stream: Stream, divisions: Sequence[int]) -> Iterator[dict[str, object]]:
    for division in divisions:
        for row in warehouse.read_rows(stream, division):
            yield {"_division": division, **dict(zip(stream.names, row, strict=True))}


def _set_aside(warehouse: Warehouse, divisions: Sequence[int]) -> Iterator[dict[str, object]]:
    for division in divisions:
        for stream, kept in warehouse.set_aside(division):
            yield {
                "_division": division,
                "stream": stream,
                "key": kept.key,
                "reason": kept.reason,
                "record": kept.record,
            }


def _write(path: Path, lines: Iterator[dict[str, object]]) -> None:
    """Amounts are written as texts: no reader can take them for binary fractions."""
    with path.open("wb") as file:
        for line in lines:
            file.write(msgspec.json.encode(line) + b"\n")
