"""How a connection to SQL Server or Azure SQL is made: driver, encryption, who one is. Only this needs pyodbc."""

from __future__ import annotations

import importlib.util
import platform
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from shared.errors import Broken, Cause
from shared.sql_server.faults import translated

if TYPE_CHECKING:
    import pyodbc

DRIVER = "ODBC Driver 18 for SQL Server"
#: where the same driver lies in the package mssql-python-odbc
PACKAGE = "mssql_python_odbc"
_MACHINES = {"x86_64": "x86_64", "aarch64": "arm64"}
#: connection attribute that takes an access token
ACCESS_TOKEN = 1256
SCOPE = "https://database.windows.net/.default"
#: seconds: for a login, and for one statement (the longest is the sweep of a large table)
LOGIN_SECONDS, QUERY_SECONDS = 15, 120
_ESCAPED = str.maketrans({"}": "}}"})


class Token(Protocol):
    """An access token, as azure-core describes it."""

    @property
    def token(self) -> str:
        """The token itself."""


class Credential(Protocol):
    """Whoever hands out tokens: the app's identity."""

    def get_token(self, *scopes: str) -> Token:
        """Give a token for the scopes."""


@dataclass(frozen=True, slots=True)
class User:
    """A user with a password: of a local server, or a contained reader."""

    name: str
    password: str = field(repr=False)


type Login = Credential | User


@dataclass(frozen=True, slots=True)
class Server:
    """Where a T-SQL server is. `host` may end in ",port"; its certificate must be trusted by this machine."""

    host: str
    login: Login = field(repr=False)


class Driver:
    """Microsoft's driver, for one database on one server."""

    def __init__(self, server: Server, database: str, query_seconds: int = QUERY_SECONDS) -> None:
        self._server = server
        self._database = database
        self._query_seconds = query_seconds
        self._odbc = _pyodbc()

    @property
    def place(self) -> str:
        """Server and database, as messages name them."""
        return f"{self._server.host}/{self._database}"

    def connect(self, *, autocommit: bool = True) -> pyodbc.Connection:
        """Connect, encrypted and with the certificate verified. Raises RetryLater or Broken, naming the place."""
        text, attributes = _described(self._server, self._database, _driver(self._odbc.drivers))
        with self.errors():
            made: pyodbc.Connection = self._odbc.connect(
                text, timeout=LOGIN_SECONDS, autocommit=autocommit, attrs_before=attributes
            )
            made.timeout = self._query_seconds
            return made

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Raise ours for every error of the driver inside the block."""
        try:
            yield
        except self._odbc.Error as error:
            raise translated(error, self.place) from None

    def sizes(self, values: Sequence[object]) -> object:
        """Types of parameters. Left to guess, the driver declares text by its length, and each length is another plan.

        Size 0 is nvarchar(max): long text goes as a stream of that type, never as ntext, which JSON functions refuse.
        """
        odbc = self._odbc
        return [(odbc.SQL_BIGINT if isinstance(value, int) else odbc.SQL_WVARCHAR, 0, 0) for value in values]


def _pyodbc() -> Any:
    try:
        import pyodbc  # noqa: PLC0415 -- everything else runs without its driver manager
    except ImportError as error:
        raise Broken(
            Cause.WRONG_SETTINGS, f"pyodbc cannot be loaded ({error.name or 'libodbc.so.2'}): install unixodbc"
        ) from None
    pyodbc.pooling = False  # ours is by tenant and capped
    return pyodbc


def _driver(installed: Callable[[], list[str]]) -> str:
    if DRIVER in installed():
        return DRIVER
    package = importlib.util.find_spec(PACKAGE)
    folder = Path(package.origin or "").parent / "libs/linux/debian_ubuntu" if package else Path("/nowhere")
    found = sorted(folder.glob(f"{_MACHINES.get(platform.machine(), '')}/lib/libmsodbcsql-18.*"))
    if not found:
        raise Broken(Cause.WRONG_SETTINGS, f"neither {DRIVER!r} nor the package mssql-python-odbc is installed")
    return str(found[-1])


def _described(server: Server, database: str, driver: str) -> tuple[str, dict[int, bytes]]:
    """The connection string, and what must be set before connecting."""
    parts = {"Driver": driver, "Server": f"tcp:{server.host}", "Database": database, "APP": "qics"}
    fixed = {"Encrypt": "yes", "TrustServerCertificate": "no", "LongAsMax": "yes", "MultiSubnetFailover": "yes"}
    if isinstance(server.login, User):
        parts |= {"UID": server.login.name, "PWD": server.login.password}
        return _joined(parts | fixed), {}
    token = server.login.get_token(SCOPE).token.encode("utf-16-le")
    return _joined(parts | fixed), {ACCESS_TOKEN: struct.pack("<I", len(token)) + token}


def _joined(parts: dict[str, str]) -> str:
    """Each value in braces, so that none of them can add a keyword of its own."""
    return ";".join(f"{name}={{{value.translate(_ESCAPED)}}}" for name, value in parts.items())
