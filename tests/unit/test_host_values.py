from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from local.host.cookies import set_cookie
from local.host.keys import given_key, read_keys
from local.host.message_text import UndecodableError, decode, encode
from local.host.messages import Nullable, RpcHttpCookie, Timestamp
from local.host.queue_listener import BackOff


@pytest.mark.parametrize(
    ("body", "encoding", "stored"),
    [("héllo", "base64", "aMOpbGxv"), (b"\xff\x00", "base64", "/wA="), ("héllo", "none", "héllo")],
)
def test_what_is_encoded_decodes_to_the_same(body: str | bytes, encoding: str, stored: str) -> None:
    assert encode(body, encoding) == stored
    assert decode(stored, encoding) == body


@pytest.mark.parametrize("text", ["plain words", "b'YQ=='", "YQ"])  # str(b64encode(…)) is a classic
def test_a_text_that_is_no_base64_is_not_guessed_at(text: str) -> None:
    with pytest.raises(UndecodableError, match="no base64"):
        decode(text, "base64")


def test_bytes_that_are_no_text_need_base64() -> None:
    with pytest.raises(UndecodableError, match="need messageEncoding base64"):
        encode(b"\xff", "none")


def test_the_wait_doubles_up_to_the_longest_and_starts_anew_after_a_message() -> None:
    back_off = BackOff(timedelta(seconds=1), chance=lambda: 0.5)
    assert [back_off.after(found=False) for _ in range(6)] == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.0, 1.0])
    assert [back_off.after(found=True), back_off.after(found=False)] == pytest.approx([0.0, 0.1])


def test_no_poll_comes_sooner_than_the_shortest() -> None:
    assert BackOff(timedelta(0), chance=lambda: 1.0).after(found=False) == pytest.approx(0.1)


def test_keys_are_made_once_and_for_this_user_only(tmp_path: Path) -> None:
    keys = read_keys(tmp_path / "new")
    assert read_keys(tmp_path / "new") == keys
    assert stat.S_IMODE((tmp_path / "new" / "keys.json").stat().st_mode) == 0o600
    assert keys.master not in repr(keys)


@pytest.mark.parametrize(
    ("level", "admitted"),
    [("anonymous", {"none", "function", "master"}), ("function", {"function", "master"}), ("admin", {"master"})],
)
def test_each_level_admits_the_keys_azure_admits(tmp_path: Path, level: str, admitted: set[str]) -> None:
    keys = read_keys(tmp_path)
    given = {"none": "", "wrong": "guess", "function": keys.function, "master": keys.master}
    expected = admitted | ({"wrong"} if level == "anonymous" else set())
    assert {name for name, key in given.items() if keys.admits(level, key)} == expected


def test_a_key_is_read_from_header_or_query() -> None:
    assert given_key({"x-functions-key": "h"}, {"code": "q"}) == "h"
    assert given_key({}, {"code": "q"}) == "q"
    assert given_key({}, {}) == ""


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
