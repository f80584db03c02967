"""What every part of one transaction needs: the connection, who writes, and the number of this write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from shared.errors import Broken, Cause
from shared.streams.model import Stream
from shared.warehouse.protocol import Checkpoint, Claim
from shared.warehouse.schema import marked
from shared.warehouse.sqlite.connection import Connection
from shared.warehouse.sqlite.plan import Plan, sql

_ANONYMISED = f"SELECT person FROM {sql('sync', 'anonymised')} WHERE division = ?"


class Plans:
    """The plans of this warehouse, made at first use."""

    def __init__(self, streams: Sequence[Stream]) -> None:
        self.streams = tuple(streams)
        self._made: dict[tuple[str, tuple[str, ...]], Plan] = {}

    def of(self, stream: Stream, dropped: tuple[str, ...] = ()) -> Plan:
        """The plan of a stream without these columns."""
        key = stream.name, dropped
        if key not in self._made:
            self._made[key] = Plan(stream, dropped)
        return self._made[key]

    def marks(self, stream: Stream) -> list[str]:
        """The tables that hold marks of the stream's rows: its own, and those of its parts."""
        own = (each for each in self.streams if (each.part_of or each).name == stream.name and marked(each))
        return [sql("mark", each.name) for each in own]


@dataclass
class Work:
    """One open transaction. `write` rises with every transaction of the division: the number of what it changes."""

    connection: Connection
    claim: Claim
    write: int
    plans: Plans = field(repr=False)

    def plan(self, stream: Stream, checkpoint: Checkpoint) -> Plan:
        """How the checkpoint's stream is written. Raises Broken(BUG) for a checkpoint of another division."""
        if checkpoint.division != self.claim.division:
            raise Broken(
                Cause.BUG, f"a claim on division {self.claim.division} met a checkpoint of {checkpoint.division}"
            )
        return self.plans.of(stream, checkpoint.dropped)

    @cached_property
    def anonymised(self) -> set[str]:
        """Ids of the division's relations that are anonymised."""
        return {str(person) for (person,) in self.connection.all(_ANONYMISED, (self.claim.division,))}
