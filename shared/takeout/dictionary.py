"""What every column means: of the views in two languages, of the tables why each was read from Exact."""

from __future__ import annotations

from collections.abc import Iterator

from shared.reporting import dictionary
from shared.streams import CATALOGUE
from shared.streams.model import Stream

_INTRODUCTION = """## Tabellen `exact` · Tables `exact`

De rijen zoals Exact Online ze geeft, met Exacts eigen kolomnamen. `history` bewaart vervangen versies (van ronde
`_from` tot ronde `_to`), `sync.set_aside` records die niet konden worden overgenomen.

The rows as Exact Online gives them, under Exact's own names of columns. `history` keeps superseded versions (from run
`_from` to run `_to`), `sync.set_aside` records that could not be taken. `_division` is the administration a row was
read from, `_run` the run that wrote it; *copied* columns stand in another record too and may be out of date here.
"""


def document() -> str:
    """The dictionary that goes along, in Markdown."""
    return "\n".join(
        (dictionary.document(), _INTRODUCTION, *(line for each in CATALOGUE.values() for line in _of(each)))
    )


def _of(stream: Stream) -> Iterator[str]:
    yield f"### `exact.{stream.name}`\n\nExact Online: `{stream.path}`; key: {', '.join(stream.key)}.\n"
    yield "| Column | Type | Read for |"
    yield "|---|---|---|"
    for column in stream.columns:
        copied = ", copied" if column.derived else ""
        yield f"| `{column.name}` | {column.word.value} | {column.purpose.value}{copied} |"
    yield ""
