"""A service whose promises are looked at: a register, vault, databases, evidence, and resources as Azure tells them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest
from sqlalchemy import text

import shared
from shared.lifecycle import local_day
from shared.promises import Premises, Resource, Standing, check_promises, check_tenant, standings
from shared.promises.files import DatabaseFiles
from shared.promises.model import Finding
from shared.promises.premises import PowerBiUse
from shared.register import Listed
from shared.retention.guard import anchor
from shared.seal import keyed_hash
from shared.vault import FileVault, Vaults
from tests.support.retention import Yard

RESOURCE = Resource(
    name="sql-1", location="westeurope", backups="Local", minimum_tls="1.2", encrypted=True, open_rules=0
)
CODE = Path(shared.__file__).parent


@dataclass
class Board:
    """A yard whose promises are all kept, to break one of them on purpose."""

    yard: Yard
    premises: Premises

    def look(self) -> dict[str, Standing]:
        """The tenants' syncs and the daily check look; the standings by promise."""
        for tenant in self.yard.register.tenants.list():
            if tenant.purged_on is None and self.yard.provisioner.exists(tenant):
                self.visit(tenant.tenant)
        return {standing.promise: standing for standing in check_promises(self.premises)}

    def visit(self, tenant: str = "acme") -> list[Finding]:
        """What the tenant's own sync does."""
        row = self.yard.register.tenants.get(tenant)
        with closing(self.premises.open_warehouse(row)) as warehouse:
            warehouse.migrate()
            return check_tenant(self.premises, row, warehouse)

    def stand(self) -> dict[str, Standing]:
        """The standings, without a look."""
        return {standing.promise: standing for standing in standings(self.premises)}

    def given(self, **changed: Any) -> None:
        """Change what the checks are given."""
        self.premises = replace(self.premises, **changed)

    def sql(self, statement: str, **values: object) -> None:
        """Do behind the register's back what it would refuse."""
        with self.yard.register.database.write() as connection:
            connection.execute(text(statement), values)

    def begin_run(self) -> None:
        """A run of acme begins to read now."""
        runs = self.yard.register.runs
        runs.begin("acme", runs.open("acme"), [("nl", 1)])

    def after_trial(self) -> None:
        """It is the day after acme's trial."""
        self.yard.until(local_day(self.yard.clock()) + timedelta(days=30))


@pytest.fixture
def board(make_yard: Callable[..., Yard], tmp_path: Path) -> Board:
    """Acme is in its trial, everything is as promised, and Azure says so."""
    yard = make_yard()
    yard.tenant(trial_from=date(2026, 11, 25))
    yard.register.grants.consent("acme", "nl", keyed_hash(b"key", "user-acme"), yard.clock())
    yard.register.divisions.save_listed("acme", "nl", [Listed(1, 1, 0, "100")])
    yard.register.divisions.choose("acme", [1])
    yard.register.audit.add("operator-1", "tenant.add", "acme")
    anchor(yard.register, yard.retention.evidence)
    copytree(CODE / "exact", tmp_path / "code" / "exact", ignore=ignore_patterns("*.pyc"))
    files = DatabaseFiles(yard.folder / "tenants")
    premises = Premises(
        register=yard.register,
        vaults=Vaults(FileVault(tmp_path / "application.json"), yard.vault),
        databases=files.names,
        columns=files.columns,
        open_warehouse=yard.premises.open_warehouse,
        evidence=yard.retention.evidence,
        signer=yard.retention.signer,
        environment={"QICS_BASE_URL": "https://app.example.com", "AzureWebJobsStorage": "UseDevelopmentStorage=true"},
        code=tmp_path / "code",
        clock=yard.clock,
        resources=lambda: [RESOURCE],
        power_bi=lambda: [PowerBiUse(verb="POST", as_user=False)],
    )
    return Board(yard, premises)
