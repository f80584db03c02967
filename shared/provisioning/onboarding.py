"""The queue function that makes a tenant's database, over as many messages as that takes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import telemetry
from shared.errors import Refused, RetryLater
from shared.messages import ProvisionTenant
from shared.provisioning.access import Access
from shared.provisioning.protocol import Provisioner
from shared.queues import Queues
from shared.register import Register, Tenant
from shared.warehouse.protocol import Warehouse

#: before the next look at what Azure is making
PAUSE = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Onboarding:
    """What making a database is given."""

    register: Register
    queues: Queues
    databases: Provisioner
    open_warehouse: Callable[[Tenant], Warehouse]
    access: Access | None  #: None: nobody but the app can read here
    clock: Callable[[], datetime]


def provision_tenant(onboarding: Onboarding, message: ProvisionTenant) -> None:
    """Do what the message asks, as far as it goes now; the rest is the same message, later. Repeating it is safe.

    Raises Broken(DATABASE_UNSAFE) where the database is not kept as promised: it takes no row then.
    """
    try:
        tenant = onboarding.register.tenants.get(message.tenant)
    except Refused as refused:
        telemetry.warning("provision.refused", tenant=message.tenant, cause=refused.cause.code)
        return
    try:
        _provision(onboarding, tenant, rotate=message.rotate)
    except RetryLater as wait:
        onboarding.queues.send(message, wait.pause(onboarding.clock(), PAUSE))
        telemetry.event("provision.waits", tenant=message.tenant, cause=wait.cause.code)


def _provision(onboarding: Onboarding, tenant: Tenant, *, rotate: bool) -> None:
    onboarding.databases.provision(tenant)
    with closing(onboarding.open_warehouse(tenant)) as warehouse:
        warehouse.migrate()
    if onboarding.access is not None:
        _open_doors(onboarding, onboarding.access, tenant, rotate=rotate)
    telemetry.event("provision.done", tenant=tenant.tenant)


def _open_doors(onboarding: Onboarding, access: Access, tenant: Tenant, *, rotate: bool) -> None:
    """The schema the reader may see is there; its password is in the vault before the database knows it."""
    if rotate:
        access.rotate_reader(tenant)
    else:
        access.ensure_reader(tenant)
    access.admit(tenant, onboarding.register.admissions.of(tenant.tenant))
