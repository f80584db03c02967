"""Scopes (years) whose rows changed since they were last compared, each with the number of its last change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shared.streams.model import Kind, Stream
from shared.warehouse.sqlite.plan import listed, sql
from shared.warehouse.sqlite.work import Work
from shared.warehouse.words import Stored

_TABLE = sql("sync", "changed_scopes")
_NOTE = (
    f"INSERT INTO {_TABLE} (division, stream, scope, change) VALUES (?, ?, ?, ?) "
    "ON CONFLICT DO UPDATE SET change = excluded.change"
)
_CLEAR = (
    f"DELETE FROM {_TABLE} WHERE division = ? AND stream = ? AND change <= ? "
    "AND scope IN (SELECT value FROM json_each(?))"
)


def noted(stream: Stream) -> bool:
    """Whether changes of this stream's rows make scopes worth comparing again."""
    return stream.kind is Kind.CHANGES and stream.scope_column is not None


def note(work: Work, stream: Stream, values: Iterable[Stored]) -> None:
    """Note that rows of these scopes changed; a row that moves changes the scope it left and the one it came to."""
    scopes = sorted({str(value) for value in values if value is not None})
    work.connection.run_many(_NOTE, [(work.claim.division, stream.name, scope, work.write) for scope in scopes])


def clear(work: Work, stream: Stream, scopes: Sequence[str], until: int) -> None:
    """Forget changes up to the number `until`."""
    work.connection.run(_CLEAR, (work.claim.division, stream.name, until, listed(scopes)))
