"""Steps: the claims of workers on the divisions of a run (design §4, Continuing).

Every transaction locks in one order (lease, division of the run, run, tenant), so that two cannot wait for
each other. What a claim rests on is asked again by each statement that changes a row: under snapshot
isolation an EXISTS alone may look at the state before another's commit.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, select, true, update

from shared.errors import Cause, ClaimLost, Refused, RetryLater
from shared.register import leases
from shared.register.database import Database
from shared.register.ending import close_divisions
from shared.register.rows import Closed, Held, Step
from shared.register.schema import leases as lease_table
from shared.register.schema import run_divisions, tenants


class Steps:
    """What workers, the poison handler and the net do with the steps of open runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, tenant: str, run: int, division: int, step: int, holder: str, seconds: float) -> Held:
        """Claim one step: the division's lease is taken and its expected step becomes `step`.

        Raises Refused(STALE_MESSAGE) for a step already done or a run that is over, RetryLater(LEASE_HELD)
        with the lease's end while another worker reads the division.
        """
        what = Step(tenant, run, division, step)
        with self._database.write() as connection:
            host = _host(connection, what)
            name = leases.division_lease(host, division)
            leases.make(connection, name)
            now = self._database.clock()
            fence = leases.claim(connection, name, holder, now, seconds, exists().where(_claimable(what)))
            if fence is None:
                _host(connection, what)
                raise RetryLater(Cause.LEASE_HELD, f"division {division}", _lease_end(connection, name, now))
            expected = update(run_divisions).where(_claimable(what)).values(expected_step=step)
            if connection.execute(expected).rowcount == 0:
                raise _stale(what)
            return Held(fence, host, division, tenant)

    def renew(self, held: Held, seconds: float) -> bool:
        """Hold the lease for `seconds` from now; False when it was lost."""
        until = self._database.clock() + timedelta(seconds=seconds)
        with self._database.write() as connection:
            kept = leases.held(leases.division_lease(held.host, held.division), held.fence)
            return connection.execute(update(lease_table).where(kept).values(expires_at=until)).rowcount == 1

    def advance(self, held: Held, run: int, step: int, resume_at: datetime) -> None:
        """`step` is done: expect the next from `resume_at` on and give the lease back. Raises ClaimLost."""
        going_on = and_(_division_open(held.tenant, run, held.division), run_divisions.c.expected_step == step)
        with self._database.write() as connection:
            _give_back(connection, held)
            following = {"expected_step": step + 1, "resume_at": resume_at}
            if connection.execute(update(run_divisions).where(going_on).values(**following)).rowcount == 0:
                raise _lost(held)

    def release(self, held: Held) -> bool:
        """Give the lease back, the step not done; False when it was lost or given back before."""
        with self._database.write() as connection:
            return leases.give_back(connection, leases.division_lease(held.host, held.division), held.fence)

    def finish(self, held: Held, run: int, state: Closed, cause: Cause | None = None) -> bool:
        """Close the division's part of the run and give the lease back; True when the run ended by it.

        Raises ClaimLost. Of the workers that finish at once, exactly one is told True.
        """
        with self._database.write() as connection:
            _give_back(connection, held)
            own = _division_open(held.tenant, run, held.division)
            closed, ended = close_divisions(connection, held.tenant, run, own, state, cause, self._database.clock())
            if not closed:
                raise _lost(held)
            return ended

    def fail(self, tenant: str, run: int, division: int, step: int, cause: Cause) -> bool:
        """Close a division whose message was poisoned, only while run and step are the expected ones.

        True when the run ended by it.
        """
        expected = and_(_division_open(tenant, run, division), run_divisions.c.expected_step == step)
        with self._database.write() as connection:
            _, ended = close_divisions(connection, tenant, run, expected, "failed", cause, self._database.clock())
            return ended

    def stuck(self, tenant: str, now: datetime) -> list[Step]:
        """The steps the net sends again: of open divisions past their `resume_at` that no worker holds."""
        busy = exists().where(lease_table.c.name == run_divisions.c.lease, lease_table.c.expires_at > now)
        columns = (run_divisions.c[name] for name in ("tenant", "run", "division", "expected_step"))
        query = select(*columns).where(
            run_divisions.c.tenant == tenant,
            run_divisions.c.state == "open",
            run_divisions.c.resume_at <= now,
            _run_open(),
            ~busy,
        )
        with self._database.read() as connection:
            return [Step(*row) for row in connection.execute(query.order_by(run_divisions.c.division))]


def _run_open() -> ColumnElement[bool]:
    """That a row of `run_divisions` is of its tenant's open run."""
    return exists().where(
        tenants.c.tenant == run_divisions.c.tenant, tenants.c.run == run_divisions.c.run, tenants.c.run_open == true()
    )


def _division_open(tenant: str, run: int, division: int) -> ColumnElement[bool]:
    own = (run_divisions.c.tenant == tenant, run_divisions.c.run == run, run_divisions.c.division == division)
    return and_(*own, run_divisions.c.state == "open", _run_open())


def _claimable(what: Step) -> ColumnElement[bool]:
    return and_(_division_open(what.tenant, what.run, what.division), run_divisions.c.expected_step <= what.step)


def _host(connection: Connection, what: Step) -> str:
    """The host of a step that may be claimed. Raises Refused(STALE_MESSAGE)."""
    host: str | None = connection.scalar(select(run_divisions.c.host).where(_claimable(what)))
    if host is None:
        raise _stale(what)
    return host


def _lease_end(connection: Connection, name: str, now: datetime) -> datetime:
    return connection.scalar(select(lease_table.c.expires_at).where(lease_table.c.name == name)) or now


def _give_back(connection: Connection, held: Held) -> None:
    if not leases.give_back(connection, leases.division_lease(held.host, held.division), held.fence):
        raise _lost(held)


def _stale(what: Step) -> Refused:
    place = f"tenant {what.tenant}, run {what.run}, division {what.division}, step {what.step}"
    return Refused(Cause.STALE_MESSAGE, place)


def _lost(held: Held) -> ClaimLost:
    return ClaimLost(Cause.LEASE_HELD, f"tenant {held.tenant}, division {held.division}, fence {held.fence}")
