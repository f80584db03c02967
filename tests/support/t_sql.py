"""A real T-SQL server, where QICS_TEST_SQLSERVER names one: a database for each test, emptied rather than made anew."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Sequence
from contextlib import closing
from functools import cache

import pytest

from shared.provisioning.sql_server import SqlServerProvisioner
from shared.register import Register
from shared.register.database import Clock
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

#: what Babelfish for PostgreSQL cannot run, by the name of the test without its engine, and why (docs/testing-sql.md)
BABELFISH = {
    "test_every_value_comes_back_as_it_was_and_is_known_again[Description1]": "no text of PostgreSQL holds a NUL",
    "test_every_value_comes_back_as_it_was_and_is_known_again[Description3]": "OPENJSON cuts text at 4,000 characters",
    "test_a_refused_record_is_kept_whole": "OPENJSON leaves quotes inside text escaped",
    "test_records_set_aside_lose_the_name_and_nothing_else[refused]": "OPENJSON leaves quotes inside text escaped",
    "test_records_set_aside_lose_the_name_and_nothing_else[anonymised]": "OPENJSON leaves quotes inside text escaped",
}


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark what the server named cannot run."""
    if os.environ.get(VARIABLE) and _is_babelfish():
        for item in items:
            name = item.name.replace("[t-sql-", "[").replace("[t-sql]", "")
            if "[t-sql" in item.name and name in BABELFISH:
                reason = f"needs a T-SQL server other than Babelfish: {BABELFISH[name]}"
                item.add_marker(pytest.mark.skip(reason=reason))


def _is_babelfish() -> bool:
    with closing(Connection(Driver(server(), "master"), PATIENCE)) as connection:
        return str(connection.one("SELECT @@VERSION")[0]).startswith("Babelfish")


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


def open_register(database: str, clock: Clock) -> Register:
    """The register in a database of the server; can be handed to another process."""
    return Register.azure_sql(server(), database, PATIENCE, clock)
