"""The register's tables, one definition for every engine: ids, dates, counts and hashes.

Never a customer's figures, names or addresses; the one secret is the sealed token pair in `grants`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Unicode,
    UnicodeText,
)
from sqlalchemy.dialects.mssql import DATETIME2
from sqlalchemy.types import TypeDecorator, TypeEngine


class Utc(TypeDecorator[datetime]):
    """An aware moment, stored as UTC to the microsecond: equal moments are equal, later ones compare greater."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        """SQL Server's plain DATETIME would round to 3 ms, and a fence must not."""
        if dialect.name == "mssql":
            return dialect.type_descriptor(DATETIME2(6))  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
        return dialect.type_descriptor(DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses a naive time: nobody can say which moment it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("the register stores aware times only")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Back as aware UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


METADATA = MetaData()


def _id() -> Unicode:
    return Unicode(63)


def _host() -> Unicode:
    return Unicode(63)


schema_version = Table("schema_version", METADATA, Column("version", Integer, primary_key=True, autoincrement=False))

tenants = Table(
    "tenants",
    METADATA,
    Column("tenant", _id(), primary_key=True),
    Column("host", _host(), nullable=False),
    Column("database", _id(), nullable=False, unique=True),
    Column("place", Unicode(160), nullable=False, default=""),  # server and pool of its database; "": there is one
    Column("interval_minutes", Integer, nullable=False),
    Column("stretched_minutes", Integer, nullable=False, default=0),
    Column("trial_from", Date),
    Column("contract_from", Date),
    Column("contract_to", Date),
    Column("erase_on", Date),
    Column("erase_asked_by", Unicode(16), nullable=False, default=""),
    Column("withdrawn_on", Date),
    Column("purged_on", Date),
    Column("next_sync_at", Utc),
    Column("purge_at", Utc),
    Column("run", Integer, nullable=False),
    Column("run_open", Boolean, nullable=False),
    Index("tenants_due", "next_sync_at"),
    Index("tenants_purge", "purge_at"),
)

divisions = Table(
    "divisions",
    METADATA,
    Column("tenant", _id(), primary_key=True),
    Column("division", Integer, primary_key=True, autoincrement=False),
    Column("host", _host(), nullable=False),
    Column("chosen", Boolean, nullable=False),
    Column("listed", Boolean, nullable=False),
    Column("blocking", Integer, nullable=False),
    Column("status", Integer, nullable=False),
    Column("licence", Unicode(63), nullable=False),
    Column("purge_at", Utc),  # set when it is taken out, cleared when it is chosen again
    Index("divisions_purge", "purge_at"),
)

grants = Table(
    "grants",
    METADATA,
    Column("tenant", _id(), primary_key=True),
    Column("host", _host(), nullable=False),
    Column("user", Unicode(128), nullable=False),
    Column("state", Unicode(16), nullable=False),
    Column("cause", Unicode(63), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sealed", LargeBinary),
    Column("issued_at", Utc),
    Column("consented_at", Utc, nullable=False),
    Index("grants_user", "host", "user", unique=True),
    Index("grants_idle", "issued_at"),
)

leases = Table(
    "leases",
    METADATA,
    Column("name", Unicode(160), primary_key=True),
    Column("fence", BigInteger, nullable=False),
    Column("holder", Unicode(160)),
    Column("expires_at", Utc),
)

runs = Table(
    "runs",
    METADATA,
    Column("tenant", _id(), primary_key=True),
    Column("run", Integer, primary_key=True, autoincrement=False),
    Column("started_at", Utc, nullable=False),
    Column("begun_at", Utc),
    Column("ended_at", Utc),
    Column("cause", Unicode(63), nullable=False),
    Column("open_divisions", Integer, nullable=False),
    Index("runs_started", "started_at"),
)

run_divisions = Table(
    "run_divisions",
    METADATA,
    Column("tenant", _id(), primary_key=True),
    Column("run", Integer, primary_key=True, autoincrement=False),
    Column("division", Integer, primary_key=True, autoincrement=False),
    Column("host", _host(), nullable=False),
    Column("lease", Unicode(160), nullable=False),
    Column("state", Unicode(16), nullable=False),
    Column("cause", Unicode(63), nullable=False),
    Column("expected_step", Integer, nullable=False),
    Column("resume_at", Utc, nullable=False),
)

calls = Table(
    "calls",
    METADATA,
    Column("tenant", _id(), primary_key=True),
    Column("run", Integer, primary_key=True, autoincrement=False),
    Column("division", Integer, primary_key=True, autoincrement=False),
    Column("endpoint", Unicode(200), primary_key=True),
    Column("calls", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("errors", Integer, nullable=False),
)

licence_days = Table(
    "licence_days",
    METADATA,
    Column("host", _host(), primary_key=True),
    Column("licence", Unicode(80), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("used", Integer, nullable=False),
    Column("granted", Integer, nullable=False),
)

licence_blocks = Table(
    "licence_blocks",
    METADATA,
    Column("host", _host(), primary_key=True),
    Column("licence", Unicode(80), primary_key=True),
    Column("until", Utc, nullable=False),
)

division_limits = Table(
    "division_limits",
    METADATA,
    Column("host", _host(), primary_key=True),
    Column("division", Integer, primary_key=True, autoincrement=False),
    Column("limits", UnicodeText, nullable=False),
)

client_errors = Table(
    "client_errors",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("host", _host(), nullable=False),
    Column("division", Integer, nullable=False),
    Column("endpoint", Unicode(200), nullable=False),
    Column("at", Utc, nullable=False),
    Index("client_errors_recent", "host", "division", "endpoint", "at"),
)

parked_streams = Table(
    "parked_streams",
    METADATA,
    Column("host", _host(), primary_key=True),
    Column("division", Integer, primary_key=True, autoincrement=False),
    Column("stream", Unicode(80), primary_key=True),
    Column("cause", Unicode(63), nullable=False),
    Column("since", Utc, nullable=False),
    Column("until", Utc, nullable=False),
)

released_streams = Table(
    "released_streams",
    METADATA,
    Column("host", _host(), primary_key=True),
    Column("division", Integer, primary_key=True, autoincrement=False),
    Column("stream", Unicode(80), primary_key=True),
    Column("at", Utc, nullable=False),
)

invitations = Table(
    "invitations",
    METADATA,
    Column("id", Unicode(80), primary_key=True),
    Column("tenant", _id(), nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("used_at", Utc),
)

#: addresses from which a tenant's own database may be opened
admissions = Table(
    "admissions",
    METADATA,
    Column("tenant", _id(), primary_key=True),
    Column("addresses", Unicode(20), primary_key=True),
)

proofs = Table(
    "proofs",
    METADATA,
    Column("tenant", _id(), primary_key=True),
    Column("division", Integer, primary_key=True, autoincrement=False),
    Column("run", Integer, nullable=False),
    Column("state", Unicode(16), nullable=False),
    Column("cause", Unicode(63), nullable=False),
    Column("as_of", Utc),
    Column("due_at", Utc),
)

heartbeats = Table(
    "heartbeats",
    METADATA,
    Column("name", Unicode(40), primary_key=True),
    Column("at", Utc, nullable=False),
)

purges = Table(
    "purges",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("tenant", _id(), nullable=False),
    Column("division", Integer, nullable=False),  # 0: the tenant as a whole
    Column("reason", Unicode(24), nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("begun_at", Utc, nullable=False),
    Column("taken", UnicodeText, nullable=False),  # what the mark itself removed
    Column("step", Integer, nullable=False),
    Column("waits_for", Unicode(63), nullable=False),  # cause of the last failed step; "" when it went well
    Column("ended_at", Utc),
    Column("certificate", Unicode(64), nullable=False),  # hash of its signed bytes
    Column("look_at", Utc),  # second look, when what remained is gone; null: none
    Index("purges_subject", "tenant", "division"),
    Index("purges_open", "ended_at"),
    Index("purges_look", "look_at"),
)

purge_places = Table(
    "purge_places",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("place", Unicode(24), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("counted_at", Utc, nullable=False),
    Column("found", UnicodeText, nullable=False),
    Column("erased_at", Utc),
    Column("did", Unicode(24), nullable=False),
    Column("looked_at", Utc),
    Column("left", Integer),
    Column("remains", UnicodeText, nullable=False),
)

audit = Table(
    "audit",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
    Column("actor", Unicode(80), nullable=False),
    Column("action", Unicode(40), nullable=False),
    Column("tenant", _id(), nullable=False),
    Column("details", UnicodeText, nullable=False),
    Column("previous", Unicode(64), nullable=False),
    Column("hash", Unicode(64), nullable=False),
    Index("audit_tenant", "tenant"),
)
