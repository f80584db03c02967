"""Records the loop keeps (checkpoints, states of divisions, proofs) as rows of plain values.

Lists are JSON, moments ISO 8601 with their zone: both are read by people who look into a database, and lose nothing.
A column added after a row was written is NULL there, and means the field's default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from shared.streams.model import Word
from shared.warehouse.proofs import Case, Difference, Proof, Standing
from shared.warehouse.protocol import Checkpoint, DivisionState
from shared.warehouse.schema import Kept
from shared.warehouse.words import FORMS, Stored

#: how a field comes back, by its annotation
_RESTORE: dict[str, Callable[[Any], object]] = {
    "bool": bool,
    "tuple[str, ...]": lambda text: tuple(msgspec.json.decode(text, type=list[str])),
    "datetime | None": datetime.fromisoformat,
    "Decimal": lambda scaled: FORMS[Word.MONEY].decode([scaled])[0],
}


def to_row(record: Kept) -> dict[str, Stored]:
    """The record by column."""
    return {field.name: _plain(getattr(record, field.name)) for field in fields(record)}


def from_row[R: (Checkpoint, DivisionState, Case, Difference, Proof, Standing)](
    kind: type[R], row: Mapping[str, Stored]
) -> R:
    """The record a row holds."""
    known = {field.name: str(field.type) for field in fields(kind)}
    values: dict[str, Any] = {
        name: _RESTORE[type_](row[name]) if type_ in _RESTORE else row[name]
        for name, type_ in known.items()
        if row[name] is not None
    }
    return kind(**values)


def _plain(value: object) -> Stored:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return msgspec.json.encode(value).decode()
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal):
        return FORMS[Word.MONEY].encode([value])[0]
    return value  # type: ignore[return-value]
