"""Calls: what was asked of Exact, per run and endpoint; with the budgets and the parking that keep it in bounds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, func, select, update

from shared.register.budgets import Budgets
from shared.register.database import Database, insert_missing
from shared.register.parking import Parking
from shared.register.rows import CallCount
from shared.register.schema import calls, divisions, runs


class Calls(Budgets, Parking):
    """The register's account of the calls to Exact."""

    def __init__(self, database: Database) -> None:
        Budgets.__init__(self, database)
        Parking.__init__(self, database)
        self._database = database

    def record(self, tenant: str, run: int, division: int, endpoint: str, made: int, rows: int, errors: int) -> None:
        """Add calls made, rows received and client errors to the run's account of an endpoint."""
        key = {"tenant": tenant, "run": run, "division": division, "endpoint": endpoint}
        own = and_(*(calls.c[name] == value for name, value in key.items()))
        more = {"calls": calls.c.calls + made, "rows": calls.c.rows + rows, "errors": calls.c.errors + errors}
        with self._database.write() as connection:
            insert_missing(connection, calls, key, {"calls": 0, "rows": 0, "errors": 0})
            connection.execute(update(calls).where(own).values(**more))

    def report(self, since: datetime) -> list[CallCount]:
        """Per division of each run started at `since` or later, the newest run first."""
        keys = (calls.c.tenant, calls.c.run, runs.c.started_at, calls.c.division)
        licence = func.coalesce(func.max(divisions.c.licence), "").label("licence")
        sums = (func.sum(calls.c[name]).label(name) for name in ("calls", "rows", "errors"))
        source = calls.join(runs, and_(runs.c.tenant == calls.c.tenant, runs.c.run == calls.c.run)).outerjoin(
            divisions, and_(divisions.c.tenant == calls.c.tenant, divisions.c.division == calls.c.division)
        )
        query = select(*keys, licence, *sums).select_from(source).where(runs.c.started_at >= since).group_by(*keys)
        with self._database.read() as connection:
            found = connection.execute(query.order_by(runs.c.started_at.desc(), calls.c.tenant, calls.c.division))
            return [CallCount(**row) for row in found.mappings()]
