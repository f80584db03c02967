"""Given a recording's values, the writer returns its bytes: every full reply of the kit."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from local.exact_simulator import layout
from local.exact_simulator.lexer import literals
from local.exact_simulator.paging import chosen, page, server_order
from local.exact_simulator.query import parse
from local.exact_simulator.rows import RowWriter
from local.exact_simulator.schema import entity

FULL = [
    "01-current-Me-full",
    "02-current-Me-select-one",
    "03-system-Divisions-results",
    "05-financial-GLAccounts-page1-orderby",
    "06-financial-GLAccounts-page2-last",
    "07-financial-GLAccounts-page1-default",
    "08-financialtransaction-TransactionLines-page1",
    "09-financialtransaction-TransactionLines-page2",
    "11-financial-Journals-full",
    "12-financial-Journals-select",
    "13-vat-VATCodes-results",
    "15-financialtransaction-Transactions",
    "16-cashflow-Payments-empty-results",
    "18-salesorder-SalesOrders-empty-array",
    "19-crm-Accounts-select-top1000",
    "20-crm-Accounts-select-noCode",
    "21-crm-Accounts-single",
    "27-logistics-Items-results",
    "28-logistics-Items-single-full",
    "29-logistics-ItemGroups",
    "30-purchaseentry-PurchaseEntries-select",
    "32-salesinvoice-SalesInvoices-select",
    "34-salesinvoice-SalesInvoices-single-deferred",
]


def parsed(kit: Path, name: str) -> Any:
    text = (kit / "recorded" / f"{name}.json").read_text(encoding="ascii")
    return json.loads(text, parse_float=Decimal, object_hook=_values)


def _values(members: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in members.items()}


def _value(value: Any) -> Any:
    found = re.fullmatch(r"/Date\((-?\d+)\)/", value) if isinstance(value, str) else None
    return datetime.fromisoformat("1970-01-01") + timedelta(milliseconds=int(found[1])) if found else value


def member(name: str, value: Any) -> str:
    if name == "__metadata":
        return layout.metadata(value["uri"], value["type"])
    if isinstance(value, dict):
        return layout.deferred(name, value["__deferred"]["uri"])
    return f'"{name}": {layout.scalar(value)}'


def entry(row: dict[str, Any]) -> str:
    return layout.brace(", ".join(member(name, value) for name, value in row.items()))


def written(d: Any) -> bytes:
    """Lay out a reply in whichever of the shapes it has."""
    if isinstance(d, list):
        return layout.listing(map(entry, d), as_array=True)
    if "results" in d:
        return layout.listing(map(entry, d["results"]), d.get("__next", ""))
    return layout.document("d", entry(d))


@pytest.mark.parametrize("name", FULL)
def test_a_full_recording_is_written_to_the_byte(kit: Path, name: str) -> None:
    assert written(parsed(kit, name)["d"]) == (kit / "recorded" / f"{name}.json").read_bytes()


def test_no_full_recording_of_the_kit_is_left_out(kit: Path) -> None:
    names = {path.stem for path in (kit / "recorded").glob("*.json")}
    assert {name for name in names if int(name[:2]) <= 34} == set(FULL)


@pytest.mark.parametrize(
    ("name", "served"),
    [
        ("02-current-Me-select-one", "Me"),
        ("08-financialtransaction-TransactionLines-page1", "TransactionLines/regular"),
        ("09-financialtransaction-TransactionLines-page2", "TransactionLines/regular"),
        ("12-financial-Journals-select", "Journals"),
        ("29-logistics-ItemGroups", "ItemGroups"),
    ],
)
def test_rows_of_a_served_entity_are_written_to_the_byte(kit: Path, name: str, served: str) -> None:
    d = parsed(kit, name)["d"]
    rows = d["results"]
    collection = rows[0]["__metadata"]["uri"].partition("(")[0]
    known = entity(served)
    selected = [column for column in known.properties if column in rows[0]]
    write = RowWriter(known, selected, collection)
    kind = rows[0]["__metadata"]["type"]
    ours = layout.listing(
        map(write, [row | {"UserID": "0f0f0f0f-0000-4000-8000-000000000001"} for row in rows]), d.get("__next", "")
    )
    assert ours == (kit / "recorded" / f"{name}.json").read_bytes()
    assert known.type == kind


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Unrecognized 'Edm.Guid' literal 'guid'dsadsds'' in '6'.", "50-error-400-guid-literal"),
        ("Please add a $select or a $top=1 statement to the query string.", "53-error-400-select-or-top"),
        ("Bad Request - Error in query syntax.", "54-error-400-query-syntax"),
    ],
)
def test_an_error_envelope_is_written_to_the_byte(kit: Path, text: str, name: str) -> None:
    assert layout.error(text) == (kit / "recorded" / f"{name}.txt").read_bytes()


LINES = (
    "$orderby=Modified asc&$select=ID,EntryID,AmountDC,GLAccount,GLAccountCode,Description,VATCode,Modified&$top=100"
)


def test_the_next_link_of_an_ordered_list_is_the_recorded_one(kit: Path) -> None:
    d = parsed(kit, "08-financialtransaction-TransactionLines-page1")["d"]
    rest = parsed(kit, "09-financialtransaction-TransactionLines-page2")["d"]["results"]
    known = entity("TransactionLines/regular")
    query = parse(LINES, known)
    found = page(chosen(reversed(d["results"] + rest), query, known), query, known, 60, next_on_full=False)
    assert found.next_link(d["__next"].partition("?")[0]) == d["__next"]
    assert [row["ID"] for row in found.rows] == [row["ID"] for row in d["results"]]


def test_the_recorded_next_link_leads_to_the_recorded_second_page(kit: Path) -> None:
    d = parsed(kit, "08-financialtransaction-TransactionLines-page1")["d"]
    rest = parsed(kit, "09-financialtransaction-TransactionLines-page2")["d"]["results"]
    known = entity("TransactionLines/regular")
    query = parse(d["__next"].partition("?")[2], known)
    found = page(chosen(d["results"] + rest, query, known), query, known, 60, next_on_full=False)
    assert [row["ID"] for row in found.rows] == [row["ID"] for row in rest]
    assert (found.next_options, found.as_array) == ([], False)


def test_a_list_without_order_comes_as_recorded_in_the_order_of_sql_server(kit: Path) -> None:
    rows = parsed(kit, "07-financial-GLAccounts-page1-default")["d"]["results"]
    assert sorted(rows, key=lambda row: server_order(row["ID"])) == rows


def test_the_recorded_tokens_are_read(kit: Path) -> None:
    token = "datetime'2024-09-09T12:40:29.9',guid'd4784044-7c1e-4da0-8432-98638e87c3d4'"
    assert literals(token) == [datetime.fromisoformat("2024-09-09T12:40:29.9"), "d4784044-7c1e-4da0-8432-98638e87c3d4"]
