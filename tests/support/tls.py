"""Fixtures: an authority and the road by which clients reach local servers under real host names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

import pytest

from local.net.authority import Authority
from local.net.proxy import ConnectProxy


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def exact_network(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Mapping[str, int]], ConnectProxy]]:
    """`exact_network({"start.exactonline.nl": port})`: the environment an unmodified client needs, for one test."""
    with ExitStack() as stack:

        def build(routes: Mapping[str, int]) -> ConnectProxy:
            proxy = stack.enter_context(ConnectProxy(routes))
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            monkeypatch.setenv("NO_PROXY", "127.0.0.1")
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
            return proxy

        yield build
