"""SEPARATE, DELETE and ERASE: what lies where, and whose it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import inspect, select

from shared.errors import Broken
from shared.exact.hosts import HOSTS
from shared.lifecycle import State, local_day, state
from shared.notices.address import address_secret
from shared.promises.model import Seen, judged
from shared.promises.premises import Premises
from shared.provisioning.reader import KEPT_AS
from shared.register import Purge, Tenant
from shared.register.remains import tenant_tables
from shared.register.schema import divisions
from shared.retention.certificate import CERTIFICATES, check
from shared.seal import KEY_NAMES
from shared.signing import Jwk
from shared.tokens.custody import pair_secret

#: what is due is done within a day
IN_TIME = timedelta(hours=24)
#: names of a tenant's secrets, from its id
SECRETS: tuple[Callable[[str], str], ...] = (
    pair_secret,
    lambda tenant: KEPT_AS.format(tenant=tenant),
    address_secret,
)
#: names of the app's own, which lie in the same file on one machine
APP_SECRETS = {*KEY_NAMES, *(f"exact-app-{country}" for country in HOSTS)}


def own_database(premises: Premises) -> Seen:
    """SEPARATE: every tenant's database is its own, under a name nobody else has."""
    names = Counter(tenant.database for tenant in _living(premises))
    return judged(len(names), {name for name, count in names.items() if count > 1})


def databases(premises: Premises) -> Seen:
    """DELETE: every database there is belongs to a living tenant, or to one that is being deleted."""
    there = set(premises.databases())
    owned = {tenant.database for tenant in _owners(premises)}
    return judged(len(there), there - owned)


def availability(premises: Premises) -> Seen:
    """DELETE: until its day comes, the database of every tenant whose reading began is there."""
    there, today = set(premises.databases()), local_day(premises.clock())
    begun = [tenant for tenant in _living(premises) if state(tenant.dates, today) is not State.INVITED]
    return judged(len(begun), {tenant.tenant for tenant in begun if tenant.database not in there})


def secrets(premises: Premises) -> Seen:
    """DELETE: every secret in the tenants' vault belongs to a living tenant, or to one that is being deleted."""
    there = set(premises.vaults.tenant.names()) - APP_SECRETS
    owned = {name(tenant.tenant) for tenant in _owners(premises) for name in SECRETS}
    return judged(len(there), there - owned)


def rows(premises: Premises) -> Seen:
    """DELETE: every row of the register about a tenant is about a living one, or one that is being deleted."""
    known = {tenant.tenant for tenant in _owners(premises)} | {""}
    tables, broken = tenant_tables(), set()
    with premises.register.database.read() as connection:
        there = set(inspect(connection).get_table_names())
        for table in (table for table in tables if table.name in there):
            named = set(connection.scalars(select(table.c.tenant).distinct()))
            broken |= {f"{table.name}: {tenant}" for tenant in named - known}
    return judged(len(tables), broken)


def overdue(premises: Premises) -> Seen:
    """DELETE: no deletion is due for more than a day, begun or not."""
    dues = dict(_dues(premises))
    late = premises.clock() - IN_TIME
    return judged(len(dues), {what for what, due in dues.items() if due < late})


def certificates(premises: Premises) -> Seen:
    """DELETE: every finished deletion has a certificate, and every certificate's signature holds."""
    keys, names = premises.signer.public_keys(), premises.evidence.names(CERTIFICATES)
    broken = {name for name in names if not _holds(premises.evidence.get(name), keys)}
    kept = {name.removeprefix(CERTIFICATES).split("/")[0] for name in names}
    done = [purge for purge in premises.register.purges.of() if purge.ended_at]
    return judged(len(names), broken | {purge.tenant for purge in done if purge.tenant not in kept})


def erasures(premises: Premises) -> Seen:
    """ERASE: whoever asked for erasure is not read any more, and was deleted on the day that was asked for."""
    asked = [tenant for tenant in _living(premises) if tenant.erase_on is not None]
    still_read = {tenant.tenant for tenant in asked if tenant.next_sync_at is not None and not tenant.run_open}
    late = premises.clock() - IN_TIME
    forgotten = {tenant.tenant for tenant in asked if tenant.purge_at is None or tenant.purge_at < late}
    done = [purge for purge in premises.register.purges.of() if purge.reason.startswith("erasure")]
    slow = {purge.tenant for purge in done if (purge.ended_at or premises.clock()) > purge.due_at + IN_TIME}
    return judged(len(asked) + len(done), still_read | forgotten | slow)


def _living(premises: Premises) -> list[Tenant]:
    return [tenant for tenant in premises.register.tenants.list() if tenant.purged_on is None]


def _owners(premises: Premises) -> list[Tenant]:
    """The living, and those whose deletion has begun and is on its way."""
    dying = {purge.tenant for purge in premises.register.purges.unfinished() if not purge.division}
    return [tenant for tenant in premises.register.tenants.list() if not tenant.purged_on or tenant.tenant in dying]


def _dues(premises: Premises) -> Iterator[tuple[str, datetime]]:
    for tenant in _living(premises):
        if tenant.purge_at is not None:
            yield tenant.tenant, tenant.purge_at
    for purge in premises.register.purges.unfinished():
        yield _subject(purge), purge.due_at
    query = select(divisions.c.tenant, divisions.c.division, divisions.c.purge_at)
    with premises.register.database.read() as connection:
        for tenant, division, due in connection.execute(query.where(divisions.c.purge_at.is_not(None))):
            yield f"{tenant}/{division}", due


def _subject(purge: Purge) -> str:
    return f"{purge.tenant}/{purge.division}" if purge.division else purge.tenant


def _holds(content: bytes | None, keys: Sequence[Jwk]) -> bool:
    try:
        check(content or b"", keys)
    except Broken:
        return False
    return True
