"""Clients reach local servers under real names and nothing else."""

from __future__ import annotations

import socket
import ssl
import threading

import pytest
import requests

from local.net.authority import Authority
from local.net.proxy import ConnectProxy
from local.net.server import Handler, TlsServer

HOST = "start.exactonline.nl"


class Echo(Handler):
    def do_GET(self) -> None:  # noqa: N802
        self.reply(200, [("X-Host", self.headers["Host"])], self.path.encode())

    def do_POST(self) -> None:  # noqa: N802
        self.reply(200, body=self.body())


@pytest.fixture
def echo(authority: Authority):
    with TlsServer(Echo, authority.server_context(HOST, "*.vault.azure.net", "127.0.0.1")) as server:
        yield server


def test_a_client_with_all_its_checks_reaches_the_local_server_under_the_real_name(echo, exact_network):
    exact_network({HOST: echo.port})
    reply = requests.get(f"https://{HOST}/api?x=1", timeout=5)
    assert (reply.text, reply.headers["X-Host"], reply.url) == ("/api?x=1", HOST, f"https://{HOST}/api?x=1")


def test_a_wildcard_route_serves_every_host_of_the_suffix(echo, exact_network):
    exact_network({"*.vault.azure.net": echo.port})
    assert requests.get("https://kv-7.vault.azure.net/secrets", timeout=5).text == "/secrets"


@pytest.mark.parametrize("url", ["https://example.com/", "https://start.exactonline.be/", f"https://{HOST}:444/"])
def test_a_host_without_a_route_is_refused_and_noted(echo, exact_network, url):
    proxy = exact_network({HOST: echo.port})
    with pytest.raises(requests.exceptions.ProxyError):
        requests.get(url, timeout=5)
    assert len(proxy.refused) == 1


def test_plain_http_through_the_proxy_is_refused(echo, exact_network, monkeypatch):
    proxy = exact_network({HOST: echo.port})
    reply = requests.get(f"http://{HOST}/", proxies={"http": proxy.url}, timeout=5)
    assert (reply.status_code, proxy.refused) == (403, [f"http://{HOST}/"])


def test_a_client_that_does_not_know_the_authority_refuses_the_server(echo, exact_network, monkeypatch):
    exact_network({HOST: echo.port})
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"https://{HOST}/", timeout=5)


def test_a_certificate_of_another_name_is_refused(echo, exact_network):
    exact_network({"start.exactonline.be": echo.port})
    with pytest.raises(requests.exceptions.SSLError):
        requests.get("https://start.exactonline.be/", timeout=5)


def test_large_bodies_pass_both_ways(echo, exact_network):
    exact_network({HOST: echo.port})
    body = bytes(range(256)) * 8192
    assert requests.post(f"https://{HOST}/", data=body, timeout=10).content == body


def test_one_connection_carries_many_requests(echo, exact_network):
    exact_network({HOST: echo.port})
    with requests.Session() as session:
        texts = [session.get(f"https://{HOST}/{n}", timeout=5).text for n in range(3)]
        pool = session.get_adapter(f"https://{HOST}").poolmanager.connection_from_url(f"https://{HOST}")
    assert (texts, pool.num_connections) == (["/0", "/1", "/2"], 0)


def test_stopping_cuts_open_connections_and_leaves_no_thread(authority):
    before = threading.active_count()
    with TlsServer(Echo, authority.server_context("127.0.0.1")) as server, ConnectProxy({HOST: server.port}) as proxy:
        client = socket.create_connection(("127.0.0.1", proxy.port), timeout=5)
        client.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\n".encode())
        assert client.recv(100).startswith(b"HTTP/1.1 200")
    with client:
        assert client.recv(100) == b""
    assert threading.active_count() == before


def test_the_address_of_the_loopback_itself_can_be_certified(authority):
    with TlsServer(Echo, authority.server_context("127.0.0.1")) as server:
        reply = requests.get(f"https://127.0.0.1:{server.port}/x", verify=str(authority.bundle), timeout=5)
    assert reply.text == "/x"


def test_a_handshake_that_hangs_up_does_not_disturb_the_next_client(authority, capsys):
    with TlsServer(Echo, authority.server_context("127.0.0.1")) as server:
        socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
        reply = requests.get(f"https://127.0.0.1:{server.port}/", verify=str(authority.bundle), timeout=5)
    assert (reply.status_code, capsys.readouterr().err) == (200, "")


def test_the_strict_checks_of_openssl_accept_the_chain(authority):
    context = ssl.create_default_context(cafile=str(authority.bundle))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    with (
        TlsServer(Echo, authority.server_context(HOST)) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=HOST) as secure,
    ):
        assert secure.getpeercert()["subjectAltName"] == (("DNS", HOST),)


def test_the_key_of_a_server_is_readable_by_its_owner_only(tmp_path):
    Authority(tmp_path).server_context(HOST)
    assert [path.stat().st_mode & 0o777 for path in tmp_path.glob("server-*.pem")] == [0o600]
