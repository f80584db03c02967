"""An anonymised relation is named nowhere, in whatever order its pages arrive, on every engine."""

import itertools
import json

import pytest

from shared.warehouse.protocol import Row, Superseded, Written
from tests.support.warehouse import LINES, RELATIONS, TERMS, TenantDatabase, key, line, refusal, row

PERSON, OTHER = 900, 901
WITHHELD = "[anonymised]"


def relation(number: int, version: int, name: str | None, *, anonymised: bool = False) -> Row:
    return row(RELATIONS, ID=key(number), Timestamp=version, Name=name, IsAnonymised=anonymised)


def term(version: int, reference: str, account: int = PERSON) -> Row:
    return row(TERMS, ID=key(1), Timestamp=version, Account=key(account), Reference=reference)


def forget(database: TenantDatabase, version: int = 9) -> None:
    database.write(RELATIONS, relation(PERSON, version, "still named", anonymised=True))


def test_the_relation_itself_loses_its_name(database: TenantDatabase) -> None:
    database.write(RELATIONS, relation(PERSON, 5, "Jansen"), relation(OTHER, 5, "Pietersen"))
    forget(database)
    assert database.rows(RELATIONS) == [
        relation(PERSON, 9, WITHHELD, anonymised=True),
        relation(OTHER, 5, "Pietersen"),
    ]


def test_what_is_missing_stays_missing(database: TenantDatabase) -> None:
    database.write(RELATIONS, relation(PERSON, 9, None, anonymised=True))
    assert database.rows(RELATIONS) == [relation(PERSON, 9, None, anonymised=True)]


WRITES = {
    "line": lambda database: database.write(LINES, line(1, 5, Description="Jansen"), line(2, 5, Account=key(OTHER))),
    "relation": lambda database: database.write(RELATIONS, relation(PERSON, 5, "Jansen")),
    "anonymised": forget,
    "term": lambda database: database.write(TERMS, term(6, "Jansen")),
}


@pytest.mark.parametrize("order", list(itertools.permutations(WRITES)), ids=" ".join)
def test_no_order_of_pages_keeps_a_name(database: TenantDatabase, order: tuple[str, ...]) -> None:
    for name in order:
        WRITES[name](database)
    stored = [database.rows(stream) for stream in (LINES, RELATIONS, TERMS)]
    assert "Jansen" not in str(stored)
    assert line(2, 5, Account=key(OTHER)) in stored[0]


def test_the_same_row_again_is_unchanged(database: TenantDatabase) -> None:
    forget(database)
    database.write(LINES, line(1, 5, Description="Jansen"))
    assert database.write(LINES, line(1, 5, Description="Jansen")) == Written(unchanged=1)


def test_superseded_versions_lose_the_name_too(database: TenantDatabase) -> None:
    database.write(TERMS, term(1, "Jansen"))
    database.write(TERMS, term(2, "Jansen again"))
    forget(database)
    assert list(database.warehouse.history(TERMS, 7)) == [Superseded(term(1, WITHHELD), 1, 1)]


def record(account: int) -> str:
    return json.dumps({"Account": key(account).upper(), "Description": "Jansen", "Amount": 1.10, "Code": None})


@pytest.mark.parametrize("first", ["refused", "anonymised"])
def test_records_set_aside_lose_the_name_and_nothing_else(database: TenantDatabase, first: str) -> None:
    if first == "anonymised":
        forget(database)
    database.refuse(LINES, refusal(1, 5, record(PERSON)), refusal(2, 5, record(OTHER)))
    forget(database)
    (_, mine), (_, other) = database.warehouse.set_aside(7)
    assert json.loads(mine.record) == json.loads(record(PERSON)) | {"Description": WITHHELD}
    assert other.record == record(OTHER)


def test_a_refused_record_can_say_that_its_relation_is_anonymised(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 5, Description="Jansen"))
    refused = json.dumps({"ID": key(PERSON), "Name": "Jansen", "IsAnonymised": True})
    database.refuse(RELATIONS, refusal(PERSON, 9, refused))
    ((_, kept),) = database.warehouse.set_aside(7)
    assert "Jansen" not in kept.record
    assert database.rows(LINES) == [line(1, 5, Description=WITHHELD)]


def test_other_divisions_keep_their_names(database: TenantDatabase) -> None:
    database.write(LINES, line(1, 5), division=8)
    forget(database)
    assert database.rows(LINES, 8) == [line(1, 5)]
