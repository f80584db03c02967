"""A take-out holds all there is, to the cent, and a database can be made of it; read by other programs."""

from __future__ import annotations

import sqlite3
import subprocess
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from shared.errors import Refused
from shared.reporting import VIEWS
from shared.streams import CATALOGUE
from shared.streams.model import SCALE, Word
from shared.takeout.content import table_parts, view_parts
from tests.support.takeout import RECORD, Watched, asked, change_row, csv_rows, csv_sum, manifest, taken

PARTS = {part.path: part for part in (*table_parts(), *view_parts())}


def stored_name(path: str) -> str:
    """The table, or the view whose amounts are whole numbers."""
    return f'"{path.replace("/", "_", 1).replace("reporting_", "scaled_", 1)}"'


def entries(folder: Path) -> dict[str, dict[str, Any]]:
    return {f"{each['schema']}/{each['name']}": each for each in manifest(folder)["tables"]}


@pytest.mark.parametrize("path", PARTS)
def test_rows_and_sums_of_every_table_are_those_of_the_database(path: str, books: Path, take_out_of: Path) -> None:
    money = [name for name, word in PARTS[path].columns if word is Word.MONEY]
    asked_for = ", ".join(["COUNT(*)", *(f'COALESCE(SUM("{name}"), 0)' for name in money)])
    ((rows, *sums),) = asked(books, f"SELECT {asked_for} FROM {stored_name(path)}")
    entry = entries(take_out_of)[path]
    assert entry["rows"] == rows
    assert {name: Decimal(each) for name, each in entry["sums"].items()} == {
        name: Decimal(each).scaleb(-4) for name, each in zip(money, sums, strict=True)
    }


@pytest.mark.parametrize("path", PARTS)
def test_both_files_of_a_table_hold_what_the_manifest_says(path: str, take_out_of: Path) -> None:
    entry = entries(take_out_of)[path]
    table = parquet.read_table(take_out_of / f"parquet/{path}.parquet")
    rows = csv_rows(take_out_of / f"csv/{path}.csv")
    assert (table.num_rows, len(rows)) == (entry["rows"], entry["rows"])
    for name, said in entry["sums"].items():
        assert sum(filter(None, table.column(name).to_pylist()), Decimal(0)) == Decimal(said)
        assert csv_sum(take_out_of / f"csv/{path}.csv", name) == Decimal(said)


@pytest.mark.parametrize("path", PARTS)
def test_values_are_the_same_in_parquet_and_in_csv(path: str, take_out_of: Path) -> None:
    table = parquet.read_table(take_out_of / f"parquet/{path}.parquet")
    rows = csv_rows(take_out_of / f"csv/{path}.csv")
    for name, word in PARTS[path].columns:
        values = table.column(name).to_pylist()
        assert [text(value, word) for value in values] == [row[name] for row in rows]


def text(value: object, word: Word) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case Decimal():
            return f"{value:.{SCALE[word]}f}"
    return value.isoformat(" ", "milliseconds") if word is Word.LOCAL_TIME else str(value)  # type: ignore[attr-defined]


def test_every_table_of_exact_and_every_view_is_taken_along(take_out_of: Path, books: Path) -> None:
    of_exact = {
        name for (name,) in asked(books, "SELECT name FROM sqlite_schema WHERE name GLOB 'exact_*' AND type = 'table'")
    }
    assert {path.replace("/", "_", 1) for path in PARTS if path.startswith("exact/")} == of_exact
    assert {path for path in PARTS if path.startswith("reporting/")} == {f"reporting/{name}" for name in VIEWS}
    assert {f"exact/{name}" for name in CATALOGUE} < set(PARTS) == set(entries(take_out_of))


def test_records_set_aside_and_superseded_terms_go_along(take_out_of: Path) -> None:
    (refused,) = csv_rows(take_out_of / "csv/sync/set_aside.csv")
    assert (refused["key"], refused["record"]) == ("refused-1", RECORD)
    assert entries(take_out_of)["history/PaymentTerms"]["rows"] > 0


