"""Only provisioning makes a tenant's database, once and under the register's name for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shared.errors import Broken, Cause, Refused
from shared.provisioning import SqliteProvisioner
from shared.register import Tenant
from shared.warehouse.sqlite import open_sqlite
from tests.support.clock import FakeClock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tenants" / "books"


@pytest.fixture
def provisioner(folder: Path) -> SqliteProvisioner:
    return SqliteProvisioner(folder)


def test_a_provisioned_database_opens_as_a_warehouse(
    provisioner: SqliteProvisioner, tenant: Tenant, clock: FakeClock
) -> None:
    assert not provisioner.exists(tenant)
    provisioner.provision(tenant)
    assert provisioner.exists(tenant)
    warehouse = open_sqlite(provisioner.path(tenant), release="1", clock=clock)
    warehouse.migrate()
    warehouse.close()


def test_the_file_is_named_by_the_register(provisioner: SqliteProvisioner, tenant: Tenant, folder: Path) -> None:
    provisioner.provision(replace(tenant, database="other-name"))
    assert (folder / "other-name.sqlite3").is_file()


def test_only_the_owner_may_look(provisioner: SqliteProvisioner, tenant: Tenant, folder: Path) -> None:
    provisioner.provision(tenant)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert provisioner.path(tenant).stat().st_mode & 0o777 == 0o600


def test_provisioning_again_keeps_what_is_there(provisioner: SqliteProvisioner, tenant: Tenant) -> None:
    provisioner.provision(tenant)
    provisioner.path(tenant).write_bytes(b"kept")
    provisioner.provision(tenant)
    assert provisioner.path(tenant).read_bytes() == b"kept"


def test_a_dropped_database_leaves_nothing_behind_and_can_be_dropped_again(
    provisioner: SqliteProvisioner, tenant: Tenant, folder: Path
) -> None:
    provisioner.provision(tenant)
    for companion in ("-wal", "-shm"):
        folder.joinpath(f"acme.sqlite3{companion}").touch()
    provisioner.provision(replace(tenant, database="acme-2"))
    for _ in range(2):
        provisioner.drop(tenant)
    assert [path.name for path in folder.iterdir()] == ["acme-2.sqlite3"]


@pytest.mark.parametrize("name", ["../acme", "/etc/acme", "a.b", "", "Acme", "acme/"])
def test_a_name_that_could_lead_out_of_the_folder_is_refused(
    provisioner: SqliteProvisioner, tenant: Tenant, name: str
) -> None:
    for act in (provisioner.provision, provisioner.exists, provisioner.drop, provisioner.path):
        with pytest.raises(Refused) as refused:
            act(replace(tenant, database=name))
        assert refused.value.cause is Cause.BAD_REQUEST


def test_a_place_where_nothing_can_be_made_is_named(tmp_path: Path, tenant: Tenant) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(Broken, match=r"acme\.sqlite3") as broken:
        SqliteProvisioner(blocked).provision(tenant)
    assert broken.value.cause is Cause.DATABASE_UNUSABLE


def test_what_cannot_be_deleted_is_named(provisioner: SqliteProvisioner, tenant: Tenant, folder: Path) -> None:
    folder.joinpath("acme.sqlite3", "inside").mkdir(parents=True)
    with pytest.raises(Broken) as broken:
        provisioner.drop(tenant)
    assert broken.value.cause is Cause.DATABASE_UNUSABLE
