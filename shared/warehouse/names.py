"""How a table is called: `exact.X` on Azure SQL, `exact_X` on SQLite, which has no schemas."""

from __future__ import annotations

import re
from enum import Enum

from shared.errors import Broken, Cause

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


class Dialect(Enum):
    """The SQL an engine speaks: the marks around a name, and what joins schema and table."""

    SQLITE = '"', '"', "_"
    TSQL = "[", "]", "].["

    def __init__(self, opening: str, closing: str, joint: str) -> None:
        self.opening = opening
        self.closing = closing
        self.joint = joint


def quoted(dialect: Dialect, *parts: str) -> str:
    """The name of a column (one part) or table (schema and name), ready for a statement (rule 15).

    Raises Broken(BUG) for a part that is no plain identifier: names come from the catalogue, never from data.
    """
    for part in parts:
        if not _NAME.fullmatch(part):
            raise Broken(Cause.BUG, f"{part!r} cannot be the name of a table or column")
    return f"{dialect.opening}{dialect.joint.join(parts)}{dialect.closing}"
