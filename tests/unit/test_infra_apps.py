"""The two function apps against the code they run."""

from __future__ import annotations

import json

import pytest

from function_app import app as functions
from shared import settings
from shared.messages import QUEUES
from tests.support.bicep import ROOT, Deployment

APPS = ("front", "worker")
#: not of the deployed apps: a folder of one machine, a login on servers that are not Azure's
LOCAL = {"QICS_DATA", "QICS_SQL_USER"}
#: made by the templates before the engine reads it; it leaves this list when its row is in `settings.TABLE`
AWAITED = {"QICS_KEPT_TELEMETRY"}
#: queues of design §4 whose functions are still to come
AWAITED_QUEUES = {"tenant-publish"}

#: what is not the engine's own, and why it must be there
HOST = {
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": "telemetry by identity; local authentication is off",
    "APPLICATIONINSIGHTS_CONNECTION_STRING": "where telemetry goes; opens nothing by itself",
    "AZURE_CLIENT_ID": "which of an app's identities the Azure clients take",
    "AzureFunctionsWebHost__hostid": "two apps share one account: with one id they would silence each other's timers",
    "AzureWebJobsStorage__blobServiceUri": "the host's locks",
    "AzureWebJobsStorage__clientId": "which identity opens the storage",
    "AzureWebJobsStorage__credential": "no key: there is none",
    "AzureWebJobsStorage__queueServiceUri": "queue triggers",
    "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY": "the worker of 3.13 sends its own telemetry",
    "PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME": "only the engine's log: the root's would feed the exporter with itself",
    "PYTHON_THREADPOOL_THREAD_COUNT": "as many threads as messages the host hands over at once",
}

#: refused, ignored or harmful on Flex Consumption
FORBIDDEN = (
    "FUNCTIONS_WORKER_RUNTIME FUNCTIONS_WORKER_RUNTIME_VERSION FUNCTIONS_EXTENSION_VERSION"
    " FUNCTIONS_WORKER_PROCESS_COUNT FUNCTIONS_MAX_HTTP_CONCURRENCY"
    " FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED WEBSITE_RUN_FROM_PACKAGE WEBSITE_CONTENTSHARE"
    " WEBSITE_CONTENTAZUREFILECONNECTIONSTRING WEBSITE_CONTENTOVERVNET WEBSITE_VNET_ROUTE_ALL"
    " WEBSITE_DNS_SERVER WEBSITE_MOUNT_ENABLED WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT"
    " WEBSITE_SKIP_CONTENTSHARE_VALIDATION WEBSITE_NODE_DEFAULT_VERSION WEBSITE_TIME_ZONE TZ"
    " SCM_DO_BUILD_DURING_DEPLOYMENT ENABLE_ORYX_BUILD AzureWebJobsStorage"
).split()


def triggers() -> dict[str, str]:
    """Function names and the type of what starts them; of the builders, as `get_functions` may be called only once."""
    made = [builder._function for builder in functions._function_builders]
    return {each.get_function_name(): str(each.get_trigger().type) for each in made}


def switched_off(deployment: Deployment, app: str) -> set[str]:
    return {
        name.removeprefix("AzureWebJobs.").removesuffix(".Disabled")
        for name, value in deployment.settings(app).items()
        if name.endswith(".Disabled") and value == "true"
    }


@pytest.mark.parametrize("app", APPS)
def test_an_app_has_the_settings_the_engine_reads_and_a_reason_for_every_other(
    deployment: Deployment, app: str
) -> None:
    given = {name for name in deployment.settings(app) if not name.endswith(".Disabled")}
    read = {variable.name for variable in settings.TABLE} - LOCAL
    assert given == read | AWAITED | HOST.keys()


@pytest.mark.parametrize("app", APPS)
def test_the_engine_can_read_the_settings_that_are_no_places(deployment: Deployment, app: str) -> None:
    given = deployment.settings(app)
    known = {name: value for name, value in given.items() if not value.startswith("[")}  # not worked out at deployment
    variables = [each for each in settings.TABLE if each.name in known]
    assert len(variables) >= 13
    for variable in variables:
        variable.parse(given[variable.name])


