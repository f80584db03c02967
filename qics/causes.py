"""From a cause's code, as the register and the checkpoints store it, back to the cause and its cure."""

from __future__ import annotations

from shared.errors import Cause

_CAUSES = {cause.code: cause for cause in Cause}


def cause_of(code: str) -> Cause | None:
    """The cause with this code; None for "" and for one that only an older release knew."""
    return _CAUSES.get(code)


def cure_of(code: str) -> str:
    """What to do about a cause; "" when there is none."""
    cause = cause_of(code)
    return cause.cure if cause else ""
