"""The chained log: any change, gap, reordering or cut tail is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.audit import CHANGED, CUT, GAP, REWRITTEN, UNCHAINED, Entry, Flaw, Head, flaws, hash_of
from shared.register import Register
from tests.support.clock import FakeClock


@pytest.fixture
def log(register: Register, clock: FakeClock) -> list[Entry]:
    for number in range(6):
        clock.pass_time(minutes=1)
        register.audit.add("operator-1", "tenant.contract", f"tenant-{number}", {"first": "2026-12-01"})
    return register.audit.entries()


def head(entry: Entry) -> Head:
    return Head(entry.number, entry.hash)


def kinds(found: list[Flaw]) -> set[str]:
    return {flaw.what for flaw in found}


def test_a_whole_log_has_no_flaw(log: list[Entry]) -> None:
    assert flaws(log, [head(entry) for entry in log]) == []
    assert flaws([], []) == []


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "operator-2"},
        {"action": "tenant.add"},
        {"tenant": "other"},
        {"details": {"first": "2026-12-02"}},
        {"previous": "1" * 64},
        {"hash": "1" * 64},
    ],
)
def test_a_changed_entry_is_found(log: list[Entry], change: dict[str, object]) -> None:
    log[2] = replace(log[2], **change)  # type: ignore[arg-type]
    assert Flaw(3, CHANGED) in flaws(log, [])


def test_an_entry_changed_together_with_its_hash_breaks_the_chain(log: list[Entry]) -> None:
    log[2] = replace(log[2], tenant="other")
    log[2] = replace(log[2], hash=hash_of(log[2]))
    assert flaws(log, []) == [Flaw(4, UNCHAINED)]


def test_a_log_rewritten_from_some_entry_on_differs_from_its_anchored_head(log: list[Entry]) -> None:
    heads = [head(entry) for entry in log]
    previous = log[1].hash
    for at in range(2, 6):
        log[at] = replace(log[at], tenant="other", previous=previous)
        log[at] = replace(log[at], hash=hash_of(log[at]))
        previous = log[at].hash
    assert flaws(log, []) == []
    assert kinds(flaws(log, heads)) == {REWRITTEN}


def test_a_missing_entry_is_a_gap(log: list[Entry]) -> None:
    del log[3]
    assert Flaw(5, GAP) in flaws(log, [])


def test_reordered_entries_are_found(log: list[Entry]) -> None:
    log[2], log[3] = log[3], log[2]
    assert flaws(log, [])


def test_a_cut_tail_is_found_by_the_anchored_head(log: list[Entry]) -> None:
    newest = head(log[-1])
    del log[4:]
    assert flaws(log, []) == []
    assert flaws(log, [newest]) == [Flaw(6, CUT)]
    assert flaws([], [newest]) == [Flaw(6, CUT)]


@given(st.data())
def test_no_subset_or_order_but_the_whole_passes(data: st.DataObject) -> None:
    entries: list[Entry] = []
    previous = "0" * 64
    for number in range(1, 6):
        made = Entry(
            number=number, at=FakeClock().now, actor="a", action="b", tenant="c", details={}, previous=previous
        )
        entries.append(replace(made, hash=hash_of(made)))
        previous = entries[-1].hash
    chosen = data.draw(st.permutations(entries).flatmap(lambda order: st.integers(0, 5).map(lambda n: order[:n])))
    found = flaws(chosen, [head(entries[-1])])
    assert (found == []) is (list(chosen) == entries)


def test_after_a_restore_the_log_goes_on_behind_the_anchored_head_and_says_what_is_lost(
    register: Register, log: list[Entry]
) -> None:
    lost_head = Head(9, "f" * 64)
    resumed = register.audit.resume("operator-1", lost_head, {"tenants": ["acme"]})
    assert (resumed.number, resumed.previous) == (10, lost_head.hash)
    assert (resumed.details["lost_from"], resumed.details["lost_to"]) == (7, 9)
    assert flaws(register.audit.entries(), [head(log[-1]), Head(8, "e" * 64), lost_head]) == []
    assert register.audit.has(lost_head)


def test_no_other_entry_may_leave_numbers_out(register: Register, log: list[Entry]) -> None:
    register.audit.resume("operator-1", Head(9, "f" * 64), {})
    entries = register.audit.entries()
    entries[-1] = replace(entries[-1], action="tenant.add")
    entries[-1] = replace(entries[-1], hash=hash_of(entries[-1]))
    assert kinds(flaws(entries, [])) == {GAP}


def test_entries_of_one_tenant_are_found(register: Register, log: list[Entry]) -> None:
    assert [entry.tenant for entry in register.audit.entries("tenant-3")] == ["tenant-3"]
    assert len(log) == 6


def add_and_read(number: int) -> Callable[[Register], int]:
    return lambda register: register.audit.add("a", "b", details={"n": number}).number


def test_numbers_rise_one_by_one_over_several_connections(
    register: Register, open_register: Callable[[], Register]
) -> None:
    others = [register, open_register(), open_register()]
    numbers = [add_and_read(n)(others[n % 3]) for n in range(6)]
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert flaws(register.audit.entries(), []) == []
