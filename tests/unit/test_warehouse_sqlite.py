"""What is SQLite's own: the file, its types, its errors, its lock."""

import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from shared.errors import Broken, Cause, PipelineError, RetryLater
from shared.streams import CATALOGUE
from shared.streams.model import SCALE, Word
from shared.warehouse.migrations import LATEST
from shared.warehouse.protocol import Row
from shared.warehouse.sqlite import create_sqlite, open_sqlite
from shared.warehouse.sqlite.connection import Connection, translated
from tests.support.warehouse import (
    LINES,
    RELATIONS,
    STREAMS,
    TERMS,
    TenantDatabase,
    at_noon,
    checkpoint,
    column,
    key,
    line,
    reopen_sqlite,
    row,
    sqlite_database,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    database = tmp_path / "tenant.db"
    create_sqlite(database)
    with closing(reopen_sqlite(database)) as warehouse:
        warehouse.migrate()
    return database


def fetched(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as engine:
        return engine.execute(query).fetchall()


def execute(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, autocommit=True)) as engine:
        engine.execute(statement)


def fill(path: Path, *rows: Row) -> None:
    with closing(reopen_sqlite(path)) as warehouse, warehouse.transaction(TenantDatabase(reopen_sqlite).claim) as tx:
        tx.upsert(LINES, rows, checkpoint(LINES))


def test_opening_never_creates(tmp_path: Path) -> None:
    with pytest.raises(Broken) as missing:
        open_sqlite(tmp_path / "none.db", release="1", clock=at_noon)
    assert missing.value.cause is Cause.DATABASE_MISSING
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_may_read_a_new_file(tmp_path: Path) -> None:
    create_sqlite(tmp_path / "new.db")
    assert stat.S_IMODE((tmp_path / "new.db").stat().st_mode) == 0o600


def test_making_a_database_again_leaves_it_as_it_is(path: Path) -> None:
    fill(path, line(1))
    create_sqlite(path)
    assert fetched(path, "SELECT COUNT(*) FROM exact_Lines") == [(1,)]


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("not a database " * 100)
    with pytest.raises(Broken, match=r"text\.db") as unusable:
        reopen_sqlite(tmp_path / "text.db")
    assert unusable.value.cause is Cause.DATABASE_UNUSABLE


def test_every_amount_is_stored_as_an_integer_and_sums_exactly(path: Path) -> None:
    fill(path, line(1), line(2))
    names = [column.name for column in LINES.columns if column.word in SCALE]
    types = ", ".join(f"typeof({name})" for name in names)
    assert set(fetched(path, f"SELECT {types} FROM exact_Lines")) == {("integer",) * len(names)}
    assert fetched(path, "SELECT SUM(Amount) FROM exact_Lines") == [(-246800,)]


def test_no_amount_can_be_stored_as_anything_else(path: Path) -> None:
    fill(path, line(1))
    with pytest.raises(sqlite3.IntegrityError):
        execute(path, "UPDATE exact_Lines SET Amount = 12.34")


def test_every_stream_of_the_catalogue_has_integer_amounts(tmp_path: Path) -> None:
    create_sqlite(tmp_path / "all.db")
    with closing(open_sqlite(tmp_path / "all.db", release="1", clock=at_noon)) as warehouse:
        warehouse.migrate()
    for stream in CATALOGUE.values():
        found = fetched(tmp_path / "all.db", f"SELECT name, type FROM pragma_table_info('exact_{stream.name}')")
        assert {(c.name, "INTEGER") for c in stream.columns if c.word in SCALE} <= set(found)


def test_unchanged_rows_are_not_rewritten(path: Path) -> None:
    fill(path, line(1), line(2))
    with closing(Connection(path, 1)) as connection:
        before = connection.all("SELECT _id, _run FROM exact_Lines")
    fill(path, line(1), line(2, version=2))
    with closing(Connection(path, 1)) as connection:
        assert connection.all("SELECT _id, _run FROM exact_Lines") == before


def test_an_anonymised_name_is_gone_from_the_file_too(path: Path) -> None:
    database = TenantDatabase(lambda: reopen_sqlite(path))
    with closing(database.open()):
        database.write(LINES, *(line(n, Description=f"Jansen {n} " + "x" * 9000 * (n % 2)) for n in range(50)))
        assert any(b"Jansen" in file.read_bytes() for file in path.parent.iterdir())
        database.write(RELATIONS, row(RELATIONS, ID=key(900), Timestamp=1, IsAnonymised=True))
    assert not any(b"Jansen" in file.read_bytes() for file in path.parent.iterdir())


def test_a_page_is_looked_up_by_the_index_of_keys(path: Path) -> None:
    plan = fetched(
        path,
        "EXPLAIN QUERY PLAN SELECT 1 FROM exact_Lines WHERE _division = 7 "
        "AND ID IN (SELECT value FROM json_each('[]'))",
    )
    assert "USING COVERING INDEX sqlite_autoindex_exact_Lines_1 (_division=? AND ID=?)" in str(plan)


def test_the_first_write_of_each_run_has_a_time(path: Path) -> None:
    fill(path, line(1))
    fill(path, line(2))
    assert fetched(path, "SELECT run, written_at FROM sync_runs") == [(1, at_noon().isoformat())]


def test_a_database_locked_too_long_is_tried_again_later(path: Path) -> None:
    with closing(reopen_sqlite(path, busy_seconds=0.01)) as waiting, closing(Connection(path, 1)) as holder:
        with holder.writing(), pytest.raises(RetryLater) as busy:
            waiting.transaction(TenantDatabase(reopen_sqlite).claim).__enter__()
        assert busy.value.cause is Cause.DATABASE_BUSY


@pytest.mark.parametrize(
    ("code", "kind", "cause"),
    [
        (sqlite3.SQLITE_BUSY_SNAPSHOT, RetryLater, Cause.DATABASE_BUSY),
        (sqlite3.SQLITE_FULL, Broken, Cause.DATABASE_FULL),
        (sqlite3.SQLITE_CORRUPT_INDEX, Broken, Cause.DATABASE_UNUSABLE),
        (sqlite3.SQLITE_IOERR_FSYNC, Broken, Cause.DATABASE_UNUSABLE),
        (sqlite3.SQLITE_CANTOPEN, Broken, Cause.DATABASE_MISSING),
        (sqlite3.SQLITE_CONSTRAINT, Broken, Cause.BUG),
    ],
)
def test_errors_of_sqlite_are_sorted_by_number(code: int, kind: type[PipelineError], cause: Cause) -> None:
    error = sqlite3.OperationalError("text")
    error.sqlite_errorcode = code
    found = translated(error, "tenant.db")
    assert (type(found), found.cause) == (kind, cause)


def test_a_column_new_in_the_catalogue_is_added_once_and_rows_stay(path: Path) -> None:
    fill(path, line(1))
    wider = replace(LINES, columns=(*LINES.columns, column("Project", Word.KEY)))
    with closing(reopen_sqlite(path, release="2", streams=(wider,))) as warehouse:
        for _ in range(2):
            warehouse.migrate()
        assert list(warehouse.read_rows(wider, 7)) == [(*line(1), None)]
    added = fetched(path, "SELECT addition, release FROM sync_schema_additions WHERE release = '2'")
    assert added == [("exact.Lines.Project", "2")]


def test_the_release_before_still_writes_after_a_column_was_added(path: Path) -> None:
    wider = replace(TERMS, columns=(*TERMS.columns, column("Project", Word.KEY)))
    with closing(reopen_sqlite(path, release="2", streams=(wider,))) as warehouse:
        warehouse.migrate()
    database = TenantDatabase(lambda: reopen_sqlite(path))
    with closing(database.open()):
        database.write(TERMS, row(TERMS, ID=key(1), Timestamp=1))
        assert database.keys(TERMS) == [key(1)]


def test_a_database_of_a_newer_release_is_not_touched(path: Path) -> None:
    execute(path, f"INSERT INTO sync_schema_migrations VALUES ({LATEST + 1}, 'later', '9', 'now')")
    wider = replace(LINES, name="Wider")
    with closing(reopen_sqlite(path, streams=(wider,))) as warehouse, pytest.raises(Broken) as newer:
        warehouse.migrate()
    assert newer.value.cause is Cause.SCHEMA_NEWER
    assert fetched(path, "SELECT 1 FROM sqlite_schema WHERE name = 'exact_Wider'") == []


def test_a_migration_that_fails_leaves_neither_change_nor_record(path: Path) -> None:
    execute(path, 'CREATE INDEX "exact_Later_1" ON sync_runs (written_at)')
    later = replace(LINES, name="Later")
    with closing(reopen_sqlite(path, streams=(*STREAMS, later))) as warehouse, pytest.raises(Broken):
        warehouse.migrate()
    assert fetched(path, "SELECT 1 FROM sqlite_schema WHERE name = 'exact_Later'") == []
    assert fetched(path, "SELECT 1 FROM sync_schema_additions WHERE addition = 'exact.Later'") == []


def test_each_step_is_recorded_with_its_release(tmp_path: Path) -> None:
    database = sqlite_database(tmp_path)
    with closing(database.open()) as warehouse:
        warehouse.migrate()
    found = fetched(tmp_path / "tenant.db", "SELECT number, release FROM sync_schema_migrations ORDER BY number")
    assert found == [(number, "1") for number in range(1, LATEST + 1)]
