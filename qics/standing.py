"""How a division's streams stand, from the tenant's own checkpoints and the register's parked streams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from qics.causes import cure_of
from qics.output import Row
from shared.errors import Cause
from shared.register.rows import Parked
from shared.streams import CATALOGUE
from shared.warehouse.protocol import Checkpoint, DivisionState, Warehouse


@dataclass(frozen=True, slots=True)
class Facts:
    """What the standing of one division's streams is judged by."""

    now: datetime
    state: DivisionState
    checkpoints: Sequence[Checkpoint]
    parked: Mapping[str, Parked]


def suspects(checkpoints: Iterable[Checkpoint]) -> set[str]:
    """Streams whose last complete reading lost so much that it is not believed yet."""
    return {checkpoint.stream for checkpoint in checkpoints if checkpoint.suspect}


def standings(facts: Facts, warehouse: Warehouse) -> list[Row]:
    """One row per stream that a division's worker reads."""
    names = [name for name, stream in CATALOGUE.items() if stream.by_division]
    return [_row(name, facts, warehouse.count(CATALOGUE[name], facts.state.division)) for name in names]


def _row(name: str, facts: Facts, rows: int) -> Row:
    own = [checkpoint for checkpoint in facts.checkpoints if checkpoint.stream == name]
    state, cause, until = _judged(name, own, facts)
    return {
        "stream": name,
        "state": state,
        "age": _age(own, facts.now),
        "rows": rows,
        "cause": cause,
        "cure": cure_of(cause),
        "until": until,
        "columns_gone": sorted({column for checkpoint in own for column in checkpoint.dropped}),
    }


def _judged(name: str, own: Sequence[Checkpoint], facts: Facts) -> tuple[str, str, datetime | None]:
    """(state, cause, when it is tried again): the worst that is known comes first."""
    parked = facts.parked.get(name)
    if parked:
        return "parked", parked.cause, parked.until
    if suspects(own):
        return "suspect", Cause.LIST_SUSPECT.code, None
    if facts.state.rights_at is not None and name not in facts.state.rights:
        return "no right", Cause.RIGHT_MISSING.code, None
    if any(checkpoint.mode for checkpoint in own):
        return "being read", "", None
    if not any(checkpoint.completed_at for checkpoint in own):
        return "never read", "", None
    return "read", "", None


def _age(own: Sequence[Checkpoint], now: datetime) -> timedelta | None:
    """How old the oldest of the stream's scopes is; None while nothing was read to its end."""
    moments = [checkpoint.completed_at for checkpoint in own if checkpoint.completed_at]
    return now - min(moments) if moments else None
