"""Addresses from which a tenant's database may be opened: rules of the database itself, never of the server."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Self

from shared.errors import Cause, Refused
from shared.sql_server import Driver, Patience, Server
from shared.warehouse.azure_sql.connection import Connection

#: how the names of our rules begin
OURS = "qics "
#: the widest range a gateway or office is given
WIDEST = 28
ALLOW = """DECLARE @rule nvarchar(128) = ?, @first varchar(50) = ?, @last varchar(50) = ?;
EXEC sp_set_database_firewall_rule @name = @rule, @start_ip_address = @first, @end_ip_address = @last;"""
FORBID = """DECLARE @rule nvarchar(128) = ?;
EXEC sp_delete_database_firewall_rule @name = @rule;"""
RULES = "SELECT [name], [start_ip_address], [end_ip_address] FROM sys.database_firewall_rules ORDER BY [name];"


@dataclass(frozen=True, slots=True)
class Range:
    """One public address, or a small range of them."""

    first: str
    last: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Read an address, or a range such as 203.0.113.16/28. Raises Refused(BAD_REQUEST) for what must stay out."""
        try:
            network = IPv4Network(text)
        except ValueError:
            raise _refused(text, "it is no IPv4 address or range whose last bits are 0") from None
        if network.prefixlen < WIDEST:
            raise _refused(text, f"a range of at most /{WIDEST} is let in")
        if not all(_public(address) for address in (network[0], network[-1])):
            raise _refused(text, "it is not public")
        return cls(str(network[0]), str(network[-1]))

    @property
    def rule(self) -> str:
        """The name of its rule: the same range has one rule however often it is allowed."""
        return f"{OURS}{self.first}-{self.last}"


class Firewall:
    """The rules of one tenant's database, written as its administrator."""

    def __init__(self, server: Server, database: str, patience: Patience) -> None:
        self._driver = Driver(server, database)
        self._patience = patience

    def make(self, wanted: Collection[Range]) -> None:
        """Let exactly these in, rules made by others apart. Raises Broken(DATABASE_REFUSED) at a closed server."""
        rules = {each.rule: each for each in wanted}
        with closing(self._connected()) as connection:
            there = {str(name) for name, *_ in connection.all(RULES)}
            for name, each in sorted(rules.items()):
                connection.run(ALLOW, (name, each.first, each.last))
            for name in sorted(there - rules.keys()):
                if name.startswith(OURS):
                    connection.run(FORBID, (name,))

    def _connected(self) -> Connection:
        return Connection(self._driver, self._patience)


def _public(address: IPv4Address) -> bool:
    return address.is_global and not address.is_multicast


def _refused(text: str, why: str) -> Refused:
    return Refused(Cause.BAD_REQUEST, f"address {text[:40]!r}: {why}")
