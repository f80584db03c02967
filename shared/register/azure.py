"""The register on Azure SQL, or any T-SQL server whose database reads committed snapshots (Azure's default)."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, Engine, create_engine, text

from shared.errors import Cause, RetryLater
from shared.sql_server import Driver, Patience, repeated

#: connections one process has: each transaction is a few short statements
CONNECTIONS = 10
#: seconds a transaction waits for one of them
POOL_SECONDS = 15
LOCK_MILLISECONDS = 20_000
#: below 0: another worker holds it for longer than the time-out
LOCK = text(
    "DECLARE @answer int; EXEC @answer = sp_getapplock @Resource = N'qics-register-schema', "
    "@LockMode = N'Exclusive', @LockOwner = N'Transaction', @LockTimeout = :wait; SELECT @answer"
)


def open_engine(driver: Driver, patience: Patience) -> Engine:
    """An engine on a database that is there. A connection is looked at before use: Azure closes idle ones."""
    return create_engine(
        "mssql+pyodbc://",
        creator=partial(repeated, patience, partial(driver.connect, autocommit=False)),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
    )


def lock_schema(connection: Connection) -> None:
    """Hold off other workers that migrate, to the end of the transaction. Raises RetryLater(DATABASE_BUSY)."""
    answer = connection.scalar(LOCK, {"wait": LOCK_MILLISECONDS})
    if answer is None or answer < 0:
        raise RetryLater(Cause.DATABASE_BUSY, f"another worker changes the register's schema ({answer})")
