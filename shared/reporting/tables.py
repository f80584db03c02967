"""The tables beside the code: one line per row, cells parted by bars, headings first."""

from __future__ import annotations

import csv
from importlib.resources import files


def read(name: str) -> list[dict[str, str]]:
    """The rows of a table of this package, by heading."""
    text = (files(__package__) / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="|", quoting=csv.QUOTE_NONE))
