"""Runs: one pass over a tenant's chosen divisions; a tenant has at most one open run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, false, insert, select, true, update

from shared.errors import Cause, Refused
from shared.register.database import Database
from shared.register.ending import close_run, end_run
from shared.register.leases import division_lease
from shared.register.living import living
from shared.register.rows import Closed, Run, RunDivision
from shared.register.schema import run_divisions, runs, tenants
from shared.register.steps import Steps


class Runs(Steps):
    """The register's runs, with the steps of their divisions."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._database = database

    def open(self, tenant: str) -> int:
        """The number of the tenant's open run; a new one, one above the last, when none is open."""
        with self._database.write() as connection:
            closed = (tenants.c.tenant == tenant, tenants.c.run_open == false(), tenants.c.purged_on.is_(None))
            opened = update(tenants).where(*closed).values(run=tenants.c.run + 1, run_open=True)
            new = connection.execute(opened).rowcount == 1
            run = living(connection, tenant).run
            if new:
                row = {"tenant": tenant, "run": run, "started_at": self._database.clock()}
                connection.execute(insert(runs).values(**row, cause="", open_divisions=0))
            return run

    def begin(self, tenant: str, run: int, divisions: Sequence[tuple[str, int]]) -> list[RunDivision]:
        """Write all (host, division) of the run at once, each expecting step 1; the rows as they stand.

        Repeatable: what the first call wrote stays. Raises Refused(STALE_MESSAGE) when the run is not open.
        """
        with self._database.write() as connection:
            now = self._database.clock()
            first = and_(runs.c.tenant == tenant, runs.c.run == run, runs.c.ended_at.is_(None))
            begun = update(runs).where(first, runs.c.begun_at.is_(None))
            count = len(set(divisions))
            if connection.execute(begun.values(begun_at=now, open_divisions=count)).rowcount == 1:
                _write(connection, tenant, run, divisions, now)
            elif not connection.scalar(select(true()).where(first)):
                raise Refused(Cause.STALE_MESSAGE, f"tenant {tenant}, run {run}")
            return _rows(connection, tenant, run)

    def end(self, tenant: str, run: int, cause: Cause | None = None, *, closing: Closed | None = None) -> bool:
        """End a run as a whole; True when it ended by this call.

        Divisions still open keep it open (False), unless `closing` says in which state to close them.
        """
        with self._database.write() as connection:
            now = self._database.clock()
            if closing is not None:
                return close_run(connection, tenant, run, closing, cause, now)
            return end_run(connection, tenant, run, cause, now)

    def last(self, tenant: str, limit: int = 10) -> list[Run]:
        """The tenant's newest runs, the newest first."""
        query = select(runs).where(runs.c.tenant == tenant).order_by(runs.c.run.desc()).limit(limit)
        with self._database.read() as connection:
            return [Run(**row) for row in connection.execute(query).mappings()]

    def rows(self, tenant: str, run: int) -> list[RunDivision]:
        """The divisions of a run, by code."""
        with self._database.read() as connection:
            return _rows(connection, tenant, run)


def _write(connection: Connection, tenant: str, run: int, divisions: Sequence[tuple[str, int]], now: datetime) -> None:
    fresh = {"tenant": tenant, "run": run, "state": "open", "cause": "", "expected_step": 1, "resume_at": now}
    rows = [
        {**fresh, "host": host, "division": division, "lease": division_lease(host, division)}
        for host, division in sorted(set(divisions))
    ]
    if rows:
        connection.execute(insert(run_divisions), rows)


def _rows(connection: Connection, tenant: str, run: int) -> list[RunDivision]:
    columns = [column for column in run_divisions.c if column.name != "lease"]
    query = select(*columns).where(run_divisions.c.tenant == tenant, run_divisions.c.run == run)
    return [RunDivision(**row) for row in connection.execute(query.order_by(run_divisions.c.division)).mappings()]
