"""Who consented: the first call after a consent, and the only one without a division in its address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from shared.errors import Cause, StreamStopped
from shared.exact.query import api
from shared.exact.wire import decode_object


@dataclass(frozen=True, slots=True)
class Me:
    """The consenting user. `current_division` is where that user worked last: a way in, never the tenant's choice."""

    user_id: str = field(repr=False)
    current_division: int


def me(get: Callable[[str], bytes], country: str) -> Me:
    """Ask who consented; no column that names a person. Raises what `get` raises, StreamStopped(PAGE_REFUSED)."""
    found = decode_object(get(api(country, "current/Me", select="UserID,CurrentDivision")))
    user_id, division = found.get("UserID"), found.get("CurrentDivision")
    if not isinstance(user_id, str) or type(division) is not int:
        raise StreamStopped(Cause.PAGE_REFUSED, "current/Me: no user or no division")
    return Me(user_id.lower(), division)
