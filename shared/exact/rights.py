"""Whether the consenting user may read a list: a missing right looks like an empty one (rule 4)."""

from __future__ import annotations

from collections.abc import Callable

from shared.errors import Cause, StreamStopped
from shared.exact.query import api, text
from shared.exact.wire import decode_function

#: true and false as a boolean, a byte or a text
MEANINGS = {True: True, False: False, "true": True, "false": False}


def has_right(get: Callable[[str], bytes], country: str, division: int, endpoint: str) -> bool:
    """Ask UserHasRights for reading `endpoint`. Raises what `get` raises, StreamStopped(PAGE_REFUSED)."""
    url = api(country, f"{division}/users/UserHasRights", endpoint=text(endpoint), action=text("GET"))
    value = decode_function(get(url), "UserHasRights")
    meaning = MEANINGS.get(value.lower() if isinstance(value, str) else value) if _plain(value) else None
    if meaning is None:
        raise StreamStopped(Cause.PAGE_REFUSED, f"users/UserHasRights of {endpoint}: neither true nor false")
    return meaning


def _plain(value: object) -> bool:
    return isinstance(value, bool | int | str)
