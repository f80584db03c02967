"""What the checks look at; built in one place by `bootstrap`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from shared.evidence import Evidence
from shared.register import Register, Tenant
from shared.signing import Signer
from shared.streams import DELETED, STORED
from shared.streams.model import Stream
from shared.vault import Vaults
from shared.warehouse.protocol import Warehouse

#: every list the app can ask for
ALL_STREAMS = (*STORED, DELETED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Something in Azure that holds customers' data, as Azure itself describes it."""

    name: str
    location: str  #: such as "westeurope"
    backups: str  #: redundancy of its backups, such as "Local" or "Zone"; "" where it makes none
    minimum_tls: str  #: such as "1.2"; "" where the service takes nothing older by itself
    encrypted: bool  #: at rest
    open_rules: int  #: firewall rules that let in more than single addresses or ranges up to /28


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerBiUse:
    """One kind of call to Power BI that was made."""

    verb: str
    as_user: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """Everything a look at the service as a whole is given. Every callable may raise what `shared.errors` names."""

    register: Register
    vaults: Vaults
    databases: Callable[[], Collection[str]]  #: names of all tenants' databases that are there, by a fresh look
    columns: Callable[[Tenant], Mapping[str, Collection[str]]]  #: of each table of a tenant's database, likewise
    open_warehouse: Callable[[Tenant], Warehouse]
    evidence: Evidence
    signer: Signer
    environment: Mapping[str, str]
    code: Path  #: folder of the package `shared` that runs
    clock: Callable[[], datetime]
    streams: Sequence[Stream] = ALL_STREAMS
    resources: Callable[[], Sequence[Resource]] | None = None  #: None: this installation is not in Azure
    power_bi: Callable[[], Sequence[PowerBiUse]] | None = None  #: None: it does not reach Power BI


@dataclass(frozen=True, slots=True)
class Visit:
    """One tenant's database, open and migrated."""

    premises: Premises
    tenant: Tenant
    warehouse: Warehouse
