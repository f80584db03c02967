"""Who reaches what over the network, in the full and in the cheap variant."""

from __future__ import annotations

import pytest

from tests.support.bicep import Deployment, Resource


def subnets(deployment: Deployment) -> dict[str, Resource]:
    (network,) = deployment.of("Network/virtualNetworks")
    return {each["name"]: each["properties"] for each in network["properties"]["subnets"]}


def size(prefix: str) -> int:
    return 2 ** (32 - int(prefix.split("/")[1]))


@pytest.mark.parametrize("app", ["front", "worker"])
def test_each_app_has_a_subnet_of_its_own_delegated_as_flex_wants_it(deployment: Deployment, app: str) -> None:
    """ARM takes any delegation; only with this one does a Flex Consumption app start."""
    subnet = subnets(deployment)[app]
    assert [each["properties"]["serviceName"] for each in subnet["delegations"]] == ["Microsoft.App/environments"]
    assert size(subnet["addressPrefix"]) >= 64
    site = deployment.one("Web/sites", f"-{app}-")
    assert site["properties"]["virtualNetworkSubnetId"].endswith(f"/subnets/{app}")


def test_every_subnet_has_rules_that_end_in_a_refusal(deployment: Deployment) -> None:
    for name, subnet in subnets(deployment).items():
        group = deployment.one("Network/networkSecurityGroups", subnet["networkSecurityGroup"]["id"].rsplit("/", 1)[1])
        refused = {
            rule["properties"]["direction"]
            for rule in group["properties"]["securityRules"]
            if rule["properties"]["access"] == "Deny" and rule["properties"]["destinationAddressPrefix"] == "*"
        }
        assert refused == ({"Inbound"} if name == "endpoints" else {"Inbound", "Outbound"})


def test_apps_send_to_https_sql_and_only_the_worker_to_mail(deployment: Deployment) -> None:
    ports = {
        app: {
            port
            for rule in deployment.one("Network/networkSecurityGroups", f"-{app}")["properties"]["securityRules"]
            if rule["properties"]["access"] == "Allow"
            for port in rule["properties"]["destinationPortRanges"]
        }
        for app in ("front", "worker")
    }
    assert ports["front"] == {"443", "1433", "11000-11999"}
    assert ports["worker"] - ports["front"] == {"587"}


def test_nothing_goes_out_over_plain_http(deployment: Deployment) -> None:
    for group in deployment.of("Network/networkSecurityGroups"):
        for rule in group["properties"]["securityRules"]:
            if rule["properties"]["access"] == "Allow":
                assert not {"80", "*"} & set(rule["properties"]["destinationPortRanges"])


@pytest.mark.parametrize(
    ("target", "kinds"),
    [
        ("kv-app-a-", ["vault"]),
        ("kv-ten-a-", ["vault"]),
        ("sql-qics-register-", ["sqlServer"]),
        ("sql-qics-tenants-a-", ["sqlServer"]),
        ("stqicshost", ["blob", "queue"]),
        ("stqicsextr", ["blob"]),
    ],
)
def test_in_production_every_store_has_an_endpoint_inside(prod: Deployment, target: str, kinds: list[str]) -> None:
    connections = [
        connection["properties"]
        for each in prod.of("Network/privateEndpoints")
        for connection in each["properties"]["privateLinkServiceConnections"]
    ]
    found = [each["groupIds"] for each in connections if f"/{target}" in each["privateLinkServiceId"]]
    assert sorted(found) == [[kind] for kind in kinds]


def test_every_endpoint_is_found_by_its_name(prod: Deployment) -> None:
    assert len(prod.of("Network/privateEndpoints/privateDnsZoneGroups")) == len(prod.of("Network/privateEndpoints"))
    assert len(prod.of("Network/privateDnsZones")) == len(prod.of("Network/privateDnsZones/virtualNetworkLinks")) == 4


def test_in_production_register_vaults_and_host_storage_have_no_public_side(prod: Deployment) -> None:
    closed = [
        prod.one("Sql/servers", "-register-"),
        prod.one("Storage/storageAccounts", "stqicshost"),
        *prod.of("KeyVault/vaults"),
    ]
    assert [each["properties"]["publicNetworkAccess"] for each in closed] == ["Disabled"] * 4


def test_the_cheap_variant_admits_the_apps_and_the_named_operators_alone(dev: Deployment) -> None:
    for each in [dev.one("Storage/storageAccounts", "stqicshost"), *dev.of("KeyVault/vaults")]:
        rules = each["properties"]["networkAcls"]
        assert (rules["defaultAction"], rules["bypass"]) == ("Deny", "None")
        assert [rule["value"] for rule in rules["ipRules"]] == ["192.0.2.10"]
        assert [rule["id"].rsplit("/", 1)[1] for rule in rules["virtualNetworkRules"]] == ["front", "worker"]


def test_the_cheap_variant_opens_tenants_databases_to_the_worker_alone(dev: Deployment) -> None:
    rules = dev.of("Sql/servers/virtualNetworkRules")
    admitted = {(each["name"].split("-")[2], each["name"].rsplit("-", 1)[1]) for each in rules}
    assert admitted == {("register", "front"), ("register", "worker"), ("tenants", "worker")}


def test_no_server_level_rule_opens_a_server_but_the_operators_on_the_register(deployment: Deployment) -> None:
    """Tenants open their own database by its own rules, which only T-SQL sees."""
    rules = deployment.of("Sql/servers/firewallRules")
    assert [each["properties"]["startIpAddress"] for each in rules] == (
        ["192.0.2.10"] if deployment.environment == "dev" else []
    )
    assert all("-register-" in each["name"] for each in rules)


def test_the_extracts_are_open_to_who_holds_a_link(deployment: Deployment) -> None:
    account = deployment.one("Storage/storageAccounts", "stqicsextr")["properties"]
    assert (account["publicNetworkAccess"], account["networkAcls"]["defaultAction"]) == ("Enabled", "Allow")


def test_production_leaves_by_one_address(prod: Deployment) -> None:
    (gateway,) = prod.of("Network/natGateways")
    for app in ("front", "worker"):
        assert subnets(prod)[app]["natGateway"]["id"] == gateway["id"]
        assert subnets(prod)[app]["defaultOutboundAccess"] is False


def test_without_a_gateway_the_apps_still_get_out(dev: Deployment) -> None:
    """New networks are private by default: without this no call would reach Exact."""
    assert {subnets(dev)[app]["defaultOutboundAccess"] for app in ("front", "worker")} == {True}
