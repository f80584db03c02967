"""The last token given to one client, so that register and vault are not asked before every page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

#: `Tokens.access` promises 30 s; what is left is for the call itself
REMEMBERED = timedelta(seconds=20)


class Remembered:
    """What a client asks before a call (False) and after a 401 (True). Belongs to one step of one tenant."""

    def __init__(self, access: Callable[[str | None], str], clock: Callable[[], datetime]) -> None:
        self._access = access
        self._clock = clock
        self._last: tuple[str, datetime] | None = None

    def __call__(self, force_new: bool) -> str:  # noqa: FBT001 - the client's contract
        """Give a token; with `force_new` another than the last, which Exact refused."""
        if self._last and not force_new and self._clock() < self._last[1] + REMEMBERED:
            return self._last[0]
        refused = self._last[0] if self._last and force_new else None
        token = self._access(refused)
        self._last = (token, self._clock())
        return token
