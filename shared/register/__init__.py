"""The register: the central database of tenants, grants, leases, runs and calls."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Self

from shared.register import azure
from shared.register.admissions import Admissions
from shared.register.audit import Audit
from shared.register.calls import Calls
from shared.register.database import Clock, Database
from shared.register.divisions import Divisions
from shared.register.grants import Grants
from shared.register.heartbeats import Heartbeats
from shared.register.invitations import Invitations
from shared.register.leases import Leases, division_lease, grant_lease
from shared.register.proofs import Proofs
from shared.register.purges import Purges
from shared.register.remains import Remains
from shared.register.rows import (
    CallCount,
    Division,
    Due,
    Grant,
    Held,
    Listed,
    Parked,
    Proven,
    Purge,
    PurgedPlace,
    Run,
    RunDivision,
    Step,
    Tenant,
)
from shared.register.runs import Runs
from shared.register.sqlite import BUSY_SECONDS, make_file, open_engine
from shared.register.tenants import Tenants
from shared.sql_server import Driver, Patience, Server

__all__ = [
    "CallCount",
    "Division",
    "Due",
    "Grant",
    "Held",
    "Listed",
    "Parked",
    "Proven",
    "Purge",
    "PurgedPlace",
    "Register",
    "Run",
    "RunDivision",
    "Step",
    "Tenant",
    "division_lease",
    "grant_lease",
]


class Register:
    """The register by subject. Every method is one transaction and raises only errors of `shared.errors`."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.tenants = Tenants(database)
        self.divisions = Divisions(database)
        self.grants = Grants(database)
        self.leases = Leases(database)
        self.runs = Runs(database)
        self.calls = Calls(database)
        self.invitations = Invitations(database)
        self.heartbeats = Heartbeats(database)
        self.proofs = Proofs(database)
        self.purges = Purges(database)
        self.remains = Remains(database)
        self.audit = Audit(database)
        self.admissions = Admissions(database)

    @classmethod
    def sqlite(cls, path: Path, clock: Clock, busy_seconds: float = BUSY_SECONDS) -> Self:
        """The register in one SQLite file, which `migrate` makes and nothing else. `clock` gives aware UTC.

        Another process may write for `busy_seconds` before waiting for it ends in RetryLater(DATABASE_BUSY).
        """
        engine = open_engine(path, busy_seconds)
        return cls(Database(engine, str(path), partial(make_file, path), clock))

    @classmethod
    def azure_sql(cls, server: Server, database: str, patience: Patience, clock: Clock) -> Self:
        """The register in a database of a T-SQL server, which is there and may be empty. `clock` gives aware UTC."""
        driver = Driver(server, database)
        engine = azure.open_engine(driver, patience)
        return cls(Database(engine, driver.place, lambda: None, clock, azure.lock_schema))

    def migrate(self) -> None:
        """Bring the schema to this release. Raises Broken(SCHEMA_NEWER)."""
        self.database.migrate()

    def close(self) -> None:
        """Close every connection."""
        self.database.close()