def test_every_file_is_in_the_manifest_with_its_checksum(take_out_of: Path) -> None:
    told = manifest(take_out_of)
    said = {file["path"]: file for each in told["tables"] for file in each["files"]}
    said |= {file["path"]: file for file in told["others"]}
    there = {
        path.relative_to(take_out_of).as_posix(): path.read_bytes() for path in take_out_of.rglob("*") if path.is_file()
    }
    assert there.keys() - said.keys() == {"manifest.json"}
    for name, file in said.items():
        assert (sha256(there[name]).hexdigest(), len(there[name])) == (file["sha256"], file["bytes"])


def test_the_lines_taken_along_are_those_of_the_last_proof(take_out_of: Path) -> None:
    lines: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for row in csv_rows(take_out_of / "csv/exact/TransactionLines.csv"):
        lines[row["_division"], row["FinancialYear"]].append(Decimal(row["AmountDC"] or 0))
    proofs = csv_rows(take_out_of / "csv/reporting/proofs.csv")
    proven = {
        (row["division"], row["proof_scope"]): (Decimal(row["copied_amount_dc"]), int(row["copied_lines"]))
        for row in proofs
        if row["proof_subject"] == "ledger"
    }
    assert proven == {year: (sum(amounts), len(amounts)) for year, amounts in lines.items()}


def test_the_manifest_says_how_each_division_stands(books: Path, take_out_of: Path) -> None:
    standings = asked(books, "SELECT division, state FROM sync_standings ORDER BY division")
    assert [(each["division"], each["state"]) for each in manifest(take_out_of)["proof"]] == standings != []


def test_a_database_made_of_the_files_says_what_the_first_one_says(
    books: Path, take_out_of: Path, tmp_path: Path
) -> None:
    made = tmp_path / "made.sqlite3"
    done = subprocess.run(
        ["sqlite3", made, ".read recreate-sqlite.sql"], cwd=take_out_of, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    for path, part in PARTS.items():
        columns = ", ".join(f"NULLIF(\"{name}\", '')" for name, _ in part.columns)
        query = f"SELECT {columns} FROM {stored_name(path)}"
        assert sorted(map(repr, asked(made, query))) == sorted(map(repr, asked(books, query))), path


def test_an_interrupted_take_out_goes_on_where_it_was(books: Path, take_out_of: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        taken(books, folder, Watched(last=20))
    assert not (folder / "manifest.json").exists()
    rest = Watched()
    made = taken(books, folder, rest)
    assert len(rest.parts) == len(PARTS) - 20
    assert [each.files for each in made.tables] == [
        each.files for each in taken(books, tmp_path / "whole", Watched()).tables
    ]
    assert {path.name for path in folder.iterdir()} == {path.name for path in take_out_of.iterdir()}


def test_a_take_out_begins_anew_when_the_database_was_changed_meanwhile(
    copy_of: Callable[[], Path], tmp_path: Path
) -> None:
    path, folder = copy_of(), tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        taken(path, folder, Watched(last=70))
    change_row(path, 2)
    rest = Watched()
    taken(path, folder, rest)
    assert len(rest.parts) == len(PARTS)
    assert len(csv_rows(folder / "csv/sync/set_aside.csv")) == 2


def test_all_files_are_of_one_moment_though_others_write_meanwhile(copy_of: Callable[[], Path], tmp_path: Path) -> None:
    path = copy_of()

    class Disturbed(Watched):
        def begin(self, part: Any, rows: int, place: int, parts: int) -> None:
            if place == 2:
                with closing(sqlite3.connect(path)) as other, other:
                    other.execute("DELETE FROM exact_PaymentTerms")
            super().begin(part, rows, place, parts)

    made = taken(path, tmp_path / "out", Disturbed())
    assert asked(path, "SELECT COUNT(*) FROM exact_PaymentTerms") == [(0,)]
    assert {each.name: each.rows for each in made.tables}["payment_terms"] > 0


def test_a_folder_in_use_and_one_of_another_tenant_are_refused(books: Path, take_out_of: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not empty"):
        taken(books, take_out_of, Watched())
    with pytest.raises(KeyboardInterrupt):
        taken(books, tmp_path / "out", Watched(last=1))
    with pytest.raises(Refused, match="another tenant"):
        taken(books, tmp_path / "out", Watched(), tenant="other")


def test_what_is_taken_out_is_for_its_owner_only(take_out_of: Path) -> None:
    assert take_out_of.stat().st_mode & 0o077 == 0
