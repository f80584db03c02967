"""Proofs kept in a tenant's database on Azure SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shared.warehouse import kept
from shared.warehouse.azure_sql.connection import Connection
from shared.warehouse.azure_sql.kept_records import added, by_name, parameters, saved
from shared.warehouse.azure_sql.plan import joined, listed, table_name
from shared.warehouse.proofs import MOST_KEPT, Case, Difference, Proof, Standing
from shared.warehouse.schema import PROOF_CASES, PROOF_DIFFERENCES, PROOFS, STANDINGS, Table

SAVE_PROOF, SAVE_CASE, SAVE_STANDING = saved(PROOFS), saved(PROOF_CASES), saved(STANDINGS)
ADD_DIFFERENCES = added(PROOF_DIFFERENCES)


def _names(table: Table) -> tuple[str, ...]:
    return tuple(field.name for field in table.fields)


_PROOF, _CASE, _STANDING = map(_names, (PROOFS, PROOF_CASES, STANDINGS))
#: without division, proof and place, which say where it is kept
_DIFFERENCE = _names(PROOF_DIFFERENCES)[3:]
_OF_DIVISION = "DECLARE @division bigint = ?;\n"
NEXT = f"{_OF_DIVISION}SELECT COALESCE(MAX([number]), 0) + 1 FROM {table_name(PROOFS)} WHERE [division] = @division;"
LATEST = f"""{_OF_DIVISION}SELECT {joined(_PROOF)} FROM {table_name(PROOFS)} WHERE [division] = @division
    AND [number] IN (SELECT MAX([number]) FROM {table_name(PROOFS)} WHERE [division] = @division
        GROUP BY [subject], [scope]) ORDER BY [subject], [scope];"""
DIFFERENCES = f"""DECLARE @division bigint = ?, @proof bigint = ?;
SELECT {joined(_DIFFERENCE)} FROM {table_name(PROOF_DIFFERENCES)} WHERE [division] = @division AND [proof] = @proof
    ORDER BY [place];"""
CASES = f"""{_OF_DIVISION}SELECT {joined(_CASE)} FROM {table_name(PROOF_CASES)} WHERE [division] = @division
    ORDER BY [scope];"""
STANDING = f"{_OF_DIVISION}SELECT {joined(_STANDING)} FROM {table_name(STANDINGS)} WHERE [division] = @division;"


class AzureSqlKeeping:
    """The part of a transaction that keeps proofs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep_proof(self, proof: Proof, differences: Sequence[Difference] = ()) -> int:
        """Add a proof; the number it got."""
        (number,) = self._connection.one(NEXT, (proof.division,))
        self._connection.run(SAVE_PROOF, parameters(replace(proof, number=number)))
        rows = [
            (proof.division, number, place, *kept.to_row(each).values())
            for place, each in enumerate(differences[:MOST_KEPT], 1)
        ]
        if rows:
            self._connection.run(ADD_DIFFERENCES, (listed(rows),))
        return int(number)

    def save_case(self, case: Case) -> None:
        """Write how far a year's proof has come."""
        self._connection.run(SAVE_CASE, parameters(case))

    def save_standing(self, standing: Standing) -> None:
        """Write how the division stands."""
        self._connection.run(SAVE_STANDING, parameters(standing))


class AzureSqlProofs:
    """The Proofs of the Protocol."""

    def __init__(self, connection: Connection, division: int) -> None:
        self._connection = connection
        self._division = division

    def latest(self) -> list[Proof]:
        """The last one of each subject and scope."""
        found = self._connection.all(LATEST, (self._division,))
        return [kept.from_row(Proof, by_name(_PROOF, row)) for row in found]

    def differences(self, number: int) -> list[Difference]:
        """What one proof found."""
        found = self._connection.all(DIFFERENCES, (self._division, number))
        return [kept.from_row(Difference, by_name(_DIFFERENCE, row)) for row in found]

    def cases(self) -> list[Case]:
        """How far the proof of each year has come."""
        found = self._connection.all(CASES, (self._division,))
        return [kept.from_row(Case, by_name(_CASE, row)) for row in found]

    def standing(self) -> Standing:
        """How the division stands."""
        found = self._connection.all(STANDING, (self._division,))
        fresh = Standing(division=self._division)
        return next((kept.from_row(Standing, by_name(_STANDING, row)) for row in found), fresh)
