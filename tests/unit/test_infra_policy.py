"""What ARM refuses in the resource group, whoever asks."""

from __future__ import annotations

import pytest

from tests.support.bicep import Deployment

ALWAYS = {"region", "azure-services", "firewall"}


@pytest.mark.parametrize(
    ("environment", "more"), [("prod", {"closed-register", "closed-vaults"}), ("dev", {"named-vaults"})]
)
def test_the_rules_in_force_follow_how_closed_the_installation_is(
    request: pytest.FixtureRequest, environment: str, more: set[str]
) -> None:
    deployment: Deployment = request.getfixturevalue(environment)
    assert {each["name"] for each in deployment.of("Authorization/policyAssignments")} == ALWAYS | more


def test_a_rule_in_force_is_one_that_denies(deployment: Deployment) -> None:
    definitions = {each["id"]: each["properties"] for each in deployment.of("Authorization/policyDefinitions")}
    for each in deployment.of("Authorization/policyAssignments"):
        definition = definitions[each["properties"]["policyDefinitionId"]]
        assert definition["policyRule"]["then"] == {"effect": "deny"}
        assert each["properties"]["parameters"].keys() == definition.get("parameters", {}).keys()
        assert each["properties"]["enforcementMode"] == "Default"


def test_who_is_refused_is_told_why(deployment: Deployment) -> None:
    for each in deployment.of("Authorization/policyAssignments"):
        (message,) = each["properties"]["nonComplianceMessages"]
        assert message["message"].endswith("Why: docs/deployment.md, Policy.")


def test_only_the_named_operators_may_have_a_rule_and_only_on_the_register(deployment: Deployment) -> None:
    firewall = deployment.one("Authorization/policyAssignments", "firewall")["properties"]["parameters"]
    assert firewall["server"]["value"] == deployment.one("Sql/servers", "-register-")["name"]
    assert firewall["addresses"]["value"] == (["192.0.2.10"] if deployment.environment == "dev" else [])


def test_no_server_may_admit_all_of_azure(deployment: Deployment) -> None:
    rule = deployment.one("Authorization/policyDefinitions", "-azure-services")["properties"]["policyRule"]["if"]
    assert rule["allOf"] == [
        {"field": "type", "equals": "Microsoft.Sql/servers/firewallRules"},
        {"field": "Microsoft.Sql/servers/firewallRules/startIpAddress", "equals": "0.0.0.0"},  # noqa: S104
    ]


def test_the_open_variant_names_who_a_vault_may_admit(dev: Deployment) -> None:
    named = dev.one("Authorization/policyAssignments", "named-vaults")["properties"]["parameters"]
    assert named["addresses"]["value"] == ["192.0.2.10", "192.0.2.10/32"]
    assert [subnet.rsplit("/", 1)[1] for subnet in named["subnets"]["value"]] == ["front", "worker"]
