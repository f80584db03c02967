"""Proofs kept on SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

from shared.warehouse import kept
from shared.warehouse.proofs import MOST_KEPT, Case, Difference, Proof, Standing
from shared.warehouse.schema import PROOF_CASES, PROOF_DIFFERENCES, PROOFS, STANDINGS
from shared.warehouse.sqlite.connection import Connection
from shared.warehouse.sqlite.plan import joined, saving, sql
from shared.warehouse.sqlite.work import Work

_TABLE = sql(PROOFS.schema, PROOFS.name)
_NEXT = f"SELECT COALESCE(MAX(number), 0) + 1 FROM {_TABLE} WHERE division = ?"
_LATEST = (
    f"SELECT * FROM {_TABLE} WHERE division = ? AND number IN "
    f"(SELECT MAX(number) FROM {_TABLE} WHERE division = ? GROUP BY subject, scope) ORDER BY subject, scope"
)
_FOUND = joined([field.name for field in fields(Difference)])
_DIFFERENCES = (
    f"SELECT {_FOUND} FROM {sql(PROOF_DIFFERENCES.schema, PROOF_DIFFERENCES.name)} "
    "WHERE division = ? AND proof = ? ORDER BY place"
)
_CASES = f"SELECT * FROM {sql(PROOF_CASES.schema, PROOF_CASES.name)} WHERE division = ? ORDER BY scope"
_STANDING = f"SELECT * FROM {sql(STANDINGS.schema, STANDINGS.name)} WHERE division = ?"
_SAVE_PROOF, _SAVE_DIFFERENCE = saving(PROOFS), saving(PROOF_DIFFERENCES)
_SAVE_CASE, _SAVE_STANDING = saving(PROOF_CASES), saving(STANDINGS)


class SqliteKeeping:
    """The part of a transaction that keeps proofs."""

    def __init__(self, work: Work) -> None:
        self._connection = work.connection

    def keep_proof(self, proof: Proof, differences: Sequence[Difference] = ()) -> int:
        """Add a proof; the number it got."""
        ((number,),) = self._connection.all(_NEXT, (proof.division,))
        numbered = replace(proof, number=int(number or 1))
        self._connection.run(_SAVE_PROOF, kept.to_row(numbered))
        rows = [
            {**kept.to_row(each), "division": proof.division, "proof": numbered.number, "place": place}
            for place, each in enumerate(differences[:MOST_KEPT], 1)
        ]
        self._connection.run_many(_SAVE_DIFFERENCE, rows)
        return numbered.number

    def save_case(self, case: Case) -> None:
        """Write how far a year's proof has come."""
        self._connection.run(_SAVE_CASE, kept.to_row(case))

    def save_standing(self, standing: Standing) -> None:
        """Write how the division stands."""
        self._connection.run(_SAVE_STANDING, kept.to_row(standing))


class SqliteProofs:
    """The Proofs of the Protocol."""

    def __init__(self, connection: Connection, division: int) -> None:
        self._connection = connection
        self._division = division

    def latest(self) -> list[Proof]:
        """The last one of each subject and scope."""
        found = self._connection.records(_LATEST, (self._division, self._division))
        return [kept.from_row(Proof, row) for row in found]

    def differences(self, number: int) -> list[Difference]:
        """What one proof found."""
        found = self._connection.records(_DIFFERENCES, (self._division, number))
        return [kept.from_row(Difference, row) for row in found]

    def cases(self) -> list[Case]:
        """How far the proof of each year has come."""
        return [kept.from_row(Case, row) for row in self._connection.records(_CASES, (self._division,))]

    def standing(self) -> Standing:
        """How the division stands."""
        found = self._connection.records(_STANDING, (self._division,))
        return kept.from_row(Standing, found[0]) if found else Standing(division=self._division)
