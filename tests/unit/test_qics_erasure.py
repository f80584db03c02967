"""`qics tenant end|erase`, `certificate`, `audit`, `register`, `disclose` over the real app."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qics.exits import Exit
from shared.messages import PurgeTenant, decode
from shared.queues import MemoryQueues
from shared.retention.guard import anchor
from shared.retention.plan import plan_purges
from shared.retention.steps import purge_tenant
from tests.support.desk import Terminal


@pytest.fixture
def desk(acme: Terminal) -> Terminal:
    """The terminal with queues in memory."""
    queues = MemoryQueues(acme.clock)
    queues.make()
    acme.app.__dict__["queues"] = queues
    return acme


def settle(desk: Terminal) -> None:
    queues: Any = desk.app.queues
    for _ in range(60):
        for each in queues.receive(PurgeTenant.queue, 600):
            purge_tenant(desk.app.retention, decode(PurgeTenant, each.body))
            queues.delete(each)


@pytest.fixture
def erased(desk: Terminal) -> Terminal:
    """acme was erased at once."""
    assert desk.run("tenant", "erase", "acme", "--now").exit_code == Exit.DONE
    settle(desk)
    return desk


def actions(desk: Terminal) -> list[str]:
    return [entry["action"] for entry in desk.json("audit", "list")]


def test_erased_now_everything_is_gone_within_minutes(erased: Terminal) -> None:
    shown = erased.json("certificate", "show", "acme")
    assert shown["purges"][0]["reason"] == "erasure-operator"
    assert shown["certificates"][0]["final"] is True
    assert erased.run("tenant", "show", "acme").exit_code == Exit.REFUSED
    assert erased.run("tenant", "add", "acme", "--host", "nl").exit_code == Exit.REFUSED


def test_erased_on_a_day_and_taken_back(desk: Terminal) -> None:
    assert desk.json("tenant", "erase", "acme", "--on", "2026-12-15")["erase_on"] == "2026-12-15"
    assert desk.json("tenant", "show", "acme")["state"] == "erase-requested"
    assert desk.json("tenant", "erase", "acme", "--take-back")["erase_on"] is None


@pytest.mark.parametrize(
    "words", [("--on", "2026-11-24"), (), ("--now", "--take-back"), ("--on", "2026-12-01", "--now"), ("--take-back",)]
)
def test_a_wrong_erasure_is_refused(desk: Terminal, words: tuple[str, ...]) -> None:
    assert desk.run("tenant", "erase", "acme", *words).exit_code == Exit.REFUSED
    assert desk.json("tenant", "show", "acme")["erase_on"] is None


def test_a_trial_is_ended_on_a_day(desk: Terminal) -> None:
    assert desk.json("tenant", "end", "acme", "--on", "2026-11-30")["contract_to"] == "2026-11-30"
    assert "31" in desk.run("tenant", "end", "acme", "--on", "2026-11-30").stdout


def test_a_division_is_dropped_and_erased(desk: Terminal) -> None:
    desk.run("tenant", "divisions", "acme", "--drop", "1")
    assert desk.run("tenant", "erase", "acme", "--division", "1", "--now").exit_code == Exit.DONE
    settle(desk)
    assert desk.json("certificate", "show", "acme")["purges"][0]["division"] == 1
    assert desk.json("tenant", "show", "acme")["state"] == "trial"


def test_a_certificate_is_written_verified_and_refused_when_changed(erased: Terminal, tmp_path: Path) -> None:
    erased.run("certificate", "show", "acme", "--folder", str(tmp_path), "--language", "en")
    (written,) = tmp_path.glob("*.json")
    keys = tmp_path / "keys"
    keys.write_text(erased.run("certificate", "key").stdout)
    assert "Certificate of deletion" in next(tmp_path.glob("*.html")).read_text()
    assert "Valid" in erased.run("certificate", "verify", str(written), "--keys", str(keys)).stdout
    assert "Valid" in erased.run("certificate", "verify", "acme").stdout
    written.write_bytes(written.read_bytes().replace(b"trial", b"tri4l").replace(b"erasure", b"erasurf"))
    assert erased.run("certificate", "verify", str(written)).exit_code == Exit.BROKEN


def test_published_keys_are_a_jwk_set_without_the_private_half(desk: Terminal) -> None:
    (key,) = json.loads(desk.run("certificate", "key").stdout)["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "alg", "use", "kid"}


@pytest.mark.parametrize("words", [("verify", "nobody"), ("verify", "acme", "--keys", "/nowhere")])
def test_what_cannot_be_verified_is_said(erased: Terminal, words: tuple[str, ...]) -> None:
    assert erased.run("certificate", *words).exit_code == Exit.REFUSED


def test_every_act_of_the_operator_is_on_record_and_looking_is_not(desk: Terminal) -> None:
    desk.run("tenant", "list")
    desk.run("tenant", "divisions", "acme")
    desk.run("tenant", "contract", "acme", "--from", "2026-12-01")
    desk.run("tenant", "divisions", "acme", "--drop", "1")
    assert actions(desk) == ["setup", "tenant.add", "tenant.contract", "tenant.divisions"]
    assert desk.json("audit", "list")[2]["details"] == {"first": "2026-12-01"}


def test_an_act_that_failed_is_on_record_with_its_cause(desk: Terminal) -> None:
    desk.run("tenant", "contract", "nobody", "--from", "2026-12-01")
    assert [entry["details"] for entry in desk.json("audit", "list")][-1] == {"cause": "unknown-tenant"}


def test_what_was_typed_for_a_tenant_and_is_no_id_is_not_on_record(desk: Terminal) -> None:
    desk.run("tenant", "contract", "Bakkerij Jansen", "--from", "2026-12-01")
    assert "Jansen" not in desk.run("audit", "list", "--json").stdout


def test_no_credential_that_was_typed_is_on_record(desk: Terminal) -> None:
    assert "hush" not in desk.run("audit", "list", "--json").stdout


def test_the_log_is_verified_against_its_anchored_heads(desk: Terminal) -> None:
    plan_purges(desk.app.retention)
    assert "whole" in desk.run("audit", "verify").stdout
    desk.app.evidence.create("heads/000000000099.json", b'{"hash":"x","number":99}')
    result = desk.run("audit", "verify")
    assert result.exit_code == Exit.BROKEN
    assert "cut" in result.stdout


@pytest.fixture
def lagging(erased: Terminal) -> Terminal:
    """The evidence knows a purge and an audit entry that the register does not."""
    anchor(erased.app.register, erased.app.evidence)
    erased.app.register.tenants.add("beta", "nl", "beta")
    erased.app.evidence.create("tombstones/beta.json", b'{"tenant":"beta","host":"nl","database":"beta"}')
    del erased.app.__dict__["guard"]
    return erased


@pytest.mark.parametrize("words", [("tenant", "invite", "beta"), ("tenant", "add", "gamma", "--host", "nl")])
def test_on_a_lagging_register_nothing_is_changed(lagging: Terminal, words: tuple[str, ...]) -> None:
    result = lagging.run(*words)
    assert result.exit_code == Exit.BROKEN
    assert "qics register reconcile" in result.stderr


def test_reconcile_buries_who_is_back(lagging: Terminal) -> None:
    assert lagging.json("register", "reconcile")["tenants"] == ["beta"]
    settle(lagging)
    assert lagging.json("register", "reconcile")["tenants"] == []
    assert "whole" in lagging.run("audit", "verify").stdout


DEMAND = ("--authority", "FIOD", "--legal-basis", "art. 126nd Sv", "--reference", "2026-123")


def test_a_disclosure_is_made_and_recorded_with_who_what_when_and_why(desk: Terminal, tmp_path: Path) -> None:
    assert desk.run("disclose", "acme", *DEMAND, "--folder", str(tmp_path / "out")).exit_code == Exit.DONE
    assert (tmp_path / "out" / "manifest.json").exists()
    entry = desk.json("audit", "list", "--tenant", "acme")[-1]
    told = entry["details"]
    assert (entry["action"], told["authority"], told["legal_basis"]) == ("disclose", "FIOD", "art. 126nd Sv")
    assert told["reference"] == "2026-123"
    assert entry["actor"].startswith("operator-")


@pytest.mark.parametrize("name", ["--authority", "--legal-basis", "--reference"])
def test_a_demand_that_does_not_say_who_or_why_is_refused(desk: Terminal, tmp_path: Path, name: str) -> None:
    words = list(DEMAND)
    words[words.index(name) + 1] = "  "
    assert desk.run("disclose", "acme", *words, "--folder", str(tmp_path)).exit_code == Exit.REFUSED
    assert not list(tmp_path.glob("*.parquet"))


def test_nothing_is_disclosed_of_a_purged_tenant(erased: Terminal, tmp_path: Path) -> None:
    assert erased.run("disclose", "acme", *DEMAND, "--folder", str(tmp_path)).exit_code == Exit.REFUSED


def test_how_far_a_deletion_is_can_be_seen(desk: Terminal) -> None:
    desk.run("tenant", "erase", "acme", "--now")
    queues: Any = desk.app.queues
    for _ in range(4):
        for each in queues.receive(PurgeTenant.queue, 600):
            purge_tenant(desk.app.retention, decode(PurgeTenant, each.body))
            queues.delete(each)
    assert desk.json("certificate", "show", "acme")["purges"][0]["step"] == 4
    assert "workers" in desk.run("certificate", "show", "acme").stdout