@pytest.mark.parametrize("app", APPS)
def test_no_setting_is_given_that_flex_consumption_refuses(deployment: Deployment, app: str) -> None:
    assert not deployment.settings(app).keys() & set(FORBIDDEN)
    assert "linuxFxVersion" not in deployment.one("Web/sites", f"-{app}-")["properties"]["siteConfig"]


def test_the_front_runs_what_has_an_address_and_the_worker_the_rest(deployment: Deployment) -> None:
    waiting = {f"{queue.replace('-', '_')}_{kind}" for queue in AWAITED_QUEUES for kind in ("queue", "poison")}
    http = {name for name, trigger in triggers().items() if trigger == "httpTrigger"}
    assert switched_off(deployment, "worker") == http
    assert switched_off(deployment, "front") == (triggers().keys() - http) | waiting


def test_every_queue_the_code_names_is_made_with_its_poison_queue(deployment: Deployment) -> None:
    made = {each["name"].rsplit("/", 1)[1] for each in deployment.of("Storage/storageAccounts/queueServices/queues")}
    named = QUEUES.keys() | AWAITED_QUEUES
    assert made == named | {f"{queue}-poison" for queue in named}


def test_every_container_the_host_and_the_code_name_is_made(deployment: Deployment) -> None:
    containers = deployment.of("Storage/storageAccounts/blobServices/containers")
    assert {each["name"].rsplit("/", 1)[1] for each in containers} == {
        *("azure-webjobs-hosts", "azure-webjobs-secrets", "package-front", "package-worker", "evidence")
    }
    assert all(each["properties"]["publicAccess"] == "None" for each in containers)


@pytest.mark.parametrize("app", APPS)
def test_an_app_runs_python_3_13_on_flex_with_its_own_identity_and_package(deployment: Deployment, app: str) -> None:
    site = deployment.one("Web/sites", f"-{app}-")
    config = site["properties"]["functionAppConfig"]
    assert config["runtime"] == {"name": "python", "version": "3.13"}
    assert f"package-{app}" in config["deployment"]["storage"]["value"]
    assert [identity.rsplit("-", 1)[1] for identity in site["identity"]["userAssignedIdentities"]] == [app]
    assert deployment.one("Web/serverfarms", f"-{app}-")["sku"] == {"name": "FC1", "tier": "FlexConsumption"}


@pytest.mark.parametrize("app", APPS)
def test_an_app_speaks_https_with_tls_1_2_and_no_ftp(deployment: Deployment, app: str) -> None:
    site = deployment.one("Web/sites", f"-{app}-")["properties"]
    assert site["httpsOnly"] is True
    assert (site["siteConfig"]["minTlsVersion"], site["siteConfig"]["scmMinTlsVersion"]) == ("1.2", "1.2")
    assert site["siteConfig"]["ftpsState"] == "Disabled"


def test_nobody_from_outside_is_answered_by_the_worker(deployment: Deployment) -> None:
    actions = {
        app: deployment.one("Web/sites", f"-{app}-")["properties"]["siteConfig"]["ipSecurityRestrictionsDefaultAction"]
        for app in APPS
    }
    assert actions == {"front": "Allow", "worker": "Deny"}


def test_a_killed_step_is_harmless_so_a_new_version_replaces_the_old_at_once(deployment: Deployment) -> None:
    for site in deployment.of("Web/sites"):
        assert site["properties"]["functionAppConfig"]["siteUpdateStrategy"] == {"type": "Recreate"}


def test_an_instance_has_a_thread_for_every_message_it_is_handed(deployment: Deployment) -> None:
    queues = json.loads((ROOT / "host.json").read_text())["extensions"]["queues"]
    threads = int(deployment.settings("worker")["PYTHON_THREADPOOL_THREAD_COUNT"])
    assert threads >= queues["batchSize"] + queues["newBatchThreshold"]


def test_both_apps_lock_under_their_own_name(deployment: Deployment) -> None:
    assert {deployment.settings(app)["AzureFunctionsWebHost__hostid"] for app in APPS} == set(APPS)
