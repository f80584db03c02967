"""Everything the app is told from outside, typed, read once. A wrong environment is named in one message."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from shared.errors import Broken, Cause

LOCAL, AZURE = "local", "azure"
#: a server's name, with a port after a comma where it has one of its own
HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*(?:,[1-9][0-9]{0,4})?")
#: scheme, host and port and nothing else: what is put behind it must be the path
ADDRESS = re.compile(r"https://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[1-9][0-9]{0,4})?/?")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the app is told; one field per row of `TABLE`."""

    storage: str
    base_url: str
    queue_prefix: str
    plan_schedule: str
    keep_alive_schedule: str
    purge_schedule: str
    lease_seconds: int
    step_seconds: int
    overlap_rows: int
    other_apps_share: float
    licence_budget: int
    data: Path = Path()
    register_server: str = ""
    register_database: str = ""
    tenant_servers: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()
    application_vaults: tuple[str, ...] = ()
    tenant_vaults: tuple[str, ...] = ()
    extracts_account: str = ""
    evidence_account: str = ""
    backup_redundancy: str = ""
    sql_user: str = ""


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in allowed:
            raise ValueError("one of " + ", ".join(allowed))
        return text

    return parse


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= 9 and low <= int(text) <= high):
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    return parse


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share < 1:
        raise ValueError("a share from 0 to below 1")
    return share


def _https(text: str) -> str:
    if not ADDRESS.fullmatch(text):
        raise ValueError("an https address without a path, such as https://app.example.com")
    return text.rstrip("/")


def _several[T](parse: Callable[[str], T]) -> Callable[[str], tuple[T, ...]]:
    """Read a list whose items stand between commas."""
    return lambda text: tuple(parse(part.strip()) for part in text.split(",") if part.strip())


def _host(text: str) -> str:
    if not HOST.fullmatch(text):
        raise ValueError("the name of a server, such as NAME.database.windows.net")
    return text


def _prefix(text: str) -> str:
    if text and not (text.isascii() and text.islower() and text.replace("-", "").isalnum() and text[0] != "-"):
        raise ValueError("small letters, digits and hyphens, such as test-")
    return text


def _schedule(text: str) -> str:
    if len(text.split()) != 6:
        raise ValueError("six fields, seconds first, such as 0 * * * * *")
    return text


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: where it goes, how it is read, what it is for."""

    name: str
    field: str
    parse: Callable[[str], object]
    default: str | None
    meaning: str
    storage: str = ""  #: read only where QICS_STORAGE says this; "": everywhere


TABLE = (
    Variable("QICS_STORAGE", "storage", _one_of(LOCAL, AZURE), LOCAL, "where books and secrets live"),
    Variable("QICS_DATA", "data", Path, None, "folder of register, tenants' databases and vault file", LOCAL),
    Variable("QICS_BASE_URL", "base_url", _https, None, "public address of this app; the redirect URI is below it"),
    Variable("QICS_QUEUE_PREFIX", "queue_prefix", _prefix, "", "put before every queue name of this app"),
    Variable("QICS_PLAN_SCHEDULE", "plan_schedule", _schedule, "0 * * * * *", "when due tenants are looked for (UTC)"),
    Variable("QICS_KEEP_ALIVE_SCHEDULE", "keep_alive_schedule", _schedule, "0 30 3 * * *", "when idle grants are kept"),
    Variable("QICS_PURGE_SCHEDULE", "purge_schedule", _schedule, "0 5 * * * *", "when what is due is deleted (UTC)"),
    Variable("QICS_LEASE_SECONDS", "lease_seconds", _whole(2, 3600), "600", "how long a worker's claim lasts"),
    Variable("QICS_STEP_SECONDS", "step_seconds", _whole(1, 1500), "240", "soft deadline of one step"),
    Variable("QICS_OVERLAP_ROWS", "overlap_rows", _whole(1, 900), "500", "newest rows each reading asks for again"),
    Variable("QICS_OTHER_APPS_SHARE", "other_apps_share", _share, "0.3", "share of the day left to others"),
    Variable("QICS_LICENCE_BUDGET", "licence_budget", _whole(1, 30000), "10000", "calls a day from one licence's pool"),
    Variable("QICS_REGISTER_SERVER", "register_server", _host, None, "SQL server of the register", AZURE),
    Variable("QICS_REGISTER_DATABASE", "register_database", str, None, "the register's database", AZURE),
    Variable("QICS_TENANT_SERVERS", "tenant_servers", _several(_host), None, "SQL servers of tenants", AZURE),
    Variable("QICS_POOLS", "pools", _several(str), "", "ARM ids of the elastic pools on these servers", AZURE),
    Variable("QICS_BACKUP_REDUNDANCY", "backup_redundancy", _one_of("Local", "Zone"), "Local", "of backups", AZURE),
    Variable("QICS_SQL_USER", "sql_user", str, "", "login on servers that are not Azure's", AZURE),
    Variable("QICS_APPLICATION_VAULTS", "application_vaults", _several(_https), None, "vaults of the app", AZURE),
    Variable("QICS_TENANT_VAULTS", "tenant_vaults", _several(_https), None, "vaults of tenants' secrets", AZURE),
    Variable("QICS_EXTRACTS_ACCOUNT", "extracts_account", _https, None, "blobs of extracts and take-outs", AZURE),
    Variable("QICS_EVIDENCE_ACCOUNT", "evidence_account", _https, None, "blobs of the evidence", AZURE),
)


def read(environment: Mapping[str, str]) -> Settings:
    """The settings in `environment`. Raises Broken(WRONG_SETTINGS) naming every missing or wrong variable at once."""
    values: dict[str, object] = {}
    wrong: list[str] = []
    storage = environment.get("QICS_STORAGE") or LOCAL
    for variable in TABLE:
        if variable.storage not in ("", storage):
            continue
        text = environment.get(variable.name, variable.default or "")
        if not text and variable.default is None:
            wrong.append(f"{variable.name} is not set ({variable.meaning})")
            continue
        try:
            values[variable.field] = variable.parse(text)
        except ValueError as error:
            wrong.append(f"{variable.name} must be {error}")
    if "step_seconds" in values and "lease_seconds" in values and not _outlives(values):
        wrong.append("QICS_LEASE_SECONDS must be greater than QICS_STEP_SECONDS: a claim outlives its step")
    if wrong:
        raise Broken(Cause.WRONG_SETTINGS, "; ".join(wrong))
    return Settings(**values)  # type: ignore[arg-type]


def _outlives(values: dict[str, object]) -> bool:
    return int(str(values["lease_seconds"])) > int(str(values["step_seconds"]))
