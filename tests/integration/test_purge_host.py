"""A deletion through the app's own timer, queue and function, run by the function host over a real storage emulator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from local.azurite import Azurite
from local.host.process import HostProcess
from shared.bootstrap import App, utc_now
from shared.lifecycle import local_day
from shared.retention.certificate import check, issued
from shared.settings import TABLE, read
from shared.tokens.custody import pair_secret
from tests.support.host import eventually

ROOT = Path(__file__).resolve().parents[2]
NEVER = "0 0 0 1 1 *"


@pytest.fixture
def settings(azurite: Azurite, queue_prefix: str, tmp_path: Path) -> dict[str, str]:
    """Every setting of the app, its timers run by hand only."""
    defaults = {variable.name: variable.default for variable in TABLE if variable.default is not None}
    return defaults | {
        "QICS_DATA": str(tmp_path / "data"),
        "QICS_BASE_URL": "https://app.example.test",
        "QICS_QUEUE_PREFIX": queue_prefix,
        "QICS_PLAN_SCHEDULE": NEVER,
        "QICS_KEEP_ALIVE_SCHEDULE": NEVER,
        "QICS_PURGE_SCHEDULE": NEVER,
        "AzureWebJobsStorage": azurite.connection_string,
        "AzureFunctionsJobHost__extensions__queues__maxPollingInterval": "00:00:00.100",
    }


@pytest.fixture
def app(settings: dict[str, str]) -> Iterator[App]:
    with closing(App(read(settings), settings)) as app:
        app.queues.make()
        yield app


def test_the_timer_finds_what_is_due_and_the_queue_function_deletes_it(
    app: App, settings: dict[str, str], tmp_path: Path
) -> None:
    tenant = app.register.tenants.add("acme", "nl", "acme-books")
    app.provisioner.provision(tenant)
    app.register.tenants.start_trial("acme", local_day(utc_now()) - timedelta(days=60))
    app.vaults.tenant.set(pair_secret("acme"), "hush-hush")
    with HostProcess(ROOT, settings, state=tmp_path / "state", log=tmp_path / "host.log") as host:
        host.run("plan_purges_timer")
        eventually(lambda: [each for each in app.register.purges.of("acme") if each.ended_at], within=240)
    (certificate,) = issued(app.retention, "acme")
    assert check(certificate.content, app.signer.public_keys())["reason"] == "trial-ended"
    assert not app.provisioner.exists(tenant)
    assert app.vaults.tenant.names() == []
