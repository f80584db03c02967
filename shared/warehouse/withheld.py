"""What an anonymised relation leaves behind, in rows and in records set aside (design §6): pure, for every engine.

Any sighting counts, of whatever version: what was said to be forgotten is never written again, in whatever order pages
arrive. A value that is missing stays missing; it names nobody.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from decimal import Decimal

import msgspec

from shared.streams.model import Stream

WITHHELD = "[anonymised]"
#: the column by which a relation says that it was anonymised
FLAG = "IsAnonymised"

_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(dict[str, object], float_hook=Decimal)


def anonymised(stream: Stream, record: str) -> str:
    """The relation that a refused record says is anonymised; "" when it says nothing."""
    found = _decoder.decode(record)
    return _person(stream, found) if found.get(FLAG) else ""


def closed(stream: Stream, record: str, people: AbstractSet[str]) -> str:
    """A refused record without what names one of the people; as it was when it is about none of them."""
    found = _decoder.decode(record)
    if _person(stream, found) not in people:
        return record
    soft = {column.name: WITHHELD for column in stream.columns if column.soft and found.get(column.name) is not None}
    return _encoder.encode(found | soft).decode()


def _person(stream: Stream, record: dict[str, object]) -> str:
    """The relation of a record as Exact wrote it: GUIDs in either case."""
    return str(record.get(stream.person or "") or "").lower()
