"""`qics streams` shows the catalogue as it is."""

from __future__ import annotations

from qics.exits import Exit
from shared.streams import CATALOGUE, DELETED
from tests.support.desk import Terminal


def test_every_stream_is_listed_with_its_columns_counted(terminal: Terminal) -> None:
    listed = terminal.json("streams")
    assert {row["name"]: row["columns"] for row in listed} == {
        stream.name: len(stream.columns) for stream in (*CATALOGUE.values(), DELETED)
    }


def test_the_list_for_people_says_how_often_each_is_read(terminal: Terminal) -> None:
    lines = terminal.lines("streams")
    assert any(line.split()[:4] == ["TransactionLines", "changes", "every", "run"] for line in lines)
    assert any(line.split()[:3] == ["Journals", "snapshot", "daily"] for line in lines)


def test_the_columns_of_one_stream_say_what_they_are_for_and_what_to_mind(terminal: Terminal) -> None:
    notes = {row["name"]: (row["type"], row["purpose"], row["note"]) for row in terminal.json("streams", "Accounts")}
    assert notes["Name"] == ("text", "naming", "can name a person")
    assert notes["CountryName"] == ("text", "analysis", "copied from another record")


def test_an_unknown_stream_is_refused_with_the_command_that_lists_them(terminal: Terminal) -> None:
    result = terminal.run("streams", "Ledger")
    assert result.exit_code == Exit.REFUSED
    assert "`qics streams`" in result.stderr
