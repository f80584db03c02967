"""`qics tenant export`: the whole way, as an operator types it."""

from __future__ import annotations

import json
from pathlib import Path

import typer
from typer.testing import CliRunner

from qics.app import Desk
from qics.export import export
from tests.support.desk import Terminal
from tests.support.takeout import csv_rows, manifest

cli = typer.Typer()
cli.command("export")(export)


def ran(acme: Terminal, *command: str) -> str:
    desk = Desk(open=lambda: acme.app, pause=lambda _: None)
    return CliRunner().invoke(cli, list(command), obj=desk, catch_exceptions=False).stdout


def test_a_tenants_data_is_exported_and_what_was_written_is_told(acme: Terminal, tmp_path: Path) -> None:
    acme.store("Accounts", {"ID": "1f1d4c0e-0000-4000-8000-000000000001", "Timestamp": 5, "Name": 'Jansen; en "Zoon"'})
    told = json.loads(ran(acme, "acme", "--folder", str(tmp_path / "out"), "--json"))
    assert (told["tenant"], told["tables"]) == ("acme", len(manifest(tmp_path / "out")["tables"]))
    assert told["rows"] == sum(each["rows"] for each in manifest(tmp_path / "out")["tables"])
    (relation,) = csv_rows(tmp_path / "out" / "csv" / "exact" / "Accounts.csv")
    assert relation["Name"] == 'Jansen; en "Zoon"'


def test_an_export_is_on_record_without_the_folders_name(acme: Terminal, tmp_path: Path) -> None:
    ran(acme, "acme", "--folder", str(tmp_path / "out"))
    entries = list(acme.app.register.audit.entries())
    (entry,) = [each for each in entries if each.action == "tenant.export"]
    assert (entry.tenant, entry.details) == ("acme", {})
