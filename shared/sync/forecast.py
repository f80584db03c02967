"""What a day of runs will cost in calls, before it is made (design §6, Calls)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import ceil

from shared.streams import CHANGES, SNAPSHOTS, TOTALS

#: calls of a division in a run that finds nothing new: each changes stream and the delete log
IDLE_CALLS = len(CHANGES) + 1
#: calls of a division once a day, at least: each list and each total that is read completely
DAILY_CALLS = len(SNAPSHOTS) + sum(len(each.scopes) for each in TOTALS)
#: divisions on one page of the list
LISTED_PER_CALL = 60
MINUTES_A_DAY = 1440


def least_interval(licences: Iterable[str], listed: int, budget: int) -> int:
    """The least minutes between two runs of a tenant whose chosen divisions are of these licences.

    `listed`: divisions the list of the tenant's grant has; `budget`: calls a day from one licence's pool. Once a day is
    the least that is promised, also where even that does not fit.
    """
    divisions = max(Counter(licences).values(), default=0)
    a_run = divisions * IDLE_CALLS + ceil(listed / LISTED_PER_CALL)
    left = budget - divisions * DAILY_CALLS
    return MINUTES_A_DAY if left < a_run else ceil(MINUTES_A_DAY * a_run / left)
