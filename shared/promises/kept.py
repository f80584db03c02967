"""Where evidence lies: a row of the register per check and tenant, the newest look only."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, Integer, Table, Unicode, UnicodeText, delete, insert, select

from shared.canonical import canonical
from shared.promises.model import Finding, Seen, State
from shared.register.database import Database
from shared.register.schema import METADATA, Utc

promise_evidence = Table(
    "promise_evidence",
    METADATA,
    Column("promise", Unicode(16), primary_key=True),
    Column("name", Unicode(40), primary_key=True),
    Column("tenant", Unicode(63), primary_key=True),  # "": the service as a whole
    Column("at", Utc, nullable=False),
    Column("state", Unicode(8), nullable=False),
    Column("looked", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("cases", UnicodeText, nullable=False),
    Column("why", Unicode(200), nullable=False),
)


class Kept:
    """The evidence in the register: states, counts, times and ids."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, findings: Iterable[Finding]) -> None:
        """Put these in the place of what the same checks saw before."""
        table = promise_evidence
        with self._database.write() as connection:
            for finding in findings:
                row = _row(finding)
                own = [table.c[name] == row[name] for name in ("promise", "name", "tenant")]
                connection.execute(delete(table).where(*own))
                connection.execute(insert(table).values(**row))

    def all(self) -> list[Finding]:
        """All there is."""
        with self._database.read() as connection:
            return [_finding(dict(row)) for row in connection.execute(select(promise_evidence)).mappings()]


def _row(finding: Finding) -> dict[str, Any]:
    seen = finding.seen
    return {
        "promise": finding.promise,
        "name": finding.name,
        "tenant": finding.tenant,
        "at": finding.at,
        "state": seen.state.value,
        "looked": seen.looked,
        "count": seen.count,
        "cases": canonical(seen.cases).decode(),
        "why": seen.why,
    }


def _finding(row: dict[str, Any]) -> Finding:
    seen = Seen(
        state=State(row["state"]),
        looked=row["looked"],
        count=row["count"],
        cases=tuple(json.loads(row["cases"])),
        why=row["why"],
    )
    return Finding(promise=row["promise"], name=row["name"], tenant=row["tenant"], at=row["at"], seen=seen)
