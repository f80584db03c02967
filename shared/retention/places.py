"""The places of this app's own: workers, database, pending work, register, last notice, secrets.

Power BI items, extracts, take-outs and the outbox are built elsewhere and join the order in `bootstrap`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import telemetry
from shared.errors import Broken, Cause, PipelineError, RetryLater
from shared.lifecycle import local_day
from shared.provisioning import Provisioner
from shared.register import Register, Tenant, division_lease
from shared.retention.place import Look, Remainder, Subject, counts
from shared.streams import CATALOGUE
from shared.vault import SecretStore
from shared.warehouse.protocol import Claim, Warehouse

#: tables of the work under way; the rest of the register is a place of its own
PENDING = ("runs", "run_divisions")
#: how long after its begin a purge waits for the last notice to be sent
NOTICE_WAITS = timedelta(hours=24)
#: longer than the one transaction that is done under a claim takes
CLAIM_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Workers:
    """Whoever still works for the tenant.

    After the purge's mark no claim for it succeeds any more, so a lease that could be taken once shows that nobody
    holds it from before: each is taken, and given back.
    """

    register: Register
    holder: str
    name: str = "workers"

    def count(self, subject: Subject) -> Mapping[str, int]:
        """See Place."""
        held = [name for name in self._leases(subject) if self.register.leases.until(name)]
        return counts(leases=len(held))

    def erase(self, subject: Subject) -> str:
        """See Place. Raises RetryLater(LEASE_HELD) with the end of the lease that is held."""
        for name in self._leases(subject):
            self.register.leases.release(name, taken(self.register, name, self.holder))
        return "waited-for"

    def verify(self, subject: Subject) -> Look:
        """See Place: no part of a run is open for it."""
        if subject.division:
            return Look({})
        return Look(counts(runs=int(self.register.tenants.buried(subject.tenant.tenant).run_open)))

    def _leases(self, subject: Subject) -> list[str]:
        return self.register.remains.leases(subject.tenant.tenant, subject.tenant.host, subject.division)


@dataclass(frozen=True, slots=True)
class Database:
    """The tenant's own database, with all it holds: rows, history, records set aside."""

    databases: Provisioner
    open: Callable[[Tenant], Warehouse]
    register: Register
    name: str = "database"

    def count(self, subject: Subject) -> Mapping[str, int]:
        """See Place. One that cannot be read is counted as one database, and deleted all the same."""
        if not self.databases.exists(subject.tenant):
            return {}
        try:
            return {"databases": 1, **self._rows(subject.tenant)}
        except Broken as error:
            telemetry.warning("purge.uncounted", tenant=subject.tenant.tenant, cause=error.cause.code)
            return {"databases": 1}

    def erase(self, subject: Subject) -> str:
        """See Place."""
        self.databases.drop(subject.tenant)
        return "dropped"

    def verify(self, subject: Subject) -> Look:
        """See Place."""
        until = self.databases.backups_until(subject.tenant)
        remains = [Remainder("database-backups", until)] if until else []
        return Look(counts(databases=int(self.databases.exists(subject.tenant))), remains)

    def _rows(self, tenant: Tenant) -> dict[str, int]:
        codes = [each.division for each in self.register.divisions.of(tenant.tenant)]
        with closing(self.open(tenant)) as warehouse:
            warehouse.migrate()
            return rows_of(warehouse, codes)


