"""How a server is reached: encrypted, verified, as whom; nothing a name holds can change that."""

import struct
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.errors import Broken, Cause
from shared.sql_server import Driver, Server, User
from shared.sql_server.driver import ACCESS_TOKEN, DRIVER, SCOPE, _described, _driver


@dataclass
class Issued:
    token: str


class Identity:
    """Hands out one token for databases."""

    def get_token(self, *scopes: str) -> Issued:
        assert scopes == (SCOPE,)
        return Issued("eyJ0")


def parts(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split(";"))


@pytest.mark.parametrize("login", [Identity(), User("reader", "secret")])
def test_every_connection_is_encrypted_and_the_certificate_verified(login: Identity | User) -> None:
    text, _ = _described(Server("sql.example.net,1433", login), "tenant", "driver")
    found = parts(text)
    assert (found["Encrypt"], found["TrustServerCertificate"], found["LongAsMax"]) == ("{yes}", "{no}", "{yes}")
    assert (found["Server"], found["Database"]) == ("{tcp:sql.example.net,1433}", "{tenant}")


def test_the_identity_logs_in_by_a_token_and_leaves_nothing_in_the_text() -> None:
    text, attributes = _described(Server("sql", Identity()), "tenant", "driver")
    token = "eyJ0".encode("utf-16-le")
    assert attributes == {ACCESS_TOKEN: struct.pack("<I", len(token)) + token}
    assert not {"UID", "PWD"} & parts(text).keys()
    assert "eyJ0" not in text


def test_no_value_can_add_a_keyword_of_its_own() -> None:
    text, _ = _described(Server("sql", User("a", "p};Encrypt={no")), "tenant", "driver")
    assert "PWD={p}};Encrypt={no}" in text


def test_no_representation_shows_a_password() -> None:
    assert "secret" not in repr(Server("sql", User("reader", "secret")))
    assert "secret" not in repr(User("reader", "secret"))


def test_the_installed_driver_comes_first() -> None:
    assert _driver(lambda: ["SQLite", DRIVER]) == DRIVER


def test_the_packaged_driver_is_found() -> None:
    assert Path(_driver(list)).is_file()


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.sql_server.driver.PACKAGE", "no_such_package")
    with pytest.raises(Broken, match="mssql-python-odbc") as broken:
        _driver(list)
    assert broken.value.cause is Cause.WRONG_SETTINGS


def test_a_missing_driver_manager_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyodbc", None)
    with pytest.raises(Broken, match="install unixodbc") as broken:
        Driver(Server("sql", User("a", "b")), "tenant")
    assert broken.value.cause is Cause.WRONG_SETTINGS
