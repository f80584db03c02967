"""Azure Resource Manager under the real client: answers by rule, and writes down what was asked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import urllib3
from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import BaseAdapter, HTTPAdapter

from shared.provisioning.arm import PoolDatabases, client
from shared.provisioning.places import Place
from shared.register import Tenant
from tests.support.clock import FakeClock

SUBSCRIPTION = "00000000-0000-4000-8000-0000000000aa"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-qics/providers/Microsoft.Sql"
SERVER = f"{GROUP}/servers/sql-a"
POOL = f"{SERVER}/elasticPools/pool-1"
DATABASE = f"{SERVER}/databases/acme"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    path: str
    version: str
    body: Any = None


@dataclass
class FakeArm(BaseAdapter):
    """Answers a request by method and path: (status, body), a list of them in turn, or none for 404."""

    answers: dict[tuple[str, str], list[tuple[int, Any]]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    unreachable: bool = False

    def answer(self, method: str, path: str, *answers: tuple[int, Any]) -> None:
        """The answers in turn; the last one stays."""
        self.answers[method, path] = list(answers)

    def send(self, request: requests.PreparedRequest, **_options: object) -> requests.Response:  # type: ignore[override]
        if self.unreachable:
            raise requests.ConnectionError
        parts = urlsplit(str(request.url))
        assert (parts.scheme, parts.hostname) == ("https", "management.azure.com")
        body = json.loads(request.body) if request.body else None
        version = parse_qs(parts.query)["api-version"][0]
        self.asked.append(Asked(str(request.method), parts.path, version, body))
        return self._response(request, parts.path)

    def close(self) -> None:
        """Nothing is open."""

    def writes(self) -> list[tuple[str, str, Any]]:
        """What was asked to be changed."""
        return [(each.method, each.path, each.body) for each in self.asked if each.method != "GET"]

    def _response(self, request: requests.PreparedRequest, path: str) -> requests.Response:
        waiting = self.answers.get((str(request.method), path), [(404, {"error": {"code": "ResourceNotFound"}})])
        status, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        headers = {"Content-Type": "application/json", **self.headers}
        content = BytesIO(json.dumps(body).encode() if body is not None else b"")
        raw = urllib3.HTTPResponse(content, headers, status, preload_content=False)
        return HTTPAdapter().build_response(request, raw)


class Anyone:
    """A credential whose token nobody looks at."""

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken("token", 4_000_000_000)


@pytest.fixture
def arm() -> FakeArm:
    return FakeArm()


@pytest.fixture
def place() -> Place:
    return Place.of(POOL, ["sql-a.database.windows.net"])


def tenant_named(database: str) -> Tenant:
    """A tenant as the register gives it, whose database has this name."""
    dates = dict.fromkeys(("trial_from", "contract_from", "contract_to", "erase_on", "withdrawn_on", "purged_on"))
    times = {"next_sync_at": None, "purge_at": None}
    numbers = {"interval_minutes": 60, "stretched_minutes": 0, "run": 0}
    return Tenant(
        tenant="acme", host="nl", database=database, erase_asked_by="", run_open=False, **dates, **times, **numbers
    )  # type: ignore[arg-type]


@pytest.fixture
def onboarded() -> Tenant:
    return tenant_named("acme")


@pytest.fixture
def pool(arm: FakeArm, place: Place, clock: FakeClock) -> PoolDatabases:
    session = requests.Session()
    session.mount("https://", arm)
    transport: RequestsTransport = RequestsTransport(session=session, session_owner=False)
    return PoolDatabases(client(Anyone(), SUBSCRIPTION, transport=transport), place, clock)
