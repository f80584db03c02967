"""Databases of one pool as Azure Resource Manager knows them. The one place that needs azure-mgmt-sql."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError
from azure.mgmt.sql import SqlManagementClient
from azure.mgmt.sql.models import (
    BackupShortTermRetentionPolicy,
    BackupShortTermRetentionPolicyProperties,
    Database,
    DatabaseProperties,
)

from shared.errors import Broken, Cause, PipelineError, RetryLater
from shared.provisioning.places import Place

type Clock = Callable[[], datetime]

#: seconds for one connection, and for each part of an answer
CONNECT, READ = 5, 30
#: no long-term policy
NEVER = {None, "", "PT0S", "P0D"}
BUSY = {408, 409, 423, 429, 500, 502, 503, 504}


@dataclass(frozen=True, slots=True)
class Found:
    """What ARM says of a database."""

    status: str
    redundancy: str  #: where its backups lie now: "Local", "Zone", "Geo"; "" while it is being made


def client(credential: TokenCredential, subscription: str, **options: Any) -> SqlManagementClient:
    """Make the client of one subscription. It repeats nothing by itself: waits belong to the queue."""
    return SqlManagementClient(
        credential, subscription, retry_total=0, connection_timeout=CONNECT, read_timeout=READ, **options
    )


class PoolDatabases:
    """The databases of one place. Nothing here waits for Azure to finish: what takes longer is looked at again."""

    def __init__(self, sql: SqlManagementClient, place: Place, clock: Clock) -> None:
        self._sql = sql
        self._place = place
        self._clock = clock

    def find(self, name: str) -> Found | None:
        """The database, or None where there is none."""
        with self._asked("read", name):
            try:
                found = self._sql.databases.get(*self._server, name)
            except ResourceNotFoundError:
                return None
            return Found(_text(found.status), _text(found.current_backup_storage_redundancy))

    def create(self, name: str, redundancy: str) -> None:
        """Ask for the database, in the pool, with its backups where they must lie. Repeatable."""
        with self._asked("create", name):
            pool = self._sql.elastic_pools.get(*self._server, self._place.pool)
            properties = DatabaseProperties(
                elastic_pool_id=self._place.pool_id, requested_backup_storage_redundancy=redundancy
            )
            wanted = Database(location=pool.location, properties=properties)
            self._sql.databases.begin_create_or_update(*self._server, name, wanted, polling=False)

    def retention_days(self, name: str) -> int:
        """For how many days backups are kept."""
        with self._asked("retention", name):
            policy = self._sql.backup_short_term_retention_policies.get(*self._server, name, "default")
            return int(policy.retention_days or 0)

    def keep_backups(self, name: str, days: int) -> None:
        """Ask for backups to be kept so many days."""
        with self._asked("retention", name):
            properties = BackupShortTermRetentionPolicyProperties(retention_days=days)
            wanted = BackupShortTermRetentionPolicy(properties=properties)
            policies = self._sql.backup_short_term_retention_policies
            policies.begin_create_or_update(*self._server, name, "default", wanted, polling=False)

    def encrypted(self, name: str) -> bool:
        """Whether the database is encrypted at rest (TDE)."""
        with self._asked("encryption", name):
            found = self._sql.transparent_data_encryptions.get(*self._server, name, "current")
            return _text(found.state) == "Enabled"

    def kept_for_long(self, name: str) -> bool:
        """Whether a long-term policy keeps backups beyond the retention."""
        with self._asked("long-term retention", name):
            policy = self._sql.long_term_retention_policies.get(*self._server, name, "default")
            spans = (policy.weekly_retention, policy.monthly_retention, policy.yearly_retention)
            return not NEVER.issuperset(spans)

    def delete(self, name: str) -> None:
        """Ask for the database to be dropped."""
        with self._asked("delete", name):
            self._sql.databases.begin_delete(*self._server, name, polling=False)

    def dropped(self, name: str) -> list[datetime]:
        """When databases of this name were dropped that can still be restored (aware UTC)."""
        with self._asked("restorable", name):
            found = self._sql.restorable_dropped_databases.list_by_server(*self._server)
            return [each.deletion_date for each in found if each.database_name == name and each.deletion_date]

    @property
    def _server(self) -> tuple[str, str]:
        return self._place.group, self._place.server

    @contextmanager
    def _asked(self, what: str, name: str) -> Iterator[None]:
        where = f"{what} of database {name} on {self._place.server}"
        try:
            yield
        except HttpResponseError as error:
            raise _answered(error, where, self._clock()) from None
        except AzureError as error:
            reason = type(error.inner_exception or error).__name__
            raise RetryLater(Cause.AZURE_DOWN, f"{where}: no connection ({reason})") from None


def _text(value: str | Enum | None) -> str:
    """A word of ARM: the client knows some as members of an enumeration, and takes new ones as they come."""
    return str(value.value if isinstance(value, Enum) else value or "")


def _answered(error: HttpResponseError, where: str, now: datetime) -> PipelineError:
    code = error.error.code if error.error else ""
    answer = f"{where}: {error.status_code} {code or ''}".rstrip()
    if error.status_code in BUSY:
        return RetryLater(Cause.AZURE_DOWN, answer, _retry_after(error, now))
    return Broken(Cause.AZURE_REFUSED, answer)


def _retry_after(error: HttpResponseError, now: datetime) -> datetime | None:
    headers = getattr(error.response, "headers", {})
    seconds = headers.get("Retry-After", "")
    return now + timedelta(seconds=int(seconds)) if seconds.isdecimal() else None
