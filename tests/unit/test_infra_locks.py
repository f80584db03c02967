"""Promises SEPARATE, HTTPS, DELETE and NOLOGIN, as far as templates hold them."""

from __future__ import annotations

import json
import re

import pytest

from tests.support.bicep import Deployment

#: what the audit names; the default has groups that carry statements with their parameters
AUDITED = {
    "AUDIT_CHANGE_GROUP",
    "DATABASE_CHANGE_GROUP",
    "DATABASE_OBJECT_CHANGE_GROUP",
    "DATABASE_OBJECT_PERMISSION_CHANGE_GROUP",
    "DATABASE_OPERATION_GROUP",
    "DATABASE_OWNERSHIP_CHANGE_GROUP",
    "DATABASE_PERMISSION_CHANGE_GROUP",
    "DATABASE_PRINCIPAL_CHANGE_GROUP",
    "DATABASE_PRINCIPAL_IMPERSONATION_GROUP",
    "DATABASE_ROLE_MEMBER_CHANGE_GROUP",
    "FAILED_DATABASE_AUTHENTICATION_GROUP",
    "SCHEMA_OBJECT_CHANGE_GROUP",
    "SCHEMA_OBJECT_OWNERSHIP_CHANGE_GROUP",
    "SCHEMA_OBJECT_PERMISSION_CHANGE_GROUP",
    "SUCCESSFUL_DATABASE_AUTHENTICATION_GROUP",
    "USER_CHANGE_PASSWORD_GROUP",
}


def test_storage_has_no_keys_no_anonymous_readers_and_no_old_tls(deployment: Deployment) -> None:
    for account in deployment.of("Storage/storageAccounts"):
        locked = account["properties"]
        assert (locked["allowSharedKeyAccess"], locked["allowBlobPublicAccess"]) == (False, False)
        assert (locked["minimumTlsVersion"], locked["supportsHttpsTrafficOnly"]) == ("TLS1_2", True)


def test_a_link_lives_a_day_at_most(deployment: Deployment) -> None:
    for account in deployment.of("Storage/storageAccounts"):
        assert account["properties"]["sasPolicy"] == {"expirationAction": "Block", "sasExpirationPeriod": "1.00:00:00"}


def test_no_deleted_blob_is_kept(deployment: Deployment) -> None:
    services = deployment.of("Storage/storageAccounts/blobServices")
    assert len(services) == 2
    for each in services:
        kept = each["properties"]
        switches = ("changeFeed", "containerDeleteRetentionPolicy", "deleteRetentionPolicy", "restorePolicy")
        assert [kept[name]["enabled"] for name in switches] == [False] * 4
        assert kept["isVersioningEnabled"] is False


def test_evidence_cannot_be_changed(prod: Deployment) -> None:
    policy = prod.one("Storage/storageAccounts/blobServices/containers/immutabilityPolicies", "/evidence/")
    assert policy["properties"]["allowProtectedAppendWrites"] is False
    assert policy["properties"]["immutabilityPeriodSinceCreationInDays"] >= 7 * 365


def test_the_application_vault_can_never_be_emptied(deployment: Deployment) -> None:
    vault = deployment.one("KeyVault/vaults", "kv-app-")["properties"]
    assert (vault["enablePurgeProtection"], vault["softDeleteRetentionInDays"]) == (True, 90)


def test_the_tenants_vault_says_nothing_of_purge_protection(deployment: Deployment) -> None:
    """ARM refuses the property with the value false: it must be absent."""
    vault = deployment.one("KeyVault/vaults", "kv-ten-")["properties"]
    assert "enablePurgeProtection" not in vault
    assert (vault["enableSoftDelete"], vault["softDeleteRetentionInDays"]) == (True, 7)


def test_vaults_go_by_roles_and_let_no_template_in(deployment: Deployment) -> None:
    for vault in deployment.of("KeyVault/vaults"):
        assert vault["properties"]["enableRbacAuthorization"] is True
        assert vault["properties"]["enabledForTemplateDeployment"] is False


def test_certificates_are_signed_by_a_key_that_stays_in_the_vault(deployment: Deployment) -> None:
    (key,) = deployment.of("KeyVault/vaults/keys")
    assert key["name"].startswith("kv-app-")
    assert key["properties"] == {"kty": "EC", "curveName": "P-256", "keyOps": ["sign", "verify"]}


