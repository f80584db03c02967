"""Promise REGION: where everything stands, and where copies of it lie."""

from __future__ import annotations

from tests.support.bicep import Deployment

#: types without a place, with what they hold; policy/assignments.bicep has the same list for ARM to hold
GLOBAL = {
    "Microsoft.Insights/actionGroups": "addresses of operators",
    "Microsoft.Insights/metricAlerts": "names of metrics and limits",
    "Microsoft.Network/privateDnsZones": "names and private addresses of our own services",
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks": "which network uses a zone",
}
MADE_BY_AZURE = {"Microsoft.AlertsManagement/smartDetectorAlertRules": "made by Application Insights"}


def test_everything_with_a_place_stands_in_west_europe(deployment: Deployment) -> None:
    elsewhere = {
        (each["type"], each["location"])
        for each in deployment.resources
        if "location" in each and each["location"] != "westeurope"
    }
    assert elsewhere <= {(kind, "global") for kind in GLOBAL}


def test_the_policy_knows_the_same_types_without_a_place(deployment: Deployment) -> None:
    region = deployment.one("Authorization/policyAssignments", "region")["properties"]["parameters"]
    assert region["location"]["value"] == "westeurope"
    assert set(region["global"]["value"]) == GLOBAL.keys() | MADE_BY_AZURE.keys()


def test_storage_is_copied_within_the_region_only(deployment: Deployment) -> None:
    copies = {each["sku"]["name"] for each in deployment.of("Storage/storageAccounts")}
    assert copies <= {"Standard_LRS", "Standard_ZRS"}
    assert len(deployment.of("Storage/storageAccounts")) == 2


def test_backups_of_databases_stay_in_the_region(deployment: Deployment) -> None:
    databases = deployment.of("Sql/servers/databases")
    assert [each["name"].split("/")[1] for each in databases] == ["register"]
    assert databases[0]["properties"]["requestedBackupStorageRedundancy"] in {"Local", "Zone"}


def test_the_register_can_be_turned_back_a_week_at_least(deployment: Deployment) -> None:
    (policy,) = deployment.of("Sql/servers/databases/backupShortTermRetentionPolicies")
    assert policy["properties"]["retentionDays"] >= 7
