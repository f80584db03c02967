"""Who may do what: the same table as infra/access/table.bicep, in this file's own words, each line with its reason."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.support.bicep import SUBSCRIPTION, Deployment, Resource, recorded

BUILT_IN = {
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe": "blob contributor",
    "db58b8e5-c6ad-4a2a-8342-4190687cbf4a": "blob delegator",
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "blob owner",
    "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": "blob reader",
    "3913510d-42f4-4e42-8a64-420c390055eb": "metrics publisher",
    "974c5e8b-45b9-4653-ba55-5f855dd0fb88": "queue contributor",
    "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a": "queue sender",
    "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": "secrets officer",
    "4633458b-17de-408a-b874-0445c86b69e6": "secrets user",
}

#: (who, role, where): why
TABLE = {
    ("front", "blob owner", "host/azure-webjobs-hosts"): "the host takes and renews its locks",
    ("worker", "blob owner", "host/azure-webjobs-hosts"): "the host takes its locks: each timer runs once",
    ("front", "blob owner", "host/azure-webjobs-secrets"): "the host makes its own keys at first start",
    ("worker", "blob owner", "host/azure-webjobs-secrets"): "the host makes its own keys at first start",
    ("front", "blob contributor", "host/package-front"): "the platform puts and reads the package as the app",
    ("worker", "blob contributor", "host/package-worker"): "the platform puts and reads the package as the app",
    ("front", "metrics publisher", "telemetry"): "local authentication is off",
    ("front", "metrics publisher", "telemetry-kept"): "local authentication is off",
    ("worker", "metrics publisher", "telemetry"): "local authentication is off",
    ("worker", "metrics publisher", "telemetry-kept"): "local authentication is off",
    ("front", "queue sender", "host/tenant-provision"): "callback: a first consent",
    ("front", "queue sender", "host/tenant-sync"): "callback: a renewed consent",
    ("worker", "queue contributor", "host queues"): "queue triggers, sending with a delay, a purge's pending work",
    ("front", "secrets user", "application vault"): "connect and callback: Exact client, keys",
    ("worker", "secrets user", "application vault"): "refreshing: Exact client, grant key",
    ("worker", "certificateSigner", "application vault"): "certificates of deletion",
    ("front", "grantKeeper", "tenant vault"): "callback stores the pair; a reader's password is shown once",
    ("worker", "secrets officer", "tenant vault"): "pairs, passwords, contact; deletes and purges them",
    ("worker", "databaseKeeper", "tenants server"): "provisioning and purging databases",
    ("worker", "blob contributor", "extracts"): "extracts and take-outs",
    ("front", "blob delegator", "extracts"): "user-delegation key for a link",
    ("front", "blob reader", "extracts"): "the link's own right",
    ("worker", "blob contributor", "host/evidence"): "tombstones, certificates, audit heads",
    ("worker", "placeWitness", "group"): "the daily check of the promises",
    ("operators", "secrets officer", "application vault"): "qics setup",
    ("operators", "secrets officer", "tenant vault"): "qics tenant",
    ("operators", "queue contributor", "host queues"): "qics sync now; poison",
    ("operators", "blob reader", "host/evidence"): "qics certificate, qics register reconcile",
    ("operators", "blob contributor", "extracts"): "qics tenant export, qics disclose",
}

#: what each role of our own may do; a wildcard would be a role of somebody else's
OWN = {
    "certificateSigner": {"Microsoft.KeyVault/vaults/keys/read", "Microsoft.KeyVault/vaults/keys/sign/action"},
    "databaseKeeper": {
        "Microsoft.Sql/servers/databases/backupLongTermRetentionPolicies/read",
        "Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies/read",
        "Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies/write",
        "Microsoft.Sql/servers/databases/delete",
        "Microsoft.Sql/servers/databases/operations/read",
        "Microsoft.Sql/servers/databases/read",
        "Microsoft.Sql/servers/databases/transparentDataEncryption/read",
        "Microsoft.Sql/servers/databases/write",
        "Microsoft.Sql/servers/elasticPools/databases/read",
        "Microsoft.Sql/servers/elasticPools/read",
        "Microsoft.Sql/servers/firewallRules/read",
        "Microsoft.Sql/servers/read",
        "Microsoft.Sql/servers/restorableDroppedDatabases/read",
    },
    "grantKeeper": {
        "Microsoft.KeyVault/vaults/secrets/getSecret/action",
        "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
        "Microsoft.KeyVault/vaults/secrets/recover/action",
        "Microsoft.KeyVault/vaults/secrets/setSecret/action",
        "Microsoft.KeyVault/vaults/secrets/update/action",
    },
    "placeWitness": {
        "Microsoft.KeyVault/vaults/read",
        "Microsoft.Sql/servers/databases/read",
        "Microsoft.Sql/servers/firewallRules/read",
        "Microsoft.Sql/servers/read",
        "Microsoft.Storage/storageAccounts/blobServices/read",
        "Microsoft.Storage/storageAccounts/read",
    },
}

#: the end of an assignment's scope, and the word for it
SCOPES = (
    (r"/stqicshost\w+/blobServices/default/containers/([\w-]+)$", r"host/\1"),
    (r"/stqicshost\w+/queueServices/default/queues/([\w-]+)$", r"host/\1"),
    (r"/stqicshost\w+/queueServices/default$", "host queues"),
    (r"/stqicsextr\w+$", "extracts"),
    (r"/kv-app-\w+-\w+$", "application vault"),
    (r"/kv-ten-\w+-\w+$", "tenant vault"),
    (r"/sql-qics-tenants-\w+-\w+$", "tenants server"),
    (r"/appi-qics-\w+-kept$", "telemetry-kept"),
    (r"/appi-qics-\w+$", "telemetry"),
    (r"/resourceGroups/rg-qics-\w+$", "group"),
)


def own_roles(deployment: Deployment) -> dict[str, str]:
    """Role names by the id of their definition."""
    definitions = deployment.of("Authorization/roleDefinitions")
    return {each["name"]: each["properties"]["roleName"].split()[1] for each in definitions}


def who(assignment: Resource) -> str:
    principal = assignment["properties"]["principalId"]
    named = re.search(r"/id-qics-\w+-(front|worker)'", principal)
    return named[1] if named else "operators"


def where(assignment: Resource) -> str:
    scope = assignment["id"].split("/providers/Microsoft.Authorization/")[0]
    return next(re.sub(f".*{pattern}", word, scope) for pattern, word in SCOPES if re.search(pattern, scope))


def test_the_roles_given_are_those_of_the_table(deployment: Deployment) -> None:
    roles = BUILT_IN | own_roles(deployment)
    given = Counter(
        (who(each), roles[each["properties"]["roleDefinitionId"].rsplit("/", 1)[1]], where(each))
        for each in deployment.of("Authorization/roleAssignments")
    )
    assert given == Counter(TABLE.keys())


def test_every_role_given_says_why_where_the_portal_shows_it(deployment: Deployment) -> None:
    for each in deployment.of("Authorization/roleAssignments"):
        assert len(each["properties"]["description"]) > 10


@pytest.mark.parametrize("role", OWN)
def test_a_role_of_our_own_allows_what_is_listed_in_one_group(deployment: Deployment, role: str) -> None:
    (definition,) = [
        each["properties"]
        for each in deployment.of("Authorization/roleDefinitions")
        if each["properties"]["roleName"].endswith(f" {role}")
    ]
    (permission,) = definition["permissions"]
    assert set(permission["actions"]) | set(permission["dataActions"]) == OWN[role]
    assert definition["assignableScopes"] == [
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-qics-{deployment.environment}"
    ]


def test_the_front_can_open_no_tenants_database_and_delete_nothing() -> None:
    rights = {(role, place) for person, role, place in TABLE if person == "front"}
    assert not [place for _, place in rights if "server" in place]
    assert not [
        action for action in OWN["grantKeeper"] if "delete" in action or "purge" in action or "backup" in action
    ]
    assert not [place for role, place in rights if role == "secrets officer"]


def test_the_pipeline_may_give_the_roles_of_the_table_and_no_other(prod: Deployment) -> None:
    (grants,) = [
        each for each in recorded("deployer").of("Authorization/roleAssignments") if "condition" in each["properties"]
    ]
    condition = grants["properties"]["condition"]
    for action in ("write", "delete"):
        (given,) = re.findall(rf"roleAssignments/{action}'.*?GuidEquals {{(.*?)}}", condition)
        assert set(given.split(", ")) == BUILT_IN.keys() | own_roles(prod).keys()


def test_the_pipeline_is_opened_by_one_repository_and_environment_without_a_secret() -> None:
    (credential,) = recorded("deployer").of("ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials")
    assert credential["properties"]["subject"] == "repo:example/qics-dashboards-pipeline:environment:prod"
    assert credential["properties"]["issuer"] == "https://token.actions.githubusercontent.com"
