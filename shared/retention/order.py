"""The order in which places are emptied: what can be rebuilt first, what the last notice needs last.

It is fixed, because a later place holds what an earlier one needs: the register names the database, the notice needs
the address, which is among the secrets.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.provisioning import Provisioner
from shared.register import Register, Tenant
from shared.retention.place import Nothing, Place, Subject
from shared.retention.places import PENDING, Database, DivisionRows, LastNotice, Rows, Secrets, Workers
from shared.vault import SecretStore
from shared.warehouse.protocol import Warehouse

#: places that other parts of the service fill; empty where an installation has none
NO_POWER_BI, NO_EXTRACTS, NO_TAKE_OUTS, NO_OUTBOX = map(Nothing, ("power-bi", "extracts", "take-outs", "outbox"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """What the places are made of. The four places that are built elsewhere are empty where they are not."""

    register: Register
    databases: Provisioner
    open_warehouse: Callable[[Tenant], Warehouse]
    vault: SecretStore  #: of tenants' secrets
    secrets: Sequence[Callable[[str], str]]  #: names of a tenant's secrets, from its id
    send_last_notice: Callable[[Subject], bool]
    clock: Callable[[], datetime]
    holder: str
    outbox_tables: Collection[str] = ()  #: tables of the register that the last notice still needs
    power_bi: Place = NO_POWER_BI
    extracts: Place = NO_EXTRACTS
    take_outs: Place = NO_TAKE_OUTS
    outbox: Place = NO_OUTBOX


def places(premises: Premises) -> tuple[Place, ...]:
    """The places of a tenant as a whole."""
    register = premises.register
    return (
        Workers(register, premises.holder),
        premises.power_bi,
        premises.extracts,
        premises.take_outs,
        Database(premises.databases, premises.open_warehouse, register),
        Rows(register, "pending-work", tables=PENDING),
        Rows(register, "register", kept=premises.outbox_tables),
        LastNotice(premises.send_last_notice, premises.clock),
        premises.outbox,
        Secrets(premises.vault, premises.secrets),
    )


def division_places(premises: Premises) -> tuple[Place, ...]:
    """The places of one division of a tenant that goes on; its next extract is made without it."""
    register = premises.register
    return (
        Workers(register, premises.holder),
        DivisionRows(premises.open_warehouse, register, premises.holder),
        Rows(register, "register", kept=premises.outbox_tables),
    )
