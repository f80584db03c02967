from __future__ import annotations

import pytest

from local.host.cookies import set_cookie
from local.host.messages import Nullable, RpcHttpCookie, Timestamp


@pytest.mark.parametrize(
    ("cookie", "header"),
    [
        (RpcHttpCookie("a", "1"), "a=1"),
        (RpcHttpCookie("a", "", max_age=Nullable(0.0), path=Nullable("/")), "a=; Path=/; Max-Age=0"),
        (
            RpcHttpCookie("a", "1", secure=Nullable(True), http_only=Nullable(False), same_site="Strict"),
            "a=1; SameSite=Strict; Secure",
        ),
        (
            RpcHttpCookie("a", "1", expires=Nullable(Timestamp(0)), domain=Nullable("")),
            "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        ),
    ],
)
def test_a_cookie_has_only_the_attributes_it_was_given(cookie: RpcHttpCookie, header: str) -> None:
    assert set_cookie(cookie) == header
