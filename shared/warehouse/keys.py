"""A key as one text: how refused records and readings without types name a record."""

from __future__ import annotations

from collections.abc import Sequence

from shared.warehouse.protocol import Value

#: stands between the parts of a key of several columns; no code of Exact holds it
SEPARATOR = "|"


def key_text(parts: Sequence[Value]) -> str:
    """The key's parts joined; a part that is missing is empty, as it is stored."""
    return SEPARATOR.join("" if part is None else str(part) for part in parts)
