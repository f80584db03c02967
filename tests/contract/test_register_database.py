"""The database under the register: made once, brought forward under a lock, its errors named."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.dialects import mssql
from sqlalchemy.exc import StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.schema import CreateIndex, CreateTable

from shared.errors import Broken, Cause, PipelineError, RetryLater
from shared.register import Register
from shared.register.database import Database, insert_missing
from shared.register.engine_errors import SQLITE, meaning
from shared.register.schema import METADATA, leases, schema_version
from tests.support.clock import FakeClock
from tests.support.register import ON_SQLITE, OpenRegister


def add_note(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE tenants ADD note VARCHAR(10)"))


def fail(_connection: Connection) -> None:
    raise Broken(Cause.BUG, "step")


def break_off(connection: Connection) -> None:
    insert_missing(connection, leases, {"name": "a"}, {"fence": 0})
    raise Broken(Cause.BUG, "in the middle")


def fill(register: Register) -> None:
    for number in range(1000):
        register.leases.take(f"{number}" * 20, "worker", 60)


def version(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(select(schema_version.c.version)).scalar_one())


def columns(database: Database) -> set[str]:
    with database.read() as connection:
        return set(connection.execute(text("SELECT * FROM tenants")).keys())


def test_migrating_again_changes_nothing(register: Register) -> None:
    register.tenants.add("acme", "nl", "acme")
    register.migrate()
    assert [tenant.tenant for tenant in register.tenants.list()] == ["acme"]
    assert version(register.database) == 1


@ON_SQLITE
def test_only_the_owner_may_read_the_file(register: Register, tmp_path: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_an_older_register_is_brought_forward_step_by_step_and_once(register: Register) -> None:
    for _ in range(2):
        register.database.migrate(steps=[add_note])
    assert version(register.database) == 2
    assert "note" in columns(register.database)


def test_a_step_that_fails_leaves_the_register_as_it_was(register: Register) -> None:
    with pytest.raises(Broken):
        register.database.migrate(steps=[add_note, fail])
    assert version(register.database) == 1
    assert "note" not in columns(register.database)


def test_a_register_of_a_newer_release_is_refused(register: Register) -> None:
    with register.database.write() as connection:
        connection.execute(update(schema_version).values(version=99))
    with pytest.raises(Broken, match="version 99, this release knows 1") as broken:
        register.migrate()
    assert broken.value.cause is Cause.SCHEMA_NEWER


def test_nothing_of_a_failed_transaction_is_kept(register: Register) -> None:
    with pytest.raises(Broken), register.database.write() as connection:
        break_off(connection)
    with register.database.read() as connection:
        assert connection.execute(select(leases)).all() == []


def test_a_row_is_inserted_once(register: Register) -> None:
    with register.database.write() as connection:
        assert insert_missing(connection, leases, {"name": "a"}, {"fence": 1})
        assert not insert_missing(connection, leases, {"name": "a"}, {"fence": 2})
        assert connection.scalar(select(leases.c.fence)) == 1


def test_several_registers_on_one_database_see_each_others_work(open_register: OpenRegister) -> None:
    one, two = open_register(), open_register()
    one.migrate()
    two.migrate()
    one.tenants.add("acme", "nl", "acme")
    assert two.tenants.get("acme").tenant == "acme"


def test_a_naive_time_is_refused(register: Register) -> None:
    naive = datetime(2026, 11, 25)  # noqa: DTZ001 -- the mistake under test
    with pytest.raises(Broken) as broken:
        register.tenants.due(naive)
    assert isinstance(broken.value.__cause__, StatementError)


@ON_SQLITE
def test_a_database_locked_for_too_long_is_a_wait(tmp_path: Path, register: Register, clock: FakeClock) -> None:
    impatient = Register.sqlite(tmp_path / "register.sqlite3", clock, busy_seconds=0.05)
    with register.database.write(), pytest.raises(RetryLater) as later:
        impatient.leases.take("a", "worker", 60)
    impatient.close()
    assert later.value.cause is Cause.DATABASE_BUSY


@ON_SQLITE
def test_readers_and_the_writer_do_not_wait_for_each_other(
    tmp_path: Path, register: Register, clock: FakeClock
) -> None:
    impatient = Register.sqlite(tmp_path / "register.sqlite3", clock, busy_seconds=0.05)
    with register.database.read() as reading:
        before = reading.execute(select(leases)).all()
        assert impatient.leases.take("a", "worker", 60) == 1
        assert reading.execute(select(leases)).all() == before == []
    impatient.close()


def test_no_connection_left_is_a_wait() -> None:
    assert meaning(PoolTimeout()) == (RetryLater, Cause.DATABASE_BUSY)


def test_two_inserts_of_one_row_at_once_are_a_wait(register: Register) -> None:
    row = insert(leases).values(name="a", fence=0)
    with register.database.write() as connection:
        connection.execute(row)
    with pytest.raises(RetryLater) as later, register.database.write() as connection:
        connection.execute(row)
    assert later.value.cause is Cause.DATABASE_BUSY


def test_a_row_that_breaks_another_constraint_is_our_bug(register: Register) -> None:
    with pytest.raises(Broken) as broken, register.database.write() as connection:
        connection.execute(insert(leases).values(name="a"))
    assert broken.value.cause is Cause.BUG


@pytest.mark.parametrize(
    ("content", "cause"),
    [(None, Cause.DATABASE_MISSING), (b"no database at all" * 100, Cause.DATABASE_UNUSABLE)],
)
def test_a_file_that_is_no_register_is_named(
    tmp_path: Path, clock: FakeClock, content: bytes | None, cause: Cause
) -> None:
    path = tmp_path / "folder" / "register.sqlite3"
    if content:
        path.parent.mkdir()
        path.write_bytes(content)
    register = Register.sqlite(path, clock)
    with pytest.raises(Broken, match=str(path)) as broken:
        register.migrate()
    register.close()
    assert broken.value.cause is cause


def test_a_file_that_cannot_be_made_is_named(tmp_path: Path, clock: FakeClock) -> None:
    register = Register.sqlite(tmp_path / ("x" * 300), clock)
    with pytest.raises(Broken) as broken:
        register.migrate()
    register.close()
    assert broken.value.cause is Cause.DATABASE_UNUSABLE


@ON_SQLITE
def test_opening_makes_no_register(open_register: OpenRegister, tmp_path: Path) -> None:
    with pytest.raises(Broken) as broken:
        open_register().tenants.list()
    assert broken.value.cause is Cause.DATABASE_MISSING
    assert list(tmp_path.iterdir()) == []


@ON_SQLITE
def test_a_full_disk_is_named(register: Register) -> None:
    with register.database.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
    with pytest.raises(Broken) as broken:
        fill(register)
    assert broken.value.cause is Cause.DATABASE_FULL


def test_what_the_engine_says_otherwise_is_our_bug_and_shows_no_value(open_register: OpenRegister) -> None:
    register = open_register()
    register.database.migrate()
    with register.database.write() as connection:
        connection.execute(text("DROP TABLE grants"))
    with pytest.raises(Broken) as broken:
        register.grants.by_user("nl", "hash-of-a-user")
    assert broken.value.cause is Cause.BUG
    assert "hash-of-a-user" not in f"{broken.value} {broken.value.__cause__}"


def test_every_mapped_error_of_sqlite_is_one_of_ours() -> None:
    assert all(issubclass(kind, PipelineError) and isinstance(cause, Cause) for kind, cause in SQLITE.values())


def test_the_same_definition_is_understood_by_azure_sql() -> None:
    dialect = mssql.dialect()
    tables = [str(CreateTable(table).compile(dialect=dialect)) for table in METADATA.sorted_tables]
    indexes = [
        str(CreateIndex(index).compile(dialect=dialect)) for table in METADATA.sorted_tables for index in table.indexes
    ]
    assert all("VARCHAR" not in ddl.replace("NVARCHAR", "") for ddl in tables)
    assert all("DATETIME2(6)" in ddl for ddl in tables if "_at" in ddl)
    assert any("tenants_due" in ddl for ddl in indexes)
