"""What a stream's records are once read: values in the order of its columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

type Value = str | int | bool | Decimal | date | datetime | None
#: the values of one record in the order of `Stream.columns`
type Row = tuple[Value, ...]
#: the values of the key columns of one record, in the order of `Stream.key`
type Key = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that cannot be taken (rule 16): its key as text, version, reason, and its selected columns as JSON."""

    key: str
    version: int
    reason: str
    record: str
