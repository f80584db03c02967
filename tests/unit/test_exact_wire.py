"""The JSON of Exact: every shape, every digit, and no body that ends in anything but a value or a named error."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Cause, PipelineError, StreamStopped
from shared.exact.wire import RawPage, decode_function, decode_list, decode_object, decode_record

ROW = {"ID": "a", "Amount": 1}
SHAPES = {
    "results with a link": (
        b'{"d":{"results":[{"ID":"a","Amount":1}],"__next":"https://x/y"}}',
        RawPage([ROW], "https://x/y"),
    ),
    "results": (b'{"d":{"results":[{"ID":"a","Amount":1}]}}', RawPage([ROW], "")),
    "results with a null link": (b'{"d":{"results":[],"__next":null}}', RawPage([], "")),
    "array": (b'{"d":[{"ID":"a","Amount":1}]}', RawPage([ROW], "")),
    "empty array": (b'{\r\n"d" : [\r\n\r\n]\r\n}', RawPage([], "")),
    "one object": (b'{"d":{"ID":"a","Amount":1}}', RawPage([ROW], "")),
    "with a BOM": (b'\xef\xbb\xbf{"d":[]}', RawPage([], "")),
    "with a count": (b'{"d":{"__count":"1","results":[]}}', RawPage([], "")),
}


@pytest.mark.parametrize(("body", "page"), SHAPES.values(), ids=SHAPES)
def test_a_list_is_read_in_every_shape_it_comes_in(body, page):
    assert decode_list(body) == page


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"d":null}',
        b'{"d":1}',
        b'{"d":[1]}',
        b'{"d":{"results":{}}}',
        b'{"d":{"results":[null]}}',
        b'{"d":{"results":[],"__next":7}}',
        b'{"error":{"message":{"value":"no"}}}',
        b"<html></html>",
        b'{"d":[{"Amount":NaN}]}',
        b'{"d":[{"Amount":Infinity}]}',
        b'{"d":[',
        b"[" * 200_000,
    ],
)
def test_what_is_no_list_is_refused_by_name(body):
    with pytest.raises(StreamStopped) as raised:
        decode_list(body)
    assert raised.value.cause is Cause.PAGE_REFUSED


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("300", 300),
        ("316.5", Decimal("316.5")),
        ("-0", 0),
        ("0.1", Decimal("0.1")),
        ("1234567890123.4567", Decimal("1234567890123.4567")),
        ("0.30000000000000004", Decimal("0.30000000000000004")),
        ("5.684341886080802e-14", Decimal("5.684341886080802E-14")),
        ("9223372036854775807", 2**63 - 1),
        ("123456789012345678901234567890", 123456789012345678901234567890),
    ],
)
def test_a_number_keeps_every_digit(number, value):
    found = decode_list(b'{"d":[{"n":%s}]}' % number.encode()).rows[0]["n"]
    assert (type(found), found) == (type(value), value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_no_amount_passes_through_binary_arithmetic(amount):
    found = decode_list(b'{"d":[{"n":%s}]}' % str(amount).encode()).rows[0]["n"]
    assert Decimal(found) == amount


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (rb"a\u0000b", "ab"),
        (rb"a\\u0000b", r"a\u0000b"),
        (b"a\x00b", "ab"),
        (rb"cut \ud83d", "cut \ufffd"),
        (rb"whole \ud83d\ude00", "whole \U0001f600"),
        (b"tab\there", "tab\there"),
        (b"broken \xff", "broken \ufffd"),
        (rb"caf\u00e9 \/", "café /"),
    ],
)
def test_a_text_no_database_takes_is_mended_and_all_else_stays(written, text):
    assert decode_list(b'{"d":[{"t":"%s","n":1.10}]}' % written).rows == [{"t": text, "n": Decimal("1.10")}]


def attempt(decode, body):
    """The value, or the engine's own error; any other error fails the test."""
    try:
        return decode(body)
    except PipelineError as error:
        return error


@given(st.binary())
def test_any_bytes_end_in_a_value_or_a_named_error(body):
    for decode in (decode_list, decode_object, lambda each: decode_function(each, "X")):
        outcome = attempt(decode, body)
        assert not isinstance(outcome, Exception) or outcome.cause is Cause.PAGE_REFUSED


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False).map(float),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["d", "results", "__next", "x"]), json_values))
def test_any_json_ends_in_a_page_or_a_named_error(content):
    outcome = attempt(decode_list, json.dumps(content).encode())
    if isinstance(outcome, Exception):
        assert outcome.cause is Cause.PAGE_REFUSED
    else:
        assert all(isinstance(row, dict) for row in outcome.rows)


def test_one_object_is_read_from_a_list_of_one():
    assert decode_object(b'{"d":{"results":[{"ID":"a"}]}}') == {"ID": "a"}


@pytest.mark.parametrize("body", [b'{"d":[]}', b'{"d":[{},{}]}'])
def test_no_object_or_two_are_refused(body):
    with pytest.raises(StreamStopped, match="one object is expected"):
        decode_object(body)


@pytest.mark.parametrize("body", [b'{"d":{"UserHasRights":true}}', b'{"d":true}'])
def test_the_value_of_a_function_stands_under_its_name_or_alone(body):
    assert decode_function(body, "UserHasRights") is True


def test_a_function_of_another_name_is_refused():
    with pytest.raises(StreamStopped, match="no 'UserHasRights'"):
        decode_function(b'{"d":{"Other":true}}', "UserHasRights")


def test_a_record_that_was_set_aside_is_read_to_the_digit():
    assert decode_record('{"ID":"a","Amount":12.34567}') == {"ID": "a", "Amount": Decimal("12.34567")}


def test_a_refusal_quotes_nothing_of_the_page():
    with pytest.raises(StreamStopped) as raised:
        decode_list(b'{"d":[{"Name":"Jansen"')
    assert "Jansen" not in str(raised.value)
