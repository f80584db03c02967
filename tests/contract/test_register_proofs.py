"""How divisions stand, as the register tells it: the last word of each."""

from __future__ import annotations

from datetime import timedelta

from shared.register import Proven, Register
from tests.support.clock import FakeClock


def test_the_last_word_of_each_division_stands(register: Register, clock: FakeClock) -> None:
    register.tenants.add("acme", "nl", "acme")
    due = clock() + timedelta(days=1)
    register.proofs.save("acme", 2, 1, "unknown", "not-compared", None, None)
    register.proofs.save("acme", 1, 1, "unproven", "ledger-differs", None, due)
    register.proofs.save("acme", 2, 3, "proven", "", clock(), due)
    first, second = register.proofs.of("acme")
    assert (first.division, first.state, first.cause, first.as_of) == (1, "unproven", "ledger-differs", None)
    assert second == Proven(tenant="acme", division=2, run=3, state="proven", cause="", as_of=clock(), due_at=due)


def test_what_was_never_compared_has_no_word(register: Register) -> None:
    assert register.proofs.of("acme") == []
