"""An HTTP answer as a value."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers, body; `Content-Length` is added when it is sent."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @classmethod
    def of_json(cls, status: int, content: object) -> Self:
        """Make an answer with a JSON body."""
        return cls(status, (("Content-Type", "application/json; charset=utf-8"),), json.dumps(content).encode())
