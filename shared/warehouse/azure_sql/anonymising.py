"""Forgetting anonymised relations within one transaction, wherever they are named."""

from __future__ import annotations

from collections.abc import Sequence

from shared.streams.model import Stream
from shared.warehouse import withheld
from shared.warehouse.azure_sql import anonymised, set_aside
from shared.warehouse.azure_sql.connection import Connection
from shared.warehouse.azure_sql.guids import guid
from shared.warehouse.azure_sql.plan import Plan, listed
from shared.warehouse.azure_sql.plans import Plans
from shared.warehouse.protocol import Refusal
from shared.warehouse.words import Stored


class Anonymising:
    """What one transaction does about anonymised relations. Rows of pages are seen to by the page's own batch."""

    def __init__(self, connection: Connection, division: int, plans: Plans) -> None:
        self._connection = connection
        self._division = division
        self._plans = plans

    def notice(self, plan: Plan, rows: Sequence[tuple[Stored, ...]]) -> None:
        """Remember the relations a page says are anonymised, and overwrite what is stored of them."""
        if withheld.FLAG in plan.names and plan.stream.person:
            flag, person = plan.names.index(withheld.FLAG), plan.names.index(plan.stream.person)
            self._forget({str(row[person]) for row in rows if row[flag]})

    def cleared(self, stream: Stream, refusals: Sequence[Refusal]) -> list[Refusal]:
        """Refused records without what names an anonymised relation; they can say so themselves, too."""
        if stream.person is None or not refusals:
            return list(refusals)
        self._forget({withheld.anonymised(stream, refusal.record) for refusal in refusals})
        people = self._people()
        return [Refusal(r.key, r.version, r.reason, withheld.closed(stream, r.record, people)) for r in refusals]

    def _people(self) -> set[str]:
        found = self._connection.all(anonymised.KNOWN, (self._division,))
        return {person.lower() for (person,) in found}

    def _forget(self, people: set[str]) -> None:
        named = sorted(filter(guid, people))
        if not named:
            return
        new = listed([person for (person,) in self._connection.all(anonymised.ADD, (listed(named), self._division))])
        if new == "[]":
            return
        for stream in self._plans.streams:
            if stream.person and any(column.soft for column in stream.columns):
                self._overwrite(self._plans.of(stream), new)
        self._overwrite_set_aside()

    def _overwrite(self, plan: Plan, people: str) -> None:
        for table in (plan.table, plan.history) if plan.stream.history else (plan.table,):
            self._connection.run(anonymised.overwrite(plan, table), (people, self._division))

    def _overwrite_set_aside(self) -> None:
        streams = {stream.name: stream for stream in self._plans.streams}
        people = self._people()
        for name, key, _version, _reason, record in self._connection.all(set_aside.OF_DIVISION, (self._division,)):
            if name in streams and (closed := withheld.closed(streams[name], record, people)) != record:
                self._connection.run(set_aside.REWRITE, (closed, self._division, name, key))