def test_sql_servers_speak_tls_1_2_and_reach_out_to_nothing(deployment: Deployment) -> None:
    servers = deployment.of("Sql/servers")
    assert len(servers) == 2
    assert {each["properties"]["minimalTlsVersion"] for each in servers} == {"1.2"}
    assert {each["properties"]["restrictOutboundNetworkAccess"] for each in servers} == {"Enabled"}


def test_the_register_knows_no_passwords(deployment: Deployment) -> None:
    server = deployment.one("Sql/servers", "-register-")["properties"]
    assert server["administrators"]["azureADOnlyAuthentication"] is True
    assert "administratorLogin" not in server
    only = deployment.one("Sql/servers/azureADOnlyAuthentications", "-register-")
    assert only["properties"] == {"azureADOnlyAuthentication": True}


@pytest.mark.parametrize("server", ["-register-", "-tenants-"])
def test_the_worker_administers_both_servers(deployment: Deployment, server: str) -> None:
    administrator = deployment.one("Sql/servers/administrators", server)["properties"]
    assert administrator["login"].endswith("-worker")
    assert "-worker'" in administrator["sid"]


def test_the_register_is_encrypted(deployment: Deployment) -> None:
    (encryption,) = deployment.of("Sql/servers/databases/transparentDataEncryption")
    assert encryption["properties"] == {"state": "Enabled"}


def test_the_audit_names_its_groups_and_none_carries_a_statement(deployment: Deployment) -> None:
    audits = deployment.of("Sql/servers/auditingSettings")
    assert len(audits) == 2
    for audit in audits:
        assert set(audit["properties"]["auditActionsAndGroups"]) == AUDITED
        assert (audit["properties"]["state"], audit["properties"]["isAzureMonitorTargetEnabled"]) == ("Enabled", True)
    assert not [group for group in AUDITED if re.search("BATCH|_ACCESS_|DBCC", group)]


def test_attacks_on_both_servers_are_looked_for(deployment: Deployment) -> None:
    states = [each["properties"]["state"] for each in deployment.of("Sql/servers/advancedThreatProtectionSettings")]
    assert states == ["Enabled", "Enabled"]


@pytest.mark.parametrize(
    ("scope", "categories"),
    [
        ("vaults/kv-app-", {"AuditEvent"}),
        ("vaults/kv-ten-", {"AuditEvent"}),
        ("sql-qics-register-", {"SQLSecurityAuditEvents", "DevOpsOperationsAudit"}),
        ("sql-qics-tenants-", {"SQLSecurityAuditEvents", "DevOpsOperationsAudit"}),
        ("stqicsextr", {"StorageRead", "StorageWrite", "StorageDelete"}),
        ("stqicshost", {"StorageDelete"}),
    ],
)
def test_who_opened_what_is_logged_where_no_cap_drops_it(
    deployment: Deployment, scope: str, categories: set[str]
) -> None:
    (setting,) = [each for each in deployment.of("Insights/diagnosticSettings") if scope in each["id"]]
    assert {log["category"] for log in setting["properties"]["logs"] if log["enabled"]} == categories
    workspace = setting["properties"]["workspaceId"].rsplit("/", 1)[1]
    assert deployment.one("OperationalInsights/workspaces", workspace)["properties"]["workspaceCapping"] == {
        "dailyQuotaGb": -1
    }


def test_telemetry_takes_no_keys(deployment: Deployment) -> None:
    stores = deployment.of("Insights/components")
    assert len(stores) == 2
    assert {each["properties"]["DisableLocalAuth"] for each in stores} == {True}


def test_nothing_secret_is_written_down_or_handed_out(deployment: Deployment) -> None:
    """The tenants' server wants a password: a new guid each time, evaluated by ARM, kept by nobody."""
    server = deployment.one("Sql/servers", "-tenants-")["properties"]
    assert server["administratorLoginPassword"] == "[newGuid()]"
    assert not re.search(r"password|secret|list(Account)?(Keys|Sas)", json.dumps(deployment.outputs), re.IGNORECASE)
    assert not re.search(r"\blist\w*\(", json.dumps(deployment.resources))
