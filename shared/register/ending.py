"""The end of a run: decided once, by the one statement that takes its count of open divisions to nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, update

from shared.errors import Cause
from shared.register.living import change, reschedule
from shared.register.rows import Closed
from shared.register.schema import run_divisions, runs


def close_divisions(
    connection: Connection,
    tenant: str,
    run: int,
    which: ColumnElement[bool],
    state: Closed,
    cause: Cause | None,
    now: datetime,
) -> tuple[int, bool]:
    """Close the open divisions `which`: (how many, whether the run ended by it).

    The count in `runs` is what workers that finish at once queue up for, whatever the isolation; asking the
    divisions instead would let two under snapshot isolation each see the other's still open.
    """
    values = {"state": state, "cause": cause.code if cause else ""}
    closed = connection.execute(update(run_divisions).where(which).values(**values)).rowcount
    if not closed:
        return 0, False
    left = update(runs).where(runs.c.tenant == tenant, runs.c.run == run, runs.c.ended_at.is_(None))
    connection.execute(left.values(open_divisions=runs.c.open_divisions - closed))
    return closed, end_run(connection, tenant, run, None, now)


def end_run(connection: Connection, tenant: str, run: int, cause: Cause | None, now: datetime) -> bool:
    """End the run if none of its divisions is open and it has not ended; then the lifecycle sets the next date."""
    over = (runs.c.tenant == tenant, runs.c.run == run, runs.c.open_divisions == 0, runs.c.ended_at.is_(None))
    values = {"ended_at": now, "cause": cause.code if cause else ""}
    if connection.execute(update(runs).where(*over).values(**values)).rowcount == 0:
        return False
    change(connection, tenant, run_open=False)
    reschedule(connection, tenant, now)
    return True


def close_run(connection: Connection, tenant: str, run: int, state: Closed, cause: Cause | None, now: datetime) -> bool:
    """Close what is open of the run's divisions and end it; whether it ended by this call."""
    still = (run_divisions.c.tenant == tenant, run_divisions.c.run == run, run_divisions.c.state == "open")
    closed, ended = close_divisions(connection, tenant, run, and_(*still), state, cause, now)
    return ended if closed else end_run(connection, tenant, run, cause, now)
