"""The host's log: one line per record on standard error, with the invocation it belongs to and its extra fields."""

from __future__ import annotations

import logging
import sys

from azure_functions_runtime import invocation_id_cv

#: what every record has; anything else was given as `extra`
ORDINARY = {*vars(logging.makeLogRecord({})), "message", "asctime", "invocation"}


class LineFormatter(logging.Formatter):
    """`time level logger [invocation] message {extra}`; a trace follows on lines of its own."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s [%(invocation)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Add the first eight letters of the invocation's id, `-` outside one."""
        record.invocation = (invocation_id_cv.get() or "-")[:8]
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- the base class's name
        """Put the fields after the message, before any trace."""
        extra = {name: value for name, value in vars(record).items() if name not in ORDINARY}
        fields = " ".join(f"{name}={value}" for name, value in extra.items())
        return f"{super().formatMessage(record)} {fields}".rstrip()


def log_to_standard_error() -> None:
    """Show the host's and the app's lines from INFO on, the Azure SDK's and the engine's from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("azure").setLevel(logging.WARNING)
