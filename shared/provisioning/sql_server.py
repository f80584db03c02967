"""Databases on a plain T-SQL server, by CREATE and DROP DATABASE: for tests and containers, never for customers.

A database made so in Azure would have its backups in the paired region (promise REGION); there ARM makes them.
"""

from __future__ import annotations

from contextlib import closing
from datetime import date

from shared.provisioning.protocol import database_name
from shared.register import Tenant
from shared.sql_server import Driver, Patience, Server
from shared.warehouse.azure_sql.connection import Connection

EXISTS = "DECLARE @name nvarchar(128) = ?; SELECT COUNT(*) FROM sys.databases WHERE [name] = @name;"
#: readers see the last committed state and never wait for the writer, as in Azure and on SQLite
SNAPSHOTS = (
    "DECLARE @name nvarchar(128) = ?; SELECT is_read_committed_snapshot_on FROM sys.databases WHERE [name] = @name;"
)


class SqlServerProvisioner:
    """Makes databases as a login that may create them."""

    def __init__(self, server: Server, patience: Patience) -> None:
        self._server = server
        self._patience = patience

    def provision(self, tenant: Tenant) -> None:
        """Make the database."""
        name = database_name(tenant)
        with closing(self._connected()) as connection:
            if not self._there(connection, name):
                connection.run(f"CREATE DATABASE [{name}]")
            if not connection.one(SNAPSHOTS, (name,))[0]:
                connection.run(f"ALTER DATABASE [{name}] SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE")

    def exists(self, tenant: Tenant) -> bool:
        """Whether it is there."""
        with closing(self._connected()) as connection:
            return self._there(connection, database_name(tenant))

    def drop(self, tenant: Tenant) -> None:
        """Delete it. Raises RetryLater while somebody has it open."""
        name = database_name(tenant)
        with closing(self._connected()) as connection:
            if self._there(connection, name):
                connection.run(f"DROP DATABASE [{name}]")

    def backups_until(self, tenant: Tenant) -> date | None:
        """None: no backups are made here."""
        return None

    def _connected(self) -> Connection:
        return Connection(Driver(self._server, "master"), self._patience)

    @staticmethod
    def _there(connection: Connection, name: str) -> bool:
        return bool(connection.one(EXISTS, (name,))[0])
