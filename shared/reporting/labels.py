"""What everything is called: the one table of names of views and headings of columns, in Dutch and English.

Dictionary, reports and take-out all take their words from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from shared.errors import Broken, Cause
from shared.reporting import tables

type Language = Literal["nl", "en"]


@dataclass(frozen=True, slots=True)
class Label:
    """A name in both languages, and what is meant by it."""

    nl: str
    en: str
    meaning_nl: str
    meaning_en: str

    def heading(self, language: Language) -> str:
        """The name in one language."""
        return self.nl if language == "nl" else self.en

    def meaning(self, language: Language) -> str:
        """What is meant, in one language."""
        return self.meaning_nl if language == "nl" else self.meaning_en


def of_view(name: str) -> Label:
    """How a view is called. Raises Broken(BUG) for one the table lacks."""
    return _label("view", name)


def of_column(name: str) -> Label:
    """How a column is called: a name means the same in every view. Raises Broken(BUG) for one the table lacks."""
    return _label("column", name)


@cache
def table() -> dict[tuple[str, str], Label]:
    """Every label, by kind (`view` or `column`) and name."""
    return {(row.pop("kind"), row.pop("name")): Label(**row) for row in tables.read("labels.csv")}


def _label(kind: str, name: str) -> Label:
    try:
        return table()[kind, name]
    except KeyError:
        raise Broken(Cause.BUG, f"labels.csv has no {kind} {name}: add its line") from None
