from dataclasses import replace

import pytest

from shared.errors import Broken, Cause
from shared.streams import CATALOGUE
from shared.streams.model import Stream, Word
from shared.warehouse import ddl, migrations
from shared.warehouse.names import Dialect
from shared.warehouse.schema import Table, rows_table, tables
from tests.support.warehouse import ADMINISTRATIONS, BALANCES, JOURNALS, LINES, STREAMS, TERMS, column

ALL = {(table.schema, table.name): table for table in tables(STREAMS)}


def beside(stream: Stream) -> set[str]:
    return {schema for schema, name in ALL if name == stream.name}


@pytest.mark.parametrize(
    ("stream", "schemas"),
    [
        (LINES, {"exact", "mark"}),
        (TERMS, {"exact", "mark", "history"}),
        (JOURNALS, {"exact", "mark"}),
        (BALANCES, {"exact", "stage"}),
        (ADMINISTRATIONS, {"exact"}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_stream_has_the_tables_its_kind_needs(stream: Stream, schemas: set[str]) -> None:
    assert beside(stream) == schemas


def test_rows_are_known_by_the_division_of_the_request_and_their_own_key() -> None:
    assert rows_table(LINES).key == ("_division", "ID")
    assert rows_table(ADMINISTRATIONS).key == ("Code",)


def test_versions_are_indexed_within_division_and_epoch() -> None:
    assert rows_table(LINES).indexes == (("_division", "_epoch", "Timestamp"),)
    assert rows_table(JOURNALS).indexes == ()


def test_only_keys_and_versions_of_exact_are_required() -> None:
    required = {field.name for field in rows_table(LINES).fields if field.required}
    assert required == {"_division", "ID", "Timestamp", "_epoch", "_run"}


@pytest.mark.parametrize("table", tables(CATALOGUE.values()), ids=lambda table: f"{table.schema}.{table.name}")
def test_every_column_of_a_key_or_index_exists_and_has_a_bounded_type(table: Table) -> None:
    words = {field.name: field.word for field in table.fields}
    used = {name for names in (table.key, *table.indexes) for name in names}
    assert used <= words.keys()
    assert Word.TEXT not in {words[name] for name in used}


def test_tables_are_written_for_both_engines() -> None:
    (sqlite, index), (tsql, _) = (ddl.create(rows_table(LINES), dialect) for dialect in Dialect)
    assert sqlite.startswith('CREATE TABLE "exact_Lines" (\n    "_id" INTEGER PRIMARY KEY,')
    assert sqlite.endswith("STRICT")
    assert "[Amount] decimal(19, 4) NULL" in tsql
    assert index == 'CREATE INDEX "exact_Lines_1" ON "exact_Lines" ("_division", "_epoch", "Timestamp")'


def existing() -> dict[tuple[str, str], set[str]]:
    return {name: {field.name for field in table.fields} for name, table in ALL.items()}


def test_nothing_is_added_where_nothing_is_lacking() -> None:
    assert migrations.additions(STREAMS, existing(), Dialect.SQLITE) == []


def test_a_new_column_is_added_wherever_the_stream_is_kept_and_nullable() -> None:
    wider = replace(TERMS, columns=(*TERMS.columns, column("EndDate", Word.DAY)))
    found = migrations.additions((wider,), existing(), Dialect.TSQL)
    assert [addition.statements for addition in found] == [
        ["ALTER TABLE [exact].[Terms] ADD [EndDate] date NULL"],
        ["ALTER TABLE [history].[Terms] ADD [EndDate] date NULL"],
    ]


def test_what_a_newer_release_added_is_left_alone() -> None:
    narrower = replace(LINES, columns=LINES.columns[:-1])
    assert migrations.additions((narrower,), existing(), Dialect.SQLITE) == []


def test_steps_are_numbered_without_gaps() -> None:
    assert [step.number for step in migrations.STEPS] == list(range(1, migrations.LATEST + 1))


def test_a_database_of_a_newer_release_is_refused() -> None:
    with pytest.raises(Broken) as refused:
        migrations.pending(migrations.LATEST + 1)
    assert refused.value.cause is Cause.SCHEMA_NEWER
