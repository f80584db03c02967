"""What is built where QICS_STORAGE says azure: one identity opens all of it, and everything missing is named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from azure.storage.blob import BlobServiceClient

from local.identity import CLIENT_ID, IdentityEndpoint
from shared.bootstrap import App
from shared.errors import Broken, Cause, RetryLater
from shared.evidence import CONTAINER
from shared.messages import ProvisionTenant
from shared.provisioning.access import SqlAccess
from shared.provisioning.azure import AzureProvisioner
from shared.provisioning.places import Place
from shared.settings import read
from tests.support.arm import POOL, tenant_named
from tests.support.estate import BLOBS
from tests.support.key_vault import VaultBench

HOME = Place.of(POOL, ["sql-a.database.windows.net"])


def test_secrets_go_into_the_vault_of_their_purpose(deployed: App, key_vaults: VaultBench) -> None:
    deployed.vaults.application.set("key", "a")
    deployed.vaults.tenant.set("pair-acme", "b")
    assert key_vaults.server.vaults[key_vaults.application].live("key")
    assert key_vaults.server.vaults[key_vaults.tenant].live("pair-acme")


def test_queues_blobs_and_vaults_are_opened_by_the_one_identity(deployed: App, identity: IdentityEndpoint) -> None:
    deployed.queues.make()  # in Azure the templates have
    deployed.queues.send(ProvisionTenant(tenant="acme"))
    with BlobServiceClient(f"https://{BLOBS}", deployed.estate.credential) as blobs:  # type: ignore[attr-defined]
        blobs.create_container(CONTAINER)
    assert deployed.evidence.create("tombstones/acme.json", b"{}") == b"{}"
    deployed.vaults.tenant.names()
    assert set(identity.asked) == {"https://storage.azure.com", "https://vault.azure.net"}


def test_a_queue_the_templates_have_not_made_is_named(deployed: App) -> None:
    with pytest.raises(Broken, match="tenant-provision is not there"):
        deployed.queues.send(ProvisionTenant(tenant="acme"))


def test_databases_are_made_over_arm_in_the_pool_the_register_names(deployed: App) -> None:
    assert isinstance(deployed.provisioner, AzureProvisioner)
    assert isinstance(deployed.estate.access(deployed.vaults), SqlAccess)
    assert deployed.estate.place({}) == HOME.name
    assert not deployed.estate.provisions_at_once


def test_a_tenant_whose_pool_is_not_in_the_list_is_named(deployed: App) -> None:
    with pytest.raises(Broken, match="QICS_POOLS lacks sql-z/pool of tenant acme"):
        deployed.estate.warehouse(replace(tenant_named("acme"), place="sql-z/pool"))


def test_full_pools_are_named(deployed: App) -> None:
    with pytest.raises(Broken, match=HOME.name) as full:
        deployed.estate.place({HOME.name: HOME.limit})
    assert full.value.cause is Cause.PLACES_FULL


def test_a_plain_server_has_neither_pools_nor_readers(deployed: App, azure_environment: dict[str, str]) -> None:
    told = azure_environment | {"QICS_SQL_USER": "sa", "QICS_POOLS": ""}
    plain = App(read(told), told, deployed.clock)
    assert plain.estate.place({}) == ""
    assert plain.estate.access(deployed.vaults) is None
    with pytest.raises(Broken, match="secret sql-password"):
        plain.estate.register()
    plain.close()


def test_without_an_identity_its_settings_are_named(deployed: App, identity: IdentityEndpoint) -> None:
    identity.secret = "another"
    with pytest.raises(Broken, match=f"IDENTITY_ENDPOINT .* {CLIENT_ID}") as broken:
        deployed.vaults.tenant.names()
    assert broken.value.cause is Cause.NO_IDENTITY


def test_a_vault_that_does_not_answer_is_tried_again_later(deployed: App, azure_environment: dict[str, str]) -> None:
    told = azure_environment | {"QICS_TENANT_VAULTS": "https://kv-elsewhere.example.com"}
    app = App(read(told), told, deployed.clock)
    with pytest.raises(RetryLater, match="kv-elsewhere"):
        app.vaults.tenant.names()
    app.close()


def test_what_the_host_reads_is_asked_for_by_name(deployed: App, azure_environment: dict[str, str]) -> None:
    told = azure_environment | {"AzureWebJobsStorage__queueServiceUri": ""}
    with pytest.raises(Broken, match="AzureWebJobsStorage__queueServiceUri"):
        App(deployed.settings, told, deployed.clock).queues.make()
