"""The questions of workbook and alerts: bound by Microsoft's own KQL service, and held against what the engine says."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from shared import telemetry
from tests.support.bicep import INFRA, ROOT, Deployment

QUERIES = INFRA / "monitoring" / "queries"
PRELUDE = QUERIES / "events.kql"
FILES = sorted(set(QUERIES.glob("*.kql")) - {PRELUDE})

#: events and fields that come with other parts of the engine; each leaves this list when the code says it
AWAITED = {
    "division.ended": {"calls", "left"},
    "grant.age": {"tenant", "seconds"},
    "placement.filling": {"type", "holder", "count", "left"},
    "promise.broken": {"type", "count", "cause"},
    "promise.checked": {"type", "state", "count"},
    "proof.done": {"tenant", "division", "state", "count", "cause"},
    "proof.failed": {"tenant", "division", "count", "cause"},
    "purge.done": {"tenant", "removed", "left"},
    "purge.overdue": {"tenant", "until", "state"},
    "purge.planned": {"tenant", "until", "state"},
    "step.ended": {"calls", "left"},
}
#: events a cap may never drop go to the other store
KEPT = ("proof.", "purge.", "promise.")
#: what the engine's own helpers add to an event
NAMES = {"names": {"tenant", "division", "run"}, "_names": {"tenant", "division", "run", "step"}}


def said(call: ast.Call) -> tuple[str, set[str]] | None:
    """The event's name and its fields, when this call logs one: `telemetry.event("page.stored", rows=...)`."""
    target = call.func
    logs = isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "telemetry"
    chosen = isinstance(target, ast.Name) and target.id == "level"
    if not (logs or chosen) or not call.args or not isinstance(call.args[0], ast.Constant):
        return None
    fields = {keyword.arg for keyword in call.keywords if keyword.arg}
    for keyword in call.keywords:
        fields |= set() if keyword.arg else spread(keyword.value)
    return str(call.args[0].value), fields


def spread(value: ast.expr) -> set[str]:
    """What `**value` adds: known for the engine's own helpers; anything an event may have where only a run can tell."""
    if not isinstance(value, ast.Call):
        return set(telemetry.FIELDS)
    helper = value.func.attr if isinstance(value.func, ast.Attribute) else ast.unparse(value.func)
    return NAMES[helper] | ({"stream"} if helper == "names" and value.args else set())


@cache
def emitted() -> dict[str, set[str]]:
    """Every event of the engine with its fields, and those awaited."""
    events = defaultdict(set, {name: set(fields) for name, fields in AWAITED.items()})
    for file in [*(ROOT / "shared").rglob("*.py"), ROOT / "function_app.py"]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            found = said(node) if isinstance(node, ast.Call) else None
            if found:
                events[found[0]] |= found[1]
    return events


def events_in(query: str) -> set[str]:
    return set(re.findall(r"'([a-z-]+\.[a-z-]+)'", query))


def fields_in(query: str) -> set[str]:
    return set(re.findall(r"\bfields\.(\w+)", query))


def test_every_query_binds_without_a_diagnostic_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.kql"
    wrong.write_text("events | where tenannt == 'x'")
    command = ["node", str(INFRA / "monitoring" / "check.js"), str(PRELUDE), str(wrong), *map(str, FILES)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True, timeout=300).stdout
    found = json.loads(said)
    assert "KS142" in found.pop(str(wrong))[0]
    assert len(found) == len(FILES) >= 20
    assert {file: diagnostics for file, diagnostics in found.items() if diagnostics} == {}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_query_asks_for_what_the_engine_says(file: Path) -> None:
    query, events = file.read_text(encoding="utf-8"), emitted()
    asked = events_in(query)
    assert asked <= events.keys()
    known = set().union(*(events[name] for name in asked)) if asked else set(telemetry.FIELDS)
    assert fields_in(query) <= known | {"tenant", "stream", "division", "run", "step", "cause"}
    assert fields_in(query) <= telemetry.FIELDS


def test_no_awaited_field_is_one_that_events_may_not_have() -> None:
    assert set().union(*AWAITED.values()) <= telemetry.FIELDS


def test_every_query_is_asked(prod: Deployment) -> None:
    deployed = (
        json.dumps(prod.of("Insights/scheduledQueryRules"))
        + prod.of("Insights/workbooks")[0]["properties"]["serializedData"]
    )
    for file in FILES:
        assert json.dumps(file.read_text(encoding="utf-8"))[1:-1] in deployed, file.name


def test_what_no_cap_may_drop_is_asked_of_the_store_without_one(prod: Deployment) -> None:
    for rule in prod.of("Insights/scheduledQueryRules"):
        (criterion,) = rule["properties"]["criteria"]["allOf"]
        kept = any(name.startswith(KEPT) for name in events_in(criterion["query"]) if "!in" not in criterion["query"])
        assert [scope.endswith("-kept") for scope in rule["properties"]["scopes"]] == [kept], rule["name"]


def test_the_plentiful_telemetry_is_capped_and_the_other_is_not(prod: Deployment) -> None:
    caps = {
        each["name"].endswith("-kept"): each["properties"]["workspaceCapping"]["dailyQuotaGb"]
        for each in prod.of("OperationalInsights/workspaces")
    }
    assert caps == {True: -1, False: 5}


def test_a_silent_planner_is_noticed_when_there_is_nothing_at_all(deployment: Deployment) -> None:
    """A query that groups yields no row from no rows, and its alert never fires."""
    (criterion,) = deployment.one("Insights/scheduledQueryRules", "planner-silent")["properties"]["criteria"]["allOf"]
    assert " by " not in criterion["query"].rsplit("summarize", 1)[1]
    assert (criterion["operator"], criterion["threshold"], criterion["metricMeasureColumn"]) == (
        *("LessThan", 1),
        "plannings",
    )


def test_every_alert_calls_the_operators_and_has_a_page(deployment: Deployment) -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    (group,) = deployment.of("Insights/actionGroups")
    rules = deployment.of("Insights/scheduledQueryRules")
    assert len(rules) >= 10
    for rule in rules:
        assert rule["properties"]["actions"]["actionGroups"] == [group["id"]]
        assert f"\n## {rule['properties']['displayName']}\n" in page
    assert "\n## full\n" in page


@pytest.mark.parametrize(("part", "metric"), [("pool-1", "storage_percent"), ("kv-", "SaturationShoebox")])
def test_a_pool_or_vault_that_is_80_percent_full_is_noticed(deployment: Deployment, part: str, metric: str) -> None:
    alerts = [each for each in deployment.of("Insights/metricAlerts") if part in each["name"]]
    assert alerts
    for alert in alerts:
        (criterion,) = alert["properties"]["criteria"]["allOf"]
        assert (criterion["metricName"], criterion["operator"], criterion["threshold"]) == (metric, "GreaterThan", 80)
