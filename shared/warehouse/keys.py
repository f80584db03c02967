"""Keys: as one text, how refused records and readings without types name a record; and one row a key of a page."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from shared.warehouse.protocol import Value
from shared.warehouse.words import Stored

#: stands between the parts of a key of several columns; no code of Exact holds it
SEPARATOR = "|"


def key_text(parts: Sequence[Value]) -> str:
    """The key's parts joined; a part that is missing is empty, as it is stored."""
    return SEPARATOR.join("" if part is None else str(part) for part in parts)


def newest(
    rows: Sequence[tuple[Stored, ...]], keys: Sequence[Hashable], version: int | None
) -> dict[Hashable, tuple[Stored, ...]]:
    """One row per key: the last of those with the highest version, or the last where there are no versions."""
    page = dict(zip(keys, rows, strict=True))
    if version is None or len(page) == len(rows):
        return page
    by_version = sorted(zip(keys, rows, strict=True), key=lambda each: each[1][version])  # type: ignore[arg-type,return-value]
    return dict(by_version)
