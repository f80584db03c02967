"""Rule 3, word by word: a worker killed between any two steps, and one that comes late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from shared.errors import Cause, ConsentNeeded, RetryLater
from shared.tokens import Tokens
from shared.tokens.claims import LEASE_SECONDS
from shared.tokens.custody import pair_secret
from shared.vault import Vaults
from tests.support.chain import Bench


class Killed(BaseException):
    """The process is gone: nothing it would still do happens."""


@dataclass
class Life:
    """Ends at a moment: each call of a neighbour has one before it and one after it."""

    moments: int

    def tick(self) -> None:
        if self.moments == 0:
            raise Killed
        self.moments -= 1


class Mortal:
    """A neighbour as a worker with a limited life calls it."""

    def __init__(self, neighbour: object, life: Life) -> None:
        self.neighbour, self.life = neighbour, life

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*args: object, **options: object) -> object:
            self.life.tick()
            answer = getattr(self.neighbour, name)(*args, **options)
            self.life.tick()
            return answer

        return call


def mortal_tokens(bench: Bench, life: Life) -> Tokens:
    register, neighbours = bench.register, SimpleNamespace()
    for name in ("grants", "leases"):
        setattr(neighbours, name, Mortal(getattr(register, name), life))
    exact, vault = Mortal(bench.exact, life), Mortal(bench.vault, life)
    clock = bench.clock
    return Tokens(
        neighbours.grants, neighbours.leases, Vaults(vault, vault), lambda _: exact, clock, clock.wait, "mortal"
    )


def deaths(make_bench: Callable[[], Bench], work: Callable[[Bench, Tokens], object]) -> Iterator[Bench]:
    """A bench for each moment at which `work` can be killed, until it lives to its end."""
    for moment in range(200):
        bench = make_bench()
        try:
            work(bench, mortal_tokens(bench, Life(moment)))
        except Killed:
            yield bench
            continue
        return
    pytest.fail("the work never ends")


def number(bench: Bench) -> int:
    grant = bench.register.grants.get("first")
    return grant.number if grant else 0


def assert_survives(bench: Bench) -> None:
    """The next worker, after the dead one's lease, has a token Exact accepts, and the pair is where it belongs."""
    assert bench.exact.accepts(bench.tokens("next").access("first"))
    grant = bench.register.grants.get("first")
    assert grant is not None
    assert grant.sealed is None
    assert bench.vault.get(pair_secret("first")) is not None


def assert_consent_needed(bench: Bench) -> None:
    with pytest.raises(ConsentNeeded):
        bench.tokens("next").access("first")
    grant = bench.register.grants.get("first")
    assert grant is None or grant.state == "needed"


def test_killed_anywhere_in_a_refresh_the_pair_survives_from_the_rows_write_on(
    make_bench: Callable[[], Bench],
) -> None:
    def refresh(bench: Bench, tokens: Tokens) -> None:
        bench.consent()
        bench.clock.pass_by(570)
        tokens.access("first")

    outcomes = []
    for bench in deaths(make_bench, refresh):
        asked, written = bool(bench.exact.asked), number(bench) == 2
        bench.clock.pass_by(570)
        (assert_survives if written or not asked else assert_consent_needed)(bench)
        outcomes.append((asked, written))
    assert set(outcomes) == {(False, False), (True, False), (True, True)}
    assert outcomes.count((True, False)) == 2, "only this stands between reply and row: the reply itself, and the write"


def test_killed_anywhere_in_a_consent_the_pair_survives_from_the_rows_write_on(
    make_bench: Callable[[], Bench],
) -> None:
    def consent(bench: Bench, tokens: Tokens) -> None:
        tokens.take_consent("first", "nl", bench.exact.consent("user-1"), "https://app/x", bench.exact.user_of)

    outcomes = set()
    for bench in deaths(make_bench, consent):
        written = number(bench) == 1
        bench.clock.pass_by(570)
        (assert_survives if written else assert_consent_needed)(bench)
        outcomes.add(written)
    assert outcomes == {True, False}


def test_after_a_lost_reply_a_new_consent_goes_on(connected: Bench) -> None:
    connected.exact.before_reply = _die
    with pytest.raises(Killed):
        connected.tokens("dead").access("first")
    connected.clock.pass_by(LEASE_SECONDS)
    assert_consent_needed(connected)
    connected.consent()
    assert connected.exact.accepts(connected.tokens().access("first"))


def _die() -> None:
    raise Killed


def test_a_reply_that_comes_after_the_lease_is_still_kept_also_where_consent_was_declared_needed(
    connected: Bench,
) -> None:
    def others_meanwhile() -> None:
        connected.clock.pass_by(LEASE_SECONDS)
        with pytest.raises(ConsentNeeded):
            connected.tokens("other").access("first")

    connected.exact.before_reply = others_meanwhile
    late = connected.tokens("late").access("first")
    assert connected.exact.accepts(late)
    assert connected.tokens("other").access("first") == late


def test_a_worker_late_for_the_vault_leaves_the_pair_in_the_row_to_the_next(connected: Bench) -> None:
    connected.exact.before_reply = lambda: connected.clock.pass_by(LEASE_SECONDS - 30)
    connected.tokens("late").access("first")
    grant = connected.register.grants.get("first")
    assert grant is not None
    assert grant.sealed is not None
    connected.clock.pass_by(570)
    assert connected.exact.accepts(connected.tokens("next").access("first"))
    assert connected.register.grants.get("first").sealed is None  # type: ignore[union-attr]


def test_the_second_look_takes_the_pair_another_worker_has_kept(connected: Bench) -> None:
    def others_meanwhile() -> None:
        connected.clock.pass_by(LEASE_SECONDS)
        connected.tokens("other").access("first")

    connected.exact.before_call = others_meanwhile
    assert connected.exact.accepts(connected.tokens("slow").access("first"))
    assert len(connected.exact.asked) == 2, "the slow one's token was old, and that did not end the grant"


def test_a_pair_that_lost_the_race_for_its_number_is_not_handed_out(connected: Bench) -> None:
    connected.exact.before_reply = connected.consent
    with pytest.raises(RetryLater, match="kept a newer pair"):
        connected.tokens("slow").access("first")
    assert connected.exact.accepts(connected.tokens().access("first"))


def test_a_withdrawal_during_a_refresh_wins(connected: Bench) -> None:
    def withdrawn_meanwhile() -> None:
        with pytest.raises(RetryLater):
            connected.tokens("operator").withdraw("first")

    connected.exact.before_reply = withdrawn_meanwhile
    with pytest.raises(ConsentNeeded) as needed:
        connected.tokens().access("first")
    assert needed.value.cause is Cause.CONSENT_WITHDRAWN
    connected.tokens("operator").withdraw("first")
    assert connected.register.grants.get("first").sealed is None  # type: ignore[union-attr]
    assert connected.vault.get(pair_secret("first")) is None
