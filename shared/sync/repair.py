"""Repair of the smallest piece: which piece of the lines is read anew when a year's difference stays.

A period, then its year, then all lines; a smaller piece that would take more calls than all lines (its list gives 60 a
page, not 1,000) is passed over. Each is read between two readings of the changes; nothing is emptied first.
"""

from __future__ import annotations

from collections.abc import Iterable

from shared import telemetry
from shared.streams.ledger import PERIOD_LINES, YEAR_LINES
from shared.streams.model import Stream
from shared.sync import proof
from shared.sync.agenda import LINES, Task
from shared.sync.proof import Comparison
from shared.sync.readings import Unread, ask_in_full, read
from shared.sync.year import Year
from shared.warehouse.proofs import Case

PERIOD, YEAR, STREAM = "period", "year", "stream"
#: from the smallest piece up, with the list that gives it
LADDER = {PERIOD: PERIOD_LINES, YEAR: YEAR_LINES, STREAM: LINES}
ALL = ("",)


def begin(year: Year, found: Comparison, after: str = "") -> tuple[str, tuple[str, ...]]:
    """The next level up from `after` ("": from the beginning) that is worth its calls, and the pieces to read."""
    steps = list(LADDER)
    for level in steps[steps.index(after) + 1 if after else 0 : -1]:
        pieces = proof.pieces(year.scope, found.differences) if level == PERIOD else (year.scope,)
        if calls(LADDER[level], _lines(found, pieces)) <= calls(LINES, _stored(year)):
            return level, pieces
    return STREAM, ALL


def calls(stream: Stream, lines: Iterable[int]) -> int:
    """Calls that listing pieces of so many lines takes."""
    return sum(max(1, -(-each // stream.page_size)) for each in lines)


def mend(year: Year) -> Year:
    """Read the pieces that are left of this step; the agenda reads the whole stream, hence Unread is raised."""
    step = year.case.step
    if step == STREAM and year.case.pieces:
        ask_in_full(year.job, LINES)
        year.go(STREAM, (), year.case.readings)
        raise Unread
    while year.case.pieces and year.case.step == step:
        year = Year(year.job, _mend_first(year))
    return year


def _mend_first(year: Year) -> Case:
    first, *others = year.case.pieces
    part = LADDER[year.case.step]
    telemetry.event("repair.begun", **year.job.names(part), scope=first)
    try:
        read(year.job, Task(part, first, "full"))
        if year.job.warehouse.checkpoint(year.job.division, part, first).again:
            read(year.job, Task(part, first, "full"))
    except Unread:  # the list itself cannot be read, so only the stream can mend it
        return year.go(STREAM, ALL, year.case.readings)
    return year.go(year.case.step, others, year.case.readings)


def _lines(found: Comparison, pieces: Iterable[str]) -> list[int]:
    """How many lines the books have in each piece."""
    of_period = found.lines
    return [
        of_period.get(int(piece.partition("/")[2]), 0) if "/" in piece else sum(of_period.values()) for piece in pieces
    ]


def _stored(year: Year) -> list[int]:
    return [year.job.warehouse.count(LINES, year.job.division)]
