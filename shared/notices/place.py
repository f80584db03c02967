"""The outbox as a place that a purge empties: the register's rows, and the mails of the folder on one machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.errors import Cause, RetryLater
from shared.notices.notifier import OutboxFolder
from shared.notices.rows import Notices, notices
from shared.retention.place import Look, Subject, counts

#: what the purge's place of the register leaves to this one, for the last notice needs it
TABLES = (notices.name,)


@dataclass(frozen=True, slots=True)
class Outbox:
    """What a tenant was told or would have been. `folder` None: mail is handed to a server, and nothing stays here."""

    rows: Notices
    folder: OutboxFolder | None
    name: str = "outbox"

    def count(self, subject: Subject) -> Mapping[str, int]:
        """See Place."""
        tenant = subject.tenant.tenant
        mails = len(self.folder.of(tenant)) if self.folder else 0
        return counts(notices=self.rows.count(tenant), files=mails)

    def erase(self, subject: Subject) -> str:
        """See Place."""
        tenant = subject.tenant.tenant
        self.rows.forget(tenant)
        for path in self.folder.of(tenant) if self.folder else ():
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise RetryLater(Cause.MAIL_DOWN, f"{path}: {error.strerror}") from error
        return "deleted"

    def verify(self, subject: Subject) -> Look:
        """See Place."""
        return Look(self.count(subject))
