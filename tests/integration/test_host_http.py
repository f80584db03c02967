"""The HTTP front of a host that runs the foreign app: routes, keys, requests and responses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from local.azurite import Azurite
from local.host.process import HostProcess
from tests.support.host import FOREIGN_APP


@pytest.fixture(scope="module")
def shop(azurite: Azurite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    """One host for this file: its tests only ask."""
    folder = tmp_path_factory.mktemp("shop")
    settings = {"SHOP_STORAGE": azurite.connection_string, "SHOP_PREFIX": "http-", "SHOP_SCHEDULE": "0 0 0 1 1 *"}
    with HostProcess(FOREIGN_APP, settings, state=folder / "state", log=folder / "host.log") as running:
        yield running


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("GET", "/api/greet", 200, "hello you"),
        ("GET", "/api/greet/Jan%20P", 200, "hello Jan P"),
        ("GET", "/api/parcels/x", 404, ""),
        ("GET", "/greet", 404, ""),
        ("POST", "/api/greet", 405, ""),
        ("GET", "/api/parcels", 405, ""),
        ("GET", "/api/broken", 500, ""),
        ("GET", "/api/till", 401, ""),
        ("GET", "/admin/host/status", 401, ""),
        ("POST", "/admin/functions/open_shop", 401, ""),
    ],
)
def test_requests_without_a_key(shop: HostProcess, method: str, path: str, status: int, text: str) -> None:
    reply = requests.request(method, shop.url + path, timeout=30)
    assert (reply.status_code, reply.text) == (status, text)


def test_the_master_key_opens_the_admin_addresses(shop: HostProcess) -> None:
    with requests.Session() as session:
        session.headers["x-functions-key"] = shop.master_key
        assert session.get(f"{shop.url}/admin/host/status", timeout=30).json() == {"state": "Running"}
        assert {"name": "till"} in session.get(f"{shop.url}/admin/functions", timeout=30).json()
        assert session.get(f"{shop.url}/api/till", timeout=30).text == "open to GET"
        assert session.post(f"{shop.url}/admin/functions/till", data=b"{", timeout=30).status_code == 400
        assert session.get(f"{shop.url}/admin/functions/till", timeout=30).status_code == 405


def test_the_function_key_opens_functions_but_not_the_host(shop: HostProcess) -> None:
    key = {"x-functions-key": shop.function_key}
    assert requests.post(f"{shop.url}/api/parcels", data=b"x", headers=key, timeout=30).status_code == 201
    assert requests.get(f"{shop.url}/admin/host/status", headers=key, timeout=30).status_code == 401


def test_a_response_keeps_its_status_type_body_and_cookies(shop: HostProcess) -> None:
    url = f"{shop.url}/api/parcels?code={shop.function_key}"
    reply = requests.post(url, data="één".encode(), timeout=30)
    assert (reply.status_code, reply.headers["Content-Type"], reply.content.decode()) == (
        201,
        "text/plain; charset=utf-8",
        "één",
    )
    assert reply.raw.headers.getlist("Set-Cookie") == [
        "a=1; Path=/api; Max-Age=60; SameSite=Lax; Secure; HttpOnly",
        "b=2; Domain=shop.example; Expires=Wed, 25 Nov 2026 12:00:00 GMT",
    ]


def test_a_request_arrives_with_route_query_and_address(shop: HostProcess) -> None:
    headers = {"X-Forwarded-For": "203.0.113.9"}
    seen = requests.get(f"{shop.url}/api/parcels/7?name=J%C3%A9", headers=headers, timeout=30).json()
    assert (seen["number"], seen["name"]) == ("7", "Jé")
    assert seen["address"].startswith("203.0.113.9, 127.0.0.1:")  # the last one is what the front end saw
    assert seen["url"] == f"{shop.url}/api/parcels/7?name=J%C3%A9"
