"""One input thrown at one reader: what may come of it, and what may not."""

from __future__ import annotations

import hashlib
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.exact_simulator.books.values import CANARY
from shared.errors import PipelineError
from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"


class Said(logging.Handler):
    """Keeps what our loggers say."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def kept(target: str) -> list[bytes]:
    """The kept inputs of a target, in the order of their names."""
    return [path.read_bytes() for path in sorted((CORPUS / target).iterdir())]


def keep(target: str, data: bytes) -> Path:
    """Keep an input that was worth something."""
    path = CORPUS / target / f"found-{hashlib.sha256(data).hexdigest()[:12]}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def throw(target: str, data: bytes) -> None:
    """Let a reader read. Nothing but a PipelineError may come out, and neither it nor a log line quotes the input."""
    with _listening() as said:
        try:
            TARGETS[target].read(data)
        except PipelineError as named:
            said.lines.append("".join(traceback.format_exception(named, chain=True)))
    if CANARY.encode() in data:
        assert [line for line in said.lines if CANARY in line] == []


@contextmanager
def _listening() -> Iterator[Said]:
    said, logger = Said(), logging.getLogger("qics")
    logger.addHandler(said)
    try:
        yield said
    finally:
        logger.removeHandler(said)
