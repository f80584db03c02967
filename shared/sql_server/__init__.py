"""T-SQL servers, Azure SQL above all: how one is reached, what its errors mean, how often it is asked again."""

from __future__ import annotations

from shared.sql_server.driver import Credential, Driver, Login, Server, User
from shared.sql_server.faults import Transient
from shared.sql_server.retries import Patience, repeated

__all__ = ["Credential", "Driver", "Login", "Patience", "Server", "Transient", "User", "repeated"]