@dataclass(frozen=True, slots=True)
class DivisionRows:
    """One division's rows in the tenant's database, which goes on; they go under the division's own lease."""

    open: Callable[[Tenant], Warehouse]
    register: Register
    holder: str
    name: str = "division-rows"

    def count(self, subject: Subject) -> Mapping[str, int]:
        """See Place."""
        with closing(self.open(subject.tenant)) as warehouse:
            warehouse.migrate()
            return rows_of(warehouse, [subject.division])

    def erase(self, subject: Subject) -> str:
        """See Place."""
        name = division_lease(subject.tenant.host, subject.division)
        fence = taken(self.register, name, self.holder)
        try:
            with closing(self.open(subject.tenant)) as warehouse:
                warehouse.migrate()
                warehouse.remove_division(Claim(subject.division, subject.tenant.run, fence))
        finally:
            self.register.leases.release(name, fence)
        return "rows-deleted"

    def verify(self, subject: Subject) -> Look:
        """See Place."""
        return Look(self.count(subject))


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the register: those in `tables`, or all others but those `kept` for a later place."""

    register: Register
    name: str
    tables: Collection[str] = ()
    kept: Collection[str] = ()

    def count(self, subject: Subject) -> Mapping[str, int]:
        """See Place; what the purge's mark took at once counts too."""
        taken = {} if self.tables else subject.purge.taken
        return self._counted(subject) | {name: count for name, count in taken.items() if count}

    def erase(self, subject: Subject) -> str:
        """See Place."""
        self.register.remains.delete(subject.tenant.tenant, subject.division, tables=self.tables, but=self.kept)
        return "rows-deleted"

    def verify(self, subject: Subject) -> Look:
        """See Place."""
        return Look(self._counted(subject))

    def _counted(self, subject: Subject) -> dict[str, int]:
        remains = self.register.remains
        return remains.count(subject.tenant.tenant, subject.division, tables=self.tables, but=self.kept)


@dataclass(frozen=True, slots=True)
class LastNotice:
    """The customer is told; what is not sent within 24 hours is recorded and dropped.

    `send` gives whether there was somebody to tell; it is called again after a crash and sends once.
    """

    send: Callable[[Subject], bool]
    clock: Callable[[], datetime]
    name: str = "last-notice"

    def count(self, subject: Subject) -> Mapping[str, int]:
        """See Place."""
        return {}

    def erase(self, subject: Subject) -> str:
        """See Place: nothing is erased here, something is said."""
        try:
            return "sent" if self.send(subject) else "nobody-to-tell"
        except PipelineError as error:
            if self.clock() < subject.purge.begun_at + NOTICE_WAITS:
                raise
            telemetry.warning("purge.notice-dropped", tenant=subject.tenant.tenant, cause=error.cause.code)
            return "not-sent"

    def verify(self, subject: Subject) -> Look:
        """See Place."""
        return Look({})


@dataclass(frozen=True, slots=True)
class Secrets:
    """The tenant's secrets. `names` gives each one's name from the tenant's id (rule 15)."""

    vault: SecretStore
    names: Sequence[Callable[[str], str]]
    name: str = "secrets"

    def count(self, subject: Subject) -> Mapping[str, int]:
        """See Place."""
        return counts(secrets=len(self._among(subject, self.vault.names())))

    def erase(self, subject: Subject) -> str:
        """See Place."""
        for name in self._own(subject):
            self.vault.purge(name)
        return "purged"

    def verify(self, subject: Subject) -> Look:
        """See Place. A vault with purge protection purges by itself: the day is asked again, which changes nothing."""
        left = counts(secrets=len(self._among(subject, self.vault.names())))
        kept = self._among(subject, self.vault.deleted_names())
        days = [until for name in kept if (until := self.vault.purge(name))]
        remains = [Remainder("soft-deleted-secrets", local_day(max(days)))] if days else []
        return Look(left, [*remains, Remainder("grant-at-exact")])

    def _own(self, subject: Subject) -> list[str]:
        return [name(subject.tenant.tenant) for name in self.names]

    def _among(self, subject: Subject, there: Collection[str]) -> list[str]:
        return sorted({*self._own(subject)} & {*there})


def taken(register: Register, lease: str, holder: str) -> int:
    """Take a lease; its fence. Raises RetryLater(LEASE_HELD) with its end while another holds it."""
    fence = register.leases.take(lease, holder, CLAIM_SECONDS)
    if fence is None:
        raise RetryLater(Cause.LEASE_HELD, f"lease {lease}", register.leases.until(lease))
    return fence


def rows_of(warehouse: Warehouse, divisions: Sequence[int]) -> dict[str, int]:
    """Rows by stream, and records set aside, of these divisions together."""
    found = {name: sum(warehouse.count(stream, code) for code in divisions) for name, stream in CATALOGUE.items()}
    aside = sum(len(warehouse.set_aside(code)) for code in divisions)
    return counts(**found, set_aside=aside)
