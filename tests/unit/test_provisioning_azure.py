"""Databases over ARM: what is asked, in which order, and what must be true before the first row and after the last."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from shared.errors import Broken, Cause, RetryLater
from shared.provisioning.arm import PoolDatabases
from shared.provisioning.azure import AzureProvisioner
from shared.register import Tenant
from tests.support.arm import DATABASE, POOL, SERVER, FakeArm
from tests.support.clock import FakeClock

SHORT = f"{DATABASE}/backupShortTermRetentionPolicies/default"
LONG = f"{DATABASE}/backupLongTermRetentionPolicies/default"
ENCRYPTION = f"{DATABASE}/transparentDataEncryption/current"
RESTORABLE = f"{SERVER}/restorableDroppedDatabases"
ONLINE = {"properties": {"status": "Online", "currentBackupStorageRedundancy": "Zone"}}
GONE = (404, {"error": {"code": "ResourceNotFound"}})


def kept(days: int) -> tuple[int, Any]:
    return 200, {"properties": {"retentionDays": days}}


@pytest.fixture
def provisioner(pool: PoolDatabases) -> AzureProvisioner:
    return AzureProvisioner(lambda _: pool, "Zone")


@pytest.fixture
def as_promised(arm: FakeArm) -> FakeArm:
    """A database that is online and kept as promised."""
    arm.answer("GET", DATABASE, (200, ONLINE))
    arm.answer("GET", SHORT, kept(7))
    arm.answer("GET", LONG, (200, {"properties": {"weeklyRetention": "PT0S"}}))
    arm.answer("GET", ENCRYPTION, (200, {"properties": {"state": "Enabled"}}))
    return arm


def test_a_database_is_asked_for_in_the_pool_with_its_backups_in_the_region(
    arm: FakeArm, provisioner: AzureProvisioner, onboarded: Tenant
) -> None:
    arm.answer("GET", POOL, (200, {"location": "westeurope"}))
    arm.answer("PUT", DATABASE, (202, None))
    with pytest.raises(RetryLater, match="being made"):
        provisioner.provision(onboarded)
    properties = {"elasticPoolId": POOL, "requestedBackupStorageRedundancy": "Zone"}
    assert arm.writes() == [("PUT", DATABASE, {"location": "westeurope", "properties": properties})]


def test_nothing_is_waited_for_and_every_request_names_a_version(
    arm: FakeArm, provisioner: AzureProvisioner, onboarded: Tenant
) -> None:
    arm.answer("GET", POOL, (200, {"location": "westeurope"}))
    arm.answer("PUT", DATABASE, (202, None))
    with pytest.raises(RetryLater):
        provisioner.provision(onboarded)
    assert [each.method for each in arm.asked] == ["GET", "GET", "PUT"]
    assert {each.version for each in arm.asked} == {"2025-01-01"}


@pytest.mark.parametrize("properties", [{"status": "Creating"}, {"status": "Online"}])
def test_a_database_that_is_not_online_yet_is_a_message_back(
    arm: FakeArm, provisioner: AzureProvisioner, onboarded: Tenant, properties: dict[str, str]
) -> None:
    arm.answer("GET", DATABASE, (200, {"properties": properties}))
    with pytest.raises(RetryLater):
        provisioner.provision(onboarded)
    assert arm.writes() == []


def test_one_that_is_as_promised_is_ready_and_left_alone(
    as_promised: FakeArm, provisioner: AzureProvisioner, onboarded: Tenant
) -> None:
    for _ in range(2):
        provisioner.provision(onboarded)
    assert as_promised.writes() == []


def test_the_retention_is_set_and_read_back(
    as_promised: FakeArm, provisioner: AzureProvisioner, onboarded: Tenant
) -> None:
    as_promised.answer("GET", SHORT, kept(14), kept(7))
    as_promised.answer("PUT", SHORT, (202, None))
    provisioner.provision(onboarded)
    assert as_promised.writes() == [("PUT", SHORT, {"properties": {"retentionDays": 7}})]


def test_a_retention_that_is_not_read_back_is_a_message_back(
    as_promised: FakeArm, provisioner: AzureProvisioner, onboarded: Tenant
) -> None:
    as_promised.answer("GET", SHORT, kept(14))
    as_promised.answer("PUT", SHORT, (202, None))
    with pytest.raises(RetryLater, match="14 days, not yet 7"):
        provisioner.provision(onboarded)


@pytest.mark.parametrize(
    ("path", "properties", "named"),
    [
        (DATABASE, {"status": "Online", "currentBackupStorageRedundancy": "Geo"}, "backups are Geo, not Zone"),
        (LONG, {"weeklyRetention": "P5W"}, "long-term"),
        (ENCRYPTION, {"state": "Disabled"}, "not encrypted"),
    ],
)
def test_what_is_not_as_promised_stops_the_tenant_with_its_name(
    as_promised: FakeArm, provisioner: AzureProvisioner, onboarded: Tenant, path: str, properties: Any, named: str
) -> None:
    as_promised.answer("GET", path, (200, {"properties": properties}))
    with pytest.raises(Broken, match=named) as broken:
        provisioner.provision(onboarded)
    assert broken.value.cause is Cause.DATABASE_UNSAFE


def test_a_drop_shortens_the_retention_first_and_looks(
    as_promised: FakeArm, provisioner: AzureProvisioner, onboarded: Tenant
) -> None:
    as_promised.answer("GET", DATABASE, (200, ONLINE), GONE)
    as_promised.answer("GET", SHORT, kept(7), kept(1))
    as_promised.answer("PUT", SHORT, (202, None))
    as_promised.answer("DELETE", DATABASE, (202, None))
    provisioner.drop(onboarded)
    shortened = ("PUT", SHORT, {"properties": {"retentionDays": 1}})
    assert as_promised.writes() == [shortened, ("DELETE", DATABASE, None)]


def test_nothing_is_dropped_before_the_short_retention_is_read_back(
    as_promised: FakeArm, provisioner: AzureProvisioner, onboarded: Tenant
) -> None:
    as_promised.answer("PUT", SHORT, (202, None))
    with pytest.raises(RetryLater):
        provisioner.drop(onboarded)
    assert [method for method, _, _ in as_promised.writes()] == ["PUT"]


def test_a_database_that_is_still_there_after_the_drop_is_a_message_back(
    as_promised: FakeArm, provisioner: AzureProvisioner, onboarded: Tenant
) -> None:
    as_promised.answer("GET", SHORT, kept(1))
    as_promised.answer("DELETE", DATABASE, (202, None))
    with pytest.raises(RetryLater, match="being dropped"):
        provisioner.drop(onboarded)


def test_dropping_what_is_not_there_does_nothing(
    arm: FakeArm, provisioner: AzureProvisioner, onboarded: Tenant
) -> None:
    provisioner.drop(onboarded)
    assert arm.writes() == []
    assert not provisioner.exists(onboarded)


def test_what_remains_of_a_dropped_database_is_looked_for(
    arm: FakeArm, provisioner: AzureProvisioner, onboarded: Tenant
) -> None:
    dropped = [
        {"properties": {"databaseName": name, "deletionDate": day}}
        for name, day in (
            ("acme", "2026-11-24T10:00:00Z"),
            ("acme", "2026-11-20T10:00:00Z"),
            ("other", "2026-11-25T10:00:00Z"),
        )
    ]
    arm.answer("GET", RESTORABLE, (200, {"value": dropped}), (200, {"value": []}))
    assert provisioner.backups_until(onboarded) == date(2026, 11, 25)
    assert provisioner.backups_until(onboarded) is None


@pytest.mark.parametrize(
    ("status", "code", "kind", "cause"),
    [
        (429, "TooManyRequests", RetryLater, Cause.AZURE_DOWN),
        (503, "ServerBusy", RetryLater, Cause.AZURE_DOWN),
        (409, "ConflictingDatabaseOperation", RetryLater, Cause.AZURE_DOWN),
        (403, "AuthorizationFailed", Broken, Cause.AZURE_REFUSED),
        (400, "ElasticPoolDatabaseCountOverLimit", Broken, Cause.AZURE_REFUSED),
    ],
)
def test_a_refusal_names_server_database_and_code(
    arm: FakeArm, provisioner: AzureProvisioner, onboarded: Tenant, status: int, code: str, kind: Any, cause: Cause
) -> None:
    arm.answer("GET", DATABASE, (status, {"error": {"code": code, "message": "text"}}))
    with pytest.raises(kind, match=f"database acme on sql-a: {status} {code}") as raised:
        provisioner.provision(onboarded)
    assert raised.value.cause is cause


def test_a_busy_azure_says_when_to_come_again(
    arm: FakeArm, provisioner: AzureProvisioner, onboarded: Tenant, clock: FakeClock
) -> None:
    arm.answer("GET", DATABASE, (429, {"error": {"code": "x"}}))
    arm.headers["Retry-After"] = "90"
    with pytest.raises(RetryLater) as later:
        provisioner.provision(onboarded)
    assert later.value.until == clock() + timedelta(seconds=90)


def test_no_connection_is_a_message_back(arm: FakeArm, provisioner: AzureProvisioner, onboarded: Tenant) -> None:
    arm.unreachable = True
    with pytest.raises(RetryLater, match="no connection") as later:
        provisioner.exists(onboarded)
    assert later.value.cause is Cause.AZURE_DOWN
