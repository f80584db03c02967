"""What the exit code of a command says: one table, shown by `qics --help`."""

from __future__ import annotations

from enum import IntEnum

from shared.errors import (
    Cause,
    ClaimLost,
    ConsentNeeded,
    DivisionStopped,
    PipelineError,
    RecordRefused,
    Refused,
    RetryLater,
    StreamStopped,
)


class Exit(IntEnum):
    """Exit codes. Those of a shell (126 and up) and of a traceback (1) stay free."""

    meaning: str

    DONE = 0, "done"
    REFUSED = 2, "the input was refused; nothing was changed"
    NOT_FOUND = 3, "there is no such tenant"
    CONSENT = 4, "the customer has to consent (again): qics tenant link"
    LATER = 5, "not now: try again later"
    BROKEN = 6, "something is broken and a person has to look"
    STOPPED = 7, "parked or not proven; qics sync status and qics proof say why"
    SETTINGS = 78, "settings are missing or wrong"
    INTERRUPTED = 130, "interrupted (Ctrl-C); what was begun goes on in the app"

    def __new__(cls, code: int, meaning: str) -> Exit:
        """Make a code that knows what it means."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member


#: causes that say more than the class of their error
_BY_CAUSE = {Cause.UNKNOWN_TENANT: Exit.NOT_FOUND, Cause.WRONG_SETTINGS: Exit.SETTINGS}

_BY_CLASS: dict[type[PipelineError], Exit] = {
    Refused: Exit.REFUSED,
    ConsentNeeded: Exit.CONSENT,
    RetryLater: Exit.LATER,
    ClaimLost: Exit.LATER,
    StreamStopped: Exit.STOPPED,
    DivisionStopped: Exit.STOPPED,
    RecordRefused: Exit.STOPPED,
}


def exit_of(error: PipelineError) -> Exit:
    """The code a command that failed with `error` ends with."""
    return _BY_CAUSE.get(error.cause) or _BY_CLASS.get(type(error), Exit.BROKEN)
