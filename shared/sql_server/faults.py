"""What an error of SQL Server, Azure SQL or the driver means to us: by its number or SQLSTATE, never by its words.

Numbers: https://learn.microsoft.com/azure/azure-sql/database/troubleshoot-common-errors-issues and
https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors.
"""

from __future__ import annotations

import re

from shared.errors import Broken, Cause, PipelineError, RetryLater

#: pyodbc hands out numbers only at the end of each record it joins: "[state] text (number) (function); [state] …"
_NUMBERS = re.compile(r"\((-?\d+)\)(?: \(SQL\w+\))?(?=; \[|$)")


class Transient(RetryLater):
    """Likely to be over in seconds: worth another try at once, where nothing was written yet."""


type Meaning = tuple[type[PipelineError], Cause]

_BUSY: Meaning = (Transient, Cause.DATABASE_BUSY)
_LATER: Meaning = (RetryLater, Cause.DATABASE_BUSY)
_FULL: Meaning = (Broken, Cause.DATABASE_FULL)
_MISSING: Meaning = (Broken, Cause.DATABASE_MISSING)
_REFUSED: Meaning = (Broken, Cause.DATABASE_REFUSED)

NUMBERS: dict[int, Meaning] = {
    # a fail-over, a move, an update of the service, a database waking up
    615: _BUSY,  # cannot find the database: it is being moved
    926: _BUSY,  # the database is being recovered
    4221: _BUSY,  # a readable replica has not caught up
    40143: _BUSY,
    40166: _BUSY,
    40197: _BUSY,
    40540: _BUSY,
    40613: _BUSY,  # not available: waking up, or failing over
    42108: _BUSY,  # the pool is paused and wakes up
    42109: _BUSY,
    # limits of the pool or server: requests, sessions, operations
    10928: _BUSY,
    10929: _BUSY,
    10936: _BUSY,
    40501: _BUSY,
    49918: _BUSY,
    49919: _BUSY,
    49920: _BUSY,
    # the session was ended for what it used; what it did is rolled back
    40549: _LATER,
    40550: _LATER,
    40551: _LATER,
    40552: _LATER,
    40553: _LATER,
    # the network between
    20: _BUSY,
    64: _BUSY,
    121: _BUSY,
    233: _BUSY,
    10053: _BUSY,
    10054: _BUSY,
    10060: _BUSY,
    # two at once; every insert looks first whether the row is there, so a collision of keys is one of these
    1205: _BUSY,
    1222: _LATER,  # waited for a lock longer than LOCK_TIMEOUT
    2601: _BUSY,
    2627: _BUSY,
    3960: _BUSY,  # snapshot: another transaction changed the row meanwhile
    41302: _BUSY,
    41305: _BUSY,
    41325: _BUSY,
    # no room
    1101: _FULL,
    1105: _FULL,
    9002: _FULL,
    40544: _FULL,
    # not there
    911: _MISSING,  # no database of this name
    4060: _MISSING,  # the login may not open it, or there is none
    40532: _MISSING,  # no server of this name
    # not for us
    229: _REFUSED,  # no permission on the object
    230: _REFUSED,
    262: _REFUSED,  # no permission in the database
    297: _REFUSED,
    300: _REFUSED,
    916: _REFUSED,  # not a user of this database
    18452: _REFUSED,
    18456: _REFUSED,  # login failed
    18470: _REFUSED,
    33134: _REFUSED,
    40615: _REFUSED,  # the firewall knows no rule for this address
    47073: _REFUSED,  # the server is closed to the public
    # no longer what it was
    823: (Broken, Cause.DATABASE_UNUSABLE),
    824: (Broken, Cause.DATABASE_UNUSABLE),
    3906: (Broken, Cause.DATABASE_UNUSABLE),  # read only
}

#: where the driver itself speaks there is no number of the server's
STATES: dict[str, Meaning] = {
    "08001": (RetryLater, Cause.DATABASE_UNREACHABLE),  # wrong name, closed port, certificate not trusted
    "08004": _REFUSED,
    "08007": _BUSY,
    "08S01": _BUSY,  # the connection broke
    "HYT00": _LATER,  # longer than the time-out of a query or login
    "HYT01": _BUSY,
    "28000": _REFUSED,
    "40001": _BUSY,
}
_UNKNOWN: Meaning = (Broken, Cause.BUG)


def translated(error: Exception, place: str) -> PipelineError:
    """Our error for one of pyodbc. Names the place and the numbers; never the text, which can quote a value."""
    state, numbers = described(error)
    kind, cause = meaning(state, numbers)
    return kind(cause, f"{place}: SQLSTATE {state or '?'}, error {', '.join(map(str, numbers)) or '?'}")


def meaning(state: str, numbers: list[int]) -> Meaning:
    """What to do next: the first number that is known decides, then the SQLSTATE."""
    known = (NUMBERS[number] for number in numbers if number in NUMBERS)
    return next(known, None) or STATES.get(state, _UNKNOWN)


def described(error: Exception) -> tuple[str, list[int]]:
    """SQLSTATE and the server's or system's numbers of an error of pyodbc."""
    state, text = (*map(str, error.args), "", "")[:2]
    return state, [int(number) for number in _NUMBERS.findall(text)]
