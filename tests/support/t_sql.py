"""A real T-SQL server, where QICS_TEST_SQLSERVER names one: a database for each test, emptied rather than made anew."""

from __future__ import annotations

import os
import random
import time
from contextlib import closing
from functools import cache

import pytest

from shared.provisioning.sql_server import SqlServerProvisioner
from shared.sql_server import Driver, Patience, Server, User
from shared.warehouse.azure_sql import Pool
from shared.warehouse.azure_sql.connection import Connection
from shared.warehouse.azure_sql.plan import sql
from tests.support.arm import tenant_named

VARIABLE = "QICS_TEST_SQLSERVER"
PATIENCE = Patience(wait=time.sleep, random=random.random, first=0.1)
#: tables of migrations stay: they say that the schema is there
KEPT = "[TABLE_NAME] NOT LIKE N'schema[_]%'"
TABLES = "SELECT [TABLE_SCHEMA], [TABLE_NAME] FROM INFORMATION_SCHEMA.TABLES WHERE [TABLE_TYPE] = N'BASE TABLE'"


def server() -> Server:
    """The server of the connection string, such as "Server=localhost,1433;UID=sa;PWD=…"."""
    parts = dict(part.split("=", 1) for part in os.environ[VARIABLE].split(";") if part)
    return Server(parts["Server"], User(parts["UID"], parts["PWD"]))


def needed() -> None:
    """Skip the test where there is no server."""
    if not os.environ.get(VARIABLE):
        pytest.skip(f"needs a T-SQL server: {VARIABLE} names one (docs/testing-sql.md)")


@cache
def pool() -> Pool:
    """The connections of this process."""
    return Pool(time.monotonic)


@cache
def made(name: str) -> str:
    """A database of this process, made once."""
    database = f"qics-{name}-{os.getpid()}"
    SqlServerProvisioner(server(), PATIENCE).provision(tenant_named(database))
    return database


def emptied(name: str, *, tables: bool) -> str:
    """A database of this process without a row, or without a table."""
    database = made(name)
    with closing(Connection(Driver(server(), database), PATIENCE)) as connection:
        for found in connection.all(TABLES if tables else f"{TABLES} AND {KEPT}"):
            connection.run(f"DROP TABLE {sql(*found)}" if tables else f"DELETE FROM {sql(*found)}")
    return database
