"""`qics proof`: states, figures of both sides, differences, exit code."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qics.exits import Exit
from shared.errors import Cause
from shared.warehouse.proofs import Difference, Proof, Standing
from tests.support.desk import Terminal

FOUND = Difference(kind="ledger", period=3, account="a1", copied_amount=Decimal("1000.5000"), copied_lines=2)


@pytest.fixture
def compared(acme: Terminal) -> Terminal:
    """Division 1 of acme: 2026 differs, one payment is in transit."""
    with acme.writing() as transaction:
        told = {"division": 1, "run": 4, "at": acme.clock(), "cursor": 77}
        transaction.keep_proof(
            Proof(
                **told,
                subject="ledger",
                scope="2026",
                state="differs",
                differences=1,
                copied_amount=FOUND.copied_amount,
            ),
            [FOUND],
        )
        transaction.keep_proof(Proof(**told, subject="receivables", state="holds", in_transit=Decimal("12.3450")))
        transaction.save_standing(
            Standing(division=1, state="unproven", cause=Cause.LEDGER_DIFFERS.code, about="2026", due_at=acme.clock())
        )
    return acme


def test_a_division_that_was_never_compared_is_unknown(acme: Terminal) -> None:
    result = acme.run("proof", "acme")
    assert (result.exit_code, "unknown · never proven" in result.stdout) == (Exit.STOPPED, True)


def test_state_cause_and_cure_are_told(compared: Terminal) -> None:
    told = compared.json("proof", "acme")["divisions"][0]
    assert (told["state"], told["cause"], told["about"]) == ("unproven", "ledger-differs", "2026")
    assert told["cure"] == Cause.LEDGER_DIFFERS.cure
    assert told["due_at"] == compared.clock().isoformat()


def test_each_check_has_both_sides_to_the_last_digit(compared: Terminal) -> None:
    ledger, receivables = compared.json("proof", "acme")["divisions"][0]["checks"]
    assert (ledger["copied"], ledger["reported"], ledger["difference"]) == ("1000.5000", "0.0000", "1000.5000")
    assert (ledger["run"], ledger["cursor"], receivables["in_transit"]) == (4, 77, "12.3450")
    assert "1,000.50" in compared.run("proof", "acme").stdout
    assert "12.3450" in compared.run("proof", "acme").stdout


def test_differences_are_named_on_demand(compared: Terminal) -> None:
    assert "differences" not in compared.json("proof", "acme")["divisions"][0]
    (found,) = compared.json("proof", "acme", "--differences")["divisions"][0]["differences"]
    assert (found["year"], found["period"], found["account"], found["copied_lines"]) == ("2026", 3, "a1", 2)
    assert "a1" in compared.run("proof", "acme", "--differences").stdout


def test_another_division_is_left_out(compared: Terminal) -> None:
    assert compared.json("proof", "acme", "--division", "2")["divisions"] == []


def test_a_proven_tenant_ends_well(acme: Terminal) -> None:
    with acme.writing() as transaction:
        transaction.save_standing(Standing(division=1, state="proven", as_of=acme.clock()))
    result = acme.run("proof", "acme")
    assert (result.exit_code, "proven as of 2026-11-25" in result.stdout) == (Exit.DONE, True)


def test_sync_status_says_as_of_when_it_is_proven(acme: Terminal) -> None:
    with acme.writing() as transaction:
        transaction.save_standing(Standing(division=1, state="proven", as_of=acme.clock()))
    assert acme.json("sync", "status", "acme")["divisions"][0]["proof"] == "proven"
    assert "proven as of 2026-11-25" in acme.run("sync", "status", "acme").stdout
