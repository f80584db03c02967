"""A register restored from a backup resurrects nobody."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from shared.audit import flaws
from shared.errors import Broken, Cause, RetryLater
from shared.evidence import FolderEvidence
from shared.register import Register
from shared.retention.certificate import issued
from shared.retention.guard import Guard, anchor, anchored_heads
from shared.retention.order import Premises, division_places, places
from shared.retention.reconcile import reconcile
from tests.support.retention import Yard

type Restore = Callable[[Yard], Yard]


def backup(yard: Yard) -> None:
    """Copy the register's file as it is."""
    anchor(yard.register, yard.retention.evidence)
    yard.register.close()
    shutil.copy(yard.folder / "register.sqlite3", yard.folder / "backup")


@pytest.fixture
def restore(request: pytest.FixtureRequest) -> Restore:
    """The register as it was at the backup, in a new process; the evidence is where it was."""

    def back(yard: Yard) -> Yard:
        yard.register.close()
        for path in yard.folder.glob("register.sqlite3*"):
            path.unlink()
        shutil.copy(yard.folder / "backup", yard.folder / "register.sqlite3")
        register = Register.sqlite(yard.folder / "register.sqlite3", yard.clock)
        request.addfinalizer(register.close)
        return over(yard, register)

    return back


def over(yard: Yard, register: Register) -> Yard:
    premises: Premises = replace(yard.premises, register=register)
    retention = replace(
        yard.retention,
        register=register,
        guard=Guard(register, yard.retention.evidence),
        places=places(premises),
        division_places=division_places(premises),
    )
    return replace(yard, register=register, premises=premises, retention=retention)


@pytest.fixture
def restored(yard: Yard, restore: Restore) -> Yard:
    """acme was purged, then the register was restored to before that."""
    yard.register.audit.add("operator-1", "tenant.add", "acme")
    backup(yard)
    yard.purge()
    yard.plan()
    yard.clock.pass_time(days=1)
    return restore(yard)


def test_a_register_restored_to_before_a_purge_refuses_to_plan(restored: Yard) -> None:
    assert restored.register.tenants.get("acme").purged_on is None
    with pytest.raises(Broken) as error:
        restored.plan()
    assert error.value.cause is Cause.REGISTER_LAGS
    assert "1 purged tenants are back" in error.value.detail


def test_it_anchors_nothing_either(restored: Yard) -> None:
    before = anchored_heads(restored.retention.evidence)
    with pytest.raises(Broken):
        restored.plan()
    assert anchored_heads(restored.retention.evidence) == before


def test_reconciled_it_plans_again_and_what_came_back_is_deleted_with_a_certificate(restored: Yard) -> None:
    assert reconcile(restored.retention, "operator-1") == ["acme"]
    restored.plan()
    restored.settle()
    assert restored.register.tenants.buried("acme").purged_on is not None
    assert restored.places()["take-outs"].found == {}
    assert len(issued(restored.retention, "acme")) == 2
    assert restored.register.purges.of("acme")[-1].reason == "reconciled"


def test_the_audit_log_is_whole_again_and_names_what_is_lost(restored: Yard) -> None:
    reconcile(restored.retention, "operator-1")
    restored.settle()
    anchor(restored.register, restored.retention.evidence)
    entries = restored.register.audit.entries()
    assert flaws(entries, anchored_heads(restored.retention.evidence)) == []
    (resumed,) = [entry for entry in entries if entry.action == "register.reconcile"]
    assert resumed.details["tenants"] == ["acme"]
    assert resumed.details["lost_from"] == 2


def test_reconciling_twice_changes_nothing(restored: Yard) -> None:
    reconcile(restored.retention, "operator-1")
    restored.settle()
    entries = restored.register.audit.entries()
    assert reconcile(restored.retention, "operator-1") == []
    assert restored.register.audit.entries() == entries


def test_a_tenant_the_backup_never_knew_gets_its_tombstone_too(yard: Yard, restore: Restore) -> None:
    backup(yard)
    yard.tenant("beta")
    yard.purge("beta")
    restored = restore(yard)
    assert reconcile(restored.retention, "operator-1") == ["acme", "beta"]
    restored.settle()
    assert restored.register.tenants.buried("beta").database == "beta-books"


def test_a_register_that_lost_only_audit_entries_refuses_too(yard: Yard, restore: Restore) -> None:
    yard.register.audit.add("operator-1", "tenant.add", "acme")
    backup(yard)
    yard.register.audit.add("operator-1", "tenant.contract", "acme")
    yard.plan()
    restored = restore(yard)
    with pytest.raises(Broken, match="entry 2 is anchored"):
        restored.plan()


def test_a_register_restored_under_a_running_process_is_noticed(restored: Yard, yard: Yard) -> None:
    guard = restored.retention.guard
    reconcile(restored.retention, "operator-1")
    guard.check()
    restored.register.close()
    for path in restored.folder.glob("register.sqlite3*"):
        path.unlink()
    shutil.copy(yard.folder / "backup", restored.folder / "register.sqlite3")
    with pytest.raises(Broken):
        guard.check()


def test_a_purge_of_a_lagging_register_does_not_begin(restored: Yard) -> None:
    restored.register.tenants.get("acme")
    with pytest.raises(Broken):
        restored.plan()
    assert restored.register.purges.of() == []


def test_evidence_that_cannot_be_reached_holds_planning_up(yard: Yard, tmp_path: Path) -> None:
    class Down(FolderEvidence):
        def names(self, prefix: str) -> list[str]:
            raise RetryLater(Cause.EVIDENCE_DOWN, prefix)

    with pytest.raises(RetryLater):
        Guard(yard.register, Down(tmp_path)).check()


def test_a_head_written_over_by_another_is_refused(yard: Yard) -> None:
    yard.register.audit.add("operator-1", "tenant.add", "acme")
    yard.retention.evidence.create("heads/000000000001.json", b'{"hash":"else","number":1}')
    with pytest.raises(Broken) as error:
        anchor(yard.register, yard.retention.evidence)
    assert error.value.cause is Cause.EVIDENCE_TAKEN
