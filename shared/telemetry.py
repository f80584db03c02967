"""Structured events: one line each, ids and counts only.

What is worth seeing goes out as an event on the logger "qics": its message is the event's name, its fields are a
closed set of names that hold ids, counts, causes and times. A field outside the set is a mistake of ours and raises at
once, so that no name, address, figure or secret slips into the logs with it (rule 12).
"""

from __future__ import annotations

import json
import logging

type Field = str | int | float | bool | None

LOGGER = logging.getLogger("qics")

#: what an event may say; none of these can hold a name, an address, a figure or a secret
FIELDS = frozenset(
    "tenant host division stream scope run step epoch cursor mode number rows pages calls inserted updated unchanged"
    " older deleted removed refused unseen stored missing column cause until seconds state count type queue function"
    " dequeue_count endpoint status release error holder fence left address secret".split()
)


def event(name: str, **fields: Field) -> None:
    """Log one event. Raises ValueError for a field that is not in `FIELDS`."""
    _log(logging.INFO, name, fields)


def warning(name: str, **fields: Field) -> None:
    """An event somebody should look at when it stays."""
    _log(logging.WARNING, name, fields)


def alert(name: str, **fields: Field) -> None:
    """An event somebody must look at now."""
    _log(logging.ERROR, name, fields)


def _log(level: int, name: str, fields: dict[str, Field]) -> None:
    unknown = fields.keys() - FIELDS
    if unknown:
        raise ValueError(f"event {name}: field {sorted(unknown)} is not in telemetry.FIELDS")
    LOGGER.log(level, "%s %s", name, json.dumps(fields, sort_keys=True), extra={"event": name, "fields": fields})
