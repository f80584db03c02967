"""The reader: a user of one tenant's database alone, who sees the schema `reporting` and nothing else."""

from __future__ import annotations

import string
from collections.abc import Callable
from contextlib import closing

from shared.errors import Broken, Cause
from shared.sql_server import Driver, Patience, Server
from shared.vault import SecretStore
from shared.warehouse.azure_sql.connection import Connection

READER = "qics_reader"
SCHEMA = "reporting"
#: secret of the tenant vault that holds the password
KEPT_AS = "reader-{tenant}"
#: letters and digits: safe inside a literal, and 40 of them are 238 bits
ALPHABET = string.ascii_letters + string.digits
LENGTH = 40
#: SQL Server asks for three of four kinds of characters
_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits)

THERE = f"SELECT COUNT(*) FROM sys.database_principals WHERE [name] = N'{READER}';"
CREATE = f"CREATE USER [{READER}] WITH PASSWORD = N'{{password}}'"
CHANGE = f"ALTER USER [{READER}] WITH PASSWORD = N'{{password}}'"
GRANT = f"GRANT SELECT ON SCHEMA::[{SCHEMA}] TO [{READER}]"
DROP = f"DROP USER IF EXISTS [{READER}]"


class Readers:
    """Makes the reader and gives it new passwords. `choose` picks one character out of some, unpredictably.

    The password is in the vault before the database knows it: after a crash the next call brings both together.
    """

    def __init__(self, vault: SecretStore, patience: Patience, choose: Callable[[str], str]) -> None:
        self._vault = vault
        self._patience = patience
        self._choose = choose

    def ensure(self, tenant: str, server: Server, database: str) -> None:
        """Have the reader be there, with the password of the vault; a new one where there is none yet."""
        kept = self._vault.get(KEPT_AS.format(tenant=tenant), fresh=True)
        self._set(server, database, kept.value if kept else self._new(tenant))

    def rotate(self, tenant: str, server: Server, database: str) -> None:
        """Give the reader a new password; the old one ends at once."""
        self._set(server, database, self._new(tenant))

    def remove(self, server: Server, database: str) -> None:
        """Drop the reader; nothing happens where there is none. Its secret goes with the tenant's other secrets."""
        with closing(Connection(Driver(server, database), self._patience)) as connection:
            connection.run(DROP)

    def _new(self, tenant: str) -> str:
        kinds = [self._choose(kind) for kind in _KINDS]
        password = "".join(kinds + [self._choose(ALPHABET) for _ in range(LENGTH - len(kinds))])
        return self._vault.set(KEPT_AS.format(tenant=tenant), password).value

    def _set(self, server: Server, database: str, password: str) -> None:
        if not (password.isascii() and password.isalnum()):
            raise Broken(Cause.SECRET_MISSING, f"the reader's password of {database} was not made by this app")
        with closing(Connection(Driver(server, database), self._patience)) as connection:
            (there,) = connection.one(THERE)
            connection.run((CHANGE if there else CREATE).format(password=password))
            connection.run(GRANT)
