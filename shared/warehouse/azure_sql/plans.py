"""The plans of a warehouse, and their statements: each made at first use, then the same text for ever."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shared.streams.model import Stream
from shared.warehouse.azure_sql.plan import Plan, sql
from shared.warehouse.schema import marked


class Plans:
    """How the streams are written and read."""

    def __init__(self, streams: Sequence[Stream]) -> None:
        self.streams = tuple(streams)
        self._made: dict[tuple[str, tuple[str, ...]], Plan] = {}
        self._texts: dict[tuple[Callable[[Plan], str], Plan], str] = {}

    def of(self, stream: Stream, dropped: tuple[str, ...] = ()) -> Plan:
        """The plan of a stream without these columns."""
        key = stream.name, dropped
        if key not in self._made:
            self._made[key] = Plan(stream, dropped, self._marks((stream.part_of or stream).name))
        return self._made[key]

    def _marks(self, owner: str) -> tuple[str, ...]:
        own = (each for each in self.streams if (each.part_of or each).name == owner and marked(each))
        return tuple(sql("mark", each.name) for each in own)

    def text(self, write: Callable[[Plan], str], plan: Plan) -> str:
        """A statement of a plan, written by `write`."""
        key = write, plan
        if key not in self._texts:
            self._texts[key] = write(plan)
        return self._texts[key]
