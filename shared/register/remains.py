"""All rows of one tenant, whatever table a release has: found by the column that names the tenant.

A table added later is covered by itself; what must stay is listed, with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, func, not_, or_, select, update

from shared.register.database import Database
from shared.register.leases import division_lease, grant_lease
from shared.register.schema import METADATA, divisions, leases, tenants

#: what a purge leaves of a tenant: ids, days, counts and hashes
KEPT = {
    "tenants": "the tombstone, without dates: it refuses the id for good",
    "purges": "how the deletion went; the certificate rests on it",
    "audit": "append-only by promise; holds ids and references",
}
#: what a tombstone has no use for
BARE = {
    "trial_from": None,
    "contract_from": None,
    "contract_to": None,
    "erase_on": None,
    "withdrawn_on": None,
    "erase_asked_by": "",
}
#: tables of (host, division), shared by all tenants that read the division
SHARED = ("division_limits", "client_errors", "parked_streams", "released_streams")


class Remains:
    """Counts and deletes a tenant's rows in the register. `division` 0: of the tenant as a whole."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def leases(self, tenant: str, host: str, division: int) -> list[str]:
        """Names of all leases under which somebody may work for the tenant."""
        with self._database.read() as connection:
            codes = [division] if division else _codes(connection, tenant)
        own = [] if division else [grant_lease(tenant)]
        return own + [division_lease(host, code) for code in codes]

    def count(
        self, tenant: str, division: int, *, tables: Collection[str] = (), but: Collection[str] = ()
    ) -> dict[str, int]:
        """Rows by table, empty ones left out: of `tables`, or of all but `but` when none is named."""
        with self._database.read() as connection:
            what = _what(connection, tenant, division, tables, but)
            found = {table.name: _count(connection, table, where) for table, where in what}
        return {name: count for name, count in found.items() if count}

    def delete(self, tenant: str, division: int, *, tables: Collection[str] = (), but: Collection[str] = ()) -> None:
        """Delete them in one transaction; with all of them go a tombstone's dates."""
        with self._database.write() as connection:
            for table, where in _what(connection, tenant, division, tables, but):
                connection.execute(delete(table).where(where))
            if not division and not tables:
                connection.execute(update(tenants).where(tenants.c.tenant == tenant).values(**BARE))


def _what(
    connection: Connection, tenant: str, division: int, tables: Collection[str], but: Collection[str]
) -> list[tuple[Table, ColumnElement[bool]]]:
    """Tables and conditions in an order in which all conditions stay true: `divisions`, which some ask, is last."""
    own = [table for table in tenant_tables() if table.name not in but]
    if division:
        own = [table for table in own if "division" in table.c and table.name != divisions.name]
    found = [(table, _own(table, tenant, division)) for table in own]
    alone = _alone(connection, tenant, division)
    found += [(METADATA.tables[name], _any_of(METADATA.tables[name], alone)) for name in SHARED]
    if not division:  # the database of one that goes on remembers the fences of its leases
        names = [grant_lease(tenant), *(division_lease(host, code) for host, code in alone)]
        found.append((leases, leases.c.name.in_(names)))
    chosen = [each for each in found if not tables or each[0].name in tables]
    return sorted(chosen, key=lambda each: each[0].name == divisions.name)


def _own(table: Table, tenant: str, division: int) -> ColumnElement[bool]:
    own = table.c.tenant == tenant
    return and_(own, table.c.division == division) if division else own


def tenant_tables() -> list[Table]:
    """Tables with rows of tenants, but for those kept for good."""
    return [table for name, table in METADATA.tables.items() if "tenant" in table.c and name not in KEPT]


def _codes(connection: Connection, tenant: str) -> list[int]:
    query = select(divisions.c.division).where(divisions.c.tenant == tenant)
    return list(connection.scalars(query.order_by(divisions.c.division)))


def _alone(connection: Connection, tenant: str, division: int) -> list[tuple[str, int]]:
    """(host, division) that no other tenant has: a lease's fence and a division's limits outlive one of several."""
    other = divisions.alias()
    elsewhere = exists().where(
        other.c.host == divisions.c.host, other.c.division == divisions.c.division, other.c.tenant != tenant
    )
    query = select(divisions.c.host, divisions.c.division).where(divisions.c.tenant == tenant, not_(elsewhere))
    if division:
        query = query.where(divisions.c.division == division)
    return [(host, code) for host, code in connection.execute(query)]


def _any_of(table: Table, alone: Iterable[tuple[str, int]]) -> ColumnElement[bool]:
    each = [and_(table.c.host == host, table.c.division == code) for host, code in alone]
    return or_(False, *each)  # noqa: FBT003 - SQLAlchemy's way to say "none"


def _count(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(where)) or 0
