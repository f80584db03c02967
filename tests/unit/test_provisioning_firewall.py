"""Rules of a tenant's database are brought to what is wanted; those made by others stay."""

from __future__ import annotations

import pytest

from shared.provisioning import firewall
from shared.provisioning.firewall import ALLOW, FORBID, Firewall, Range
from shared.sql_server import Patience, Server, User
from tests.support import sql_server

THERE = [("qics 81.2.69.1-81.2.69.1", "", ""), ("qics 81.2.69.142-81.2.69.142", "", ""), ("an office", "", "")]


def test_what_is_wanted_is_allowed_and_of_our_own_the_rest_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    server = sql_server.RecordedServer()
    monkeypatch.setattr(firewall, "Driver", lambda *_: server)
    monkeypatch.setattr(sql_server, "ANSWERS", (("FROM sys.database_firewall_rules", THERE),))
    patience = Patience(wait=lambda _: None, random=lambda: 0.5)
    Firewall(Server("sql-a", User("sa", "x")), "acme", patience).make([Range.of("81.2.69.142")])
    assert server.statements[ALLOW] == ("qics 81.2.69.142-81.2.69.142", "81.2.69.142", "81.2.69.142")
    assert server.statements[FORBID] == ("qics 81.2.69.1-81.2.69.1",)
