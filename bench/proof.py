"""The proof of many lines without its calls, on SQLite: every year compared, entries, control accounts, references."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from contextlib import closing

from bench.reporting import loaded, now
from shared.streams import stream
from shared.sync import proof
from shared.warehouse.proofs import Evidence
from shared.warehouse.protocol import Warehouse
from shared.warehouse.sqlite import open_sqlite

#: all of it together, for a million lines
GOAL = "5 s"


def years(warehouse: Warehouse, division: int) -> list[int]:
    """As the books have them; the agenda knows them without looking at a line."""
    return [int(str(year)) for year in warehouse.values(stream("FinancialPeriods"), division, "FinYear")]


def ledger(evidence: Evidence, of: list[int]) -> int:
    """Groups compared."""
    groups = 0
    for year in of:
        copied = evidence.copied(year)
        proof.compare(copied, evidence.reported(year))
        groups += len(copied)
    return groups


def sides(evidence: Evidence, _: list[int]) -> int:
    """Control accounts compared with open items."""
    return len(proof.sides(evidence.control_accounts(), evidence.open_items(), []))


PARTS: dict[str, Callable[[Evidence, list[int]], int]] = {
    "years: groups compared": ledger,
    "entries out of balance": lambda evidence, _: len(evidence.unbalanced(1000)),
    "sides compared with their open items": sides,
    "references that lead nowhere": lambda evidence, _: len(evidence.unresolved()),
}


def main(lines: int) -> list[list[str]]:
    """A row per part, then the whole."""
    rows, whole = [], 0.0
    with closing(open_sqlite(loaded(lines), release="bench", clock=now)) as warehouse:
        divisions = [int(str(row[0])) for row in warehouse.read_rows(stream("Divisions"), 0)]
        known = {division: years(warehouse, division) for division in divisions}
        for name, look in PARTS.items():
            begun = time.perf_counter()
            found = sum(look(warehouse.evidence(division), known[division]) for division in divisions)
            taken = time.perf_counter() - begun
            whole += taken
            rows.append([f"{found:,} {name}", f"{taken:.2f} s", ""])
    return [*rows, [f"proof of {lines:,} lines without its calls", f"{whole:.2f} s", GOAL]]


if __name__ == "__main__":
    print(json.dumps(main(100_000 if "--small" in sys.argv else 1_000_000)))
