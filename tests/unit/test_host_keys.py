from __future__ import annotations

import stat
from pathlib import Path

import pytest

from local.host.keys import given_key, read_keys


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
