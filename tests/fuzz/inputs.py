"""What is thrown at the readers: JSON that nobody would write, and kept inputs with a few bytes changed."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from local.exact_simulator.books.values import CANARY
from shared.streams import CATALOGUE
from shared.streams.model import Word

type Inputs = st.SearchStrategy[bytes]
type Texts = st.SearchStrategy[str]

#: JSON values at the edge of what a reader holds, written out, some of them no JSON at all
ODD = (
    "null true false 0 -0 1 2 3 -1 0.1 1.005 0.30000000000000004 5.684341886080802e-14 1e5 1E+2 1e400 1e-400"
    " 1e999999999 1e99999999999999999999 9007199254740993 2147483648 -2147483649 9223372036854775807"
    " 9223372036854775808 -9223372036854775809 123456789012345678901234567890 01 .5 1. NaN Infinity [] {} [{}] [[[]]]"
).split()
#: texts that mean something to one converter or another, whole or nearly
TEXTS = (
    "",
    " ",
    "\0",
    "\u2028",
    "\U0001f600",
    "'; DROP TABLE x--",
    CANARY,
    f"{CANARY}@example.nl",
    "0f0f0f0f-0000-4000-8000-000000000001",
    "0F0F0F0F-0000-4000-8000-00000000000G",
    "{0f0f0f0f-0000-4000-8000-000000000001}",
    "36029530379970042",
    "-1",
    "٣",
    "²",
    "9" * 19,
    "9" * 30,
    "/Date(1656633600000)/",
    "/Date(-62135596800001)/",
    "/Date(253402300800000)/",
    "/Date(999999999999999)/",
    "/Date(1656633600000+0200)/",
    "/Date()/",
    "true",
    "2026",
)
#: one good value of each word
GOOD = {
    Word.KEY: '"0f0f0f0f-0000-4000-8000-000000000001"',
    Word.CODE: '"   1300 "',
    Word.TEXT: '"text"',
    Word.DAY: '"/Date(1656633600000)/"',
    Word.LOCAL_TIME: '"/Date(1656681169123)/"',
    Word.VERSION: '"36029530379970042"',
    Word.MONEY: "316.5",
    Word.RATE: "1.08375",
    Word.QUANTITY: "3",
    Word.FLAG: "true",
    Word.NUMBER: "20",
}


def texts() -> Texts:
    """Texts, odd ones first."""
    return st.sampled_from(TEXTS) | st.text(max_size=20)


def leaves() -> Texts:
    """JSON values without members."""
    return st.sampled_from(ODD) | texts().map(json.dumps) | st.sampled_from(['"\\ud800"', '"\\u0000"', '"a\tb"'])


def values() -> Texts:
    """JSON of any depth."""
    return st.recursive(leaves(), lambda inner: st.lists(inner, max_size=3).map(_array) | objects(inner), max_leaves=8)


def objects(inner: Texts, names: Sequence[str] = ("d", "results", "__next", "__metadata", "error", "ID")) -> Texts:
    """JSON objects."""
    members = st.dictionaries(st.sampled_from(names) | st.text(max_size=5), inner, max_size=4)
    return members.map(lambda found: "{" + ", ".join(f"{json.dumps(n)}: {v}" for n, v in found.items()) + "}")


def _array(items: Sequence[str]) -> str:
    return "[" + ", ".join(items) + "]"


def envelopes(rows: Texts) -> Texts:
    """What stands under `d`, in its shapes and near them."""
    lists = st.lists(rows, max_size=3).map(_array)
    links = st.one_of(st.just(""), leaves().map(lambda link: f', "__next": {link}'))
    results = st.tuples(lists, links).map(lambda found: f'{{"results": {found[0]}{found[1]}}}')
    return st.one_of(lists, results, rows).map(lambda content: f'{{"d": {content}}}')


def bodies() -> Inputs:
    """Replies of the data API."""
    return (envelopes(objects(values())) | values()).map(lambda text: text.encode()) | st.binary(max_size=40)


@st.composite
def pages(draw: st.DrawFn) -> bytes:
    """A stream's name, and on the next line a page of its rows: good values with odd ones among them."""
    stream = draw(st.sampled_from(list(CATALOGUE.values())))
    odd = draw(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(stream.names), values()), max_size=5))
    rows = [{column.name: GOOD[column.word] for column in stream.columns} for _ in range(3)]
    for row, name, value in odd:
        rows[row][name] = value
    text = _array(["{" + ", ".join(f'"{n}": {v}' for n, v in row.items()) + "}" for row in rows])
    return f'{stream.name}\n{{"d": {text}}}'.encode()


def documents(**members: st.SearchStrategy[object]) -> Inputs:
    """JSON documents with these members: how inputs that are no bytes are written down."""
    return st.fixed_dictionaries(dict(members)).map(lambda found: json.dumps(found, ensure_ascii=False).encode())


def named(names: Sequence[str], given: Texts) -> st.SearchStrategy[dict[str, str]]:
    """Some of these names, each with a text."""
    return st.dictionaries(st.sampled_from(names), given, max_size=len(names))


@st.composite
def mutated(draw: st.DrawFn, kept: Sequence[bytes]) -> bytes:
    """A kept input with up to four pieces taken out, put in, or put somewhere else."""
    found = bytearray(draw(st.sampled_from(kept)))
    for _ in range(draw(st.integers(1, 4))):
        begin, length = draw(st.integers(0, len(found))), draw(st.integers(0, 8))
        piece = draw(st.binary(max_size=4) | st.just(bytes(found[: draw(st.integers(0, 40))])))
        found[begin : begin + length] = piece
    return bytes(found)
