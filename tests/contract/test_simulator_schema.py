"""What the simulator serves is what the vendor's metadata names."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.exact_simulator.people import SCOPES
from local.exact_simulator.routes import PREFIX, by_right, route
from local.exact_simulator.schema import Entity, entities, entity

SERVED = sorted(entities())


def documented(kit: Path, known: Entity) -> dict[str, Any]:
    endpoints = json.loads((kit / "facts" / "exact-metadata" / "endpoints.json").read_text())
    return next(each for each in endpoints if each["path"] == PREFIX + known.path)


@pytest.mark.parametrize("name", SERVED)
def test_an_entity_has_the_documented_properties_and_types(kit: Path, name: str) -> None:
    known = entities()[name]
    named = documented(kit, known)
    kept = [
        each for each in named["properties"] if each["edm"] != "Collection" and not each.get("not_in_client_2025_12")
    ]
    assert known.properties == {each["name"]: each["edm"].removeprefix("Edm.") for each in kept}
    assert list(known.keys) == named["keys"]


@pytest.mark.parametrize("name", SERVED)
def test_an_address_leads_to_its_entity(name: str) -> None:
    known = entities()[name]
    found = route(PREFIX + known.path.replace("{division}", "123"))
    assert found is not None
    assert found.entity is known


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/123/hrm/CostCenters",
        "/api/v1/hrm/Costcenters",
        "/api/v1/12x/hrm/Costcenters",
        "/api/v1/",
        "/api/v1/beta/1/hrm/Costcenters",
    ],
)
def test_another_casing_or_path_leads_nowhere(path: str) -> None:
    assert route(path) is None


def test_every_entity_but_me_belongs_to_an_app_scope() -> None:
    assert {known.name for known in entities().values()} - SCOPES.keys() == {"Me"}


def test_the_main_variant_is_the_one_the_app_reads() -> None:
    assert entity("TransactionLines").path == "{division}/sync/Financial/TransactionLines"
    assert entity("BudgetScenarios").path == "beta/{division}/budget/BudgetScenarios"
    assert by_right("budget/BudgetScenarios") is entity("BudgetScenarios")
