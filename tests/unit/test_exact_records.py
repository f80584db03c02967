"""Raw rows become the catalogue's rows; what does not fit is set aside, and the rest of the page goes on."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Cause, StreamStopped
from shared.exact.columns import WHOLE
from shared.exact.records import Reader, reader
from shared.exact.values import CONVERTERS, Unfit
from shared.exact.wire import decode_record
from shared.streams import CATALOGUE, stream
from shared.streams.model import Column, Kind, Purpose, Stream, Word

ID = "4f3cb13e-8984-4cc5-b69a-5271a9bdd7c9"
FIELDS = {"Code": Word.CODE, "Amount": Word.MONEY, "Date": Word.DAY}
LINES = Stream(
    name="Lines",
    path="{division}/sync/Lines",
    kind=Kind.CHANGES,
    rights="sync/Lines",
    scope_group="financial/accounting",
    version="Timestamp",
    columns=tuple(
        Column(name, word, Purpose.LEDGER)
        for name, word in {"ID": Word.KEY, "Timestamp": Word.VERSION, "Division": Word.NUMBER, **FIELDS}.items()
    ),
)


def raw(**changes):
    row = {"ID": ID, "Timestamp": "5", "Division": 7, "Code": "  1300", "Amount": 1, "Date": "/Date(0)/"}
    return {name: value for name, value in {**row, **changes}.items() if value is not ...}


def read(*rows, of=LINES, division=7):
    return Reader(of).read(rows, division)


@pytest.mark.parametrize(
    ("word", "value", "expected"),
    [
        (Word.KEY, ID.upper(), ID),
        (Word.CODE, "           1265594 ", "1265594"),
        (Word.CODE, "000000000000001300", "000000000000001300"),
        (Word.CODE, "", ""),
        (Word.TEXT, "  as it is ", "  as it is "),
        (Word.DAY, "/Date(1735603200000)/", date(2024, 12, 31)),
        (Word.DAY, "/Date(1735603199999)/", date(2024, 12, 30)),
        (Word.DAY, "/Date(-1)/", date(1969, 12, 31)),
        (Word.LOCAL_TIME, "/Date(1723472960657)/", datetime.fromisoformat("2024-08-12T14:29:20.657")),
        (Word.LOCAL_TIME, "/Date(-62135596800000)/", datetime.fromisoformat("0001-01-01")),
        (Word.VERSION, "9223372036854775807", 2**63 - 1),
        (Word.VERSION, 9007199254740993, 9007199254740993),
        (Word.MONEY, 300, Decimal("300.0000")),
        (Word.MONEY, Decimal("-16.5"), Decimal("-16.5000")),
        (Word.MONEY, Decimal("0.30000000000000004"), Decimal("0.3")),
        (Word.MONEY, Decimal("5.684341886080802E-14"), Decimal(0)),
        (Word.MONEY, Decimal("1234567890.1200001"), Decimal("1234567890.12")),
        (Word.RATE, Decimal("0.923787528868360"), Decimal("0.923787529")),
        (Word.QUANTITY, Decimal("1.000001"), Decimal("1.000001")),
        (Word.FLAG, True, True),
        (Word.FLAG, 0, False),
        (Word.FLAG, 2, True),
        (Word.NUMBER, 90, 90),
        (Word.NUMBER, "90", 90),
        (Word.NUMBER, -(2**31), -(2**31)),
    ],
)
def test_a_value_becomes_what_its_word_says(word, value, expected):
    assert CONVERTERS[word](value) == expected


@pytest.mark.parametrize(
    ("word", "value"),
    [
        (Word.KEY, "4f3cb13e"),
        (Word.KEY, ID + "\n"),
        (Word.KEY, 7),
        (Word.CODE, 1300),
        (Word.TEXT, {"__deferred": {}}),
        (Word.DAY, "2024-12-31"),
        (Word.DAY, "/Date(999999999999999)/"),
        (Word.LOCAL_TIME, "/Date(1_0)/"),
        (Word.LOCAL_TIME, "/Date(-99999999999999)/"),
        (Word.VERSION, str(2**63)),
        (Word.VERSION, "1.5"),
        (Word.VERSION, Decimal("1.5")),
        (Word.VERSION, "٣"),
        (Word.VERSION, True),
        (Word.MONEY, Decimal("12.34567")),
        (Word.MONEY, Decimal("123456.78901")),
        (Word.MONEY, Decimal("33.333333333333336")),
        (Word.MONEY, Decimal("0.1000000000000000055511151231257827")),
        (Word.MONEY, 10**14),
        (Word.MONEY, Decimal("1E+400")),
        (Word.MONEY, "1.00"),
        (Word.MONEY, True),
        (Word.FLAG, 3),
        (Word.FLAG, "true"),
        (Word.FLAG, Decimal(1)),
        (Word.NUMBER, 2**31),
        (Word.NUMBER, Decimal("1.5")),
    ],
)
def test_a_value_that_is_no_such_thing_is_unfit(word, value):
    with pytest.raises(Unfit) as unfit:
        CONVERTERS[word](value)
    assert str(value) not in str(unfit.value)


def test_a_null_amount_is_never_minus_zero():
    assert str(CONVERTERS[Word.MONEY](Decimal("-0.0"))) == "0.0000"


wire_values = st.one_of(
    st.text(),
    st.sampled_from(
        [
            ID,
            ID.upper(),
            "/Date(0)/",
            "/Date(-5)/",
            "/Date(1723472960657)/",
            "/Date(0)/ /Date(0)/",
            f"{ID} {ID}",
            "7",
            "-7",
            "",
            "  x ",
        ]
    ),
    st.uuids().map(str),
    st.integers(-(2**65), 2**65),
    st.integers(-3, 3),
    st.booleans(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
)


@pytest.mark.parametrize("word", list(Word))
@given(st.lists(wire_values, min_size=1, max_size=5))
def test_a_column_at_once_gives_what_its_values_one_by_one_give_or_leaves_it_to_them(word, values):
    try:
        at_once = list(WHOLE[word](values, set(map(type, values))))
    except Unfit:
        return
    one_by_one = [CONVERTERS[word](value) for value in values]
    assert [(type(v), v, str(v)) for v in at_once] == [(type(v), v, str(v)) for v in one_by_one]


GOOD = {
    Word.KEY: st.uuids().map(lambda each: str(each).upper()),
    Word.CODE: st.text(),
    Word.TEXT: st.text(),
    Word.DAY: st.integers(-(10**12), 10**13).map(lambda ms: f"/Date({ms})/"),
    Word.LOCAL_TIME: st.integers(-(10**12), 10**13).map(lambda ms: f"/Date({ms})/"),
    Word.VERSION: st.integers(0, 2**63 - 1).map(str),
    Word.MONEY: st.decimals(-(10**9), 10**9, places=4),
    Word.RATE: st.decimals(0, 10**6, places=9),
    Word.QUANTITY: st.decimals(-(10**6), 10**6, places=6),
    Word.FLAG: st.booleans(),
    Word.NUMBER: st.integers(-(2**31), 2**31 - 1),
}


@pytest.mark.parametrize("word", list(Word))
@given(st.data())
def test_a_column_as_exact_writes_it_is_read_at_once(word, data):
    values = data.draw(st.lists(GOOD[word], min_size=1, max_size=5))
    assert list(WHOLE[word](values, set(map(type, values)))) == [CONVERTERS[word](value) for value in values]


def test_a_page_comes_out_in_the_order_of_the_catalogues_columns():
    assert read(raw(Amount=Decimal("1.5"))).rows == [(ID, 5, 7, "1300", Decimal("1.5"), date(1970, 1, 1))]


def test_an_empty_page_is_an_empty_page():
    assert (read().rows, read().refusals) == ([], [])


def test_a_property_that_is_missing_or_null_is_none():
    assert read(raw(Code=..., Date=None)).rows == [(ID, 5, 7, None, Decimal(1), None)]


def test_metadata_deferred_and_unknown_properties_are_dropped_by_not_being_selected():
    extra = {"__metadata": {"uri": "x"}, "Lines": {"__deferred": {"uri": "y"}}, "BrandNew": 1}
    assert read(raw(**extra)) == read(raw())


@pytest.mark.parametrize("value", [None, ...])
@pytest.mark.parametrize("name", ["ID", "Timestamp"])
def test_a_row_without_key_or_version_is_set_aside(name, value):
    found = read(raw(**{name: value}), raw())
    assert (len(found.rows), [refusal.reason for refusal in found.refusals]) == (1, [f"{name}: missing"])


def test_one_bad_value_sets_one_row_aside_and_the_page_goes_on():
    found = read(raw(), raw(ID=str(UUID(int=1)), Timestamp=6, Amount=Decimal("12.34567")), raw())
    refusal = found.refusals[0]
    assert (len(found.rows), refusal.key, refusal.version) == (2, str(UUID(int=1)), 6)
    assert refusal.reason == "Amount: digits beyond scale 4 that are no noise of a double"


def test_a_record_set_aside_holds_its_selected_columns_to_the_digit_and_can_be_read_again():
    refusal = read(raw(Amount=Decimal("12.345670"), Notes="private")).refusals[0]
    kept = decode_record(refusal.record)
    assert kept == raw(Amount=Decimal("12.34567"))
    assert '"Amount":12.345670' in refusal.record


def test_records_without_a_key_are_told_apart_by_their_content():
    keys = {refusal.key for refusal in read(raw(ID=None), raw(ID=None, Code="x"), raw(ID=None)).refusals}
    assert len(keys) == 2
    assert all(key.startswith("?") for key in keys)


@given(
    st.lists(st.fixed_dictionaries({}, optional={name: wire_values | st.none() for name in LINES.names}), max_size=6)
)
def test_any_rows_end_as_rows_or_set_aside_or_as_a_page_refused(rows):
    try:
        found = read(*rows)
    except StreamStopped as error:
        assert "asked of division 7" in str(error)  # noqa: PT017 -- either outcome is right
        return
    assert len(found.rows) + len(found.refusals) == len(rows)
    assert all(json.loads(refusal.record).keys() == set(LINES.names) for refusal in found.refusals)


@pytest.mark.parametrize("division", [8, "8", -7])
def test_rows_of_another_division_refuse_the_page(division):
    with pytest.raises(StreamStopped, match="Lines: asked of division 7, got rows of") as raised:
        read(raw(), raw(Division=division))
    assert raised.value.cause is Cause.PAGE_REFUSED


def test_a_row_whose_division_is_empty_belongs_to_the_one_asked():
    assert [row[2] for row in read(raw(Division=None), raw()).rows] == [None, 7]


def test_the_list_of_divisions_holds_any_division():
    found = Reader(CATALOGUE["Divisions"]).read([{"Code": 7}, {"Code": 8}], 7)
    assert [row[0] for row in found.rows] == [7, 8]


def test_a_variant_is_filled_in_and_part_of_the_key():
    opening = stream("OpeningBalances")
    row = {"GLAccount": ID, "ReportingYear": 2025, "Division": 7, "Amount": Decimal("12.34567")}
    refusal = Reader(opening, {"Variant": "CurrentYear/Processed"}).read([row], 7).refusals[0]
    assert refusal.key == f"CurrentYear/Processed|{ID}|2025"
    assert decode_record(refusal.record)["Variant"] == "CurrentYear/Processed"


def test_an_empty_cost_centre_in_a_key_is_stored_as_no_text():
    balance = stream("ReportingBalance")
    row = {"ReportingYear": 2025, "ReportingPeriod": 1, "GLAccount": ID, "Type": 20, "Status": 50, "Division": 7}
    found = Reader(balance).read([{**row, "CostCenterCode": None}], 7).rows[0]
    assert (found[balance.index["CostCenterCode"]], found[balance.index["CostUnitCode"]]) == ("", "")


def test_the_reader_of_a_stream_is_compiled_once():
    assert reader(LINES) is reader(LINES)
    assert reader(LINES, Code="a") is not reader(LINES, Code="b")
