"""Names of a Key Vault on their way out or back.

Deletion is soft: for days the name is taken, and the secret can be brought back or purged. Deleting, purging and
bringing back take seconds each, in which the name answers 409.
"""

from __future__ import annotations

from datetime import datetime

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.keyvault.secrets import DeletedSecret, SecretClient

from shared.telemetry import warning
from shared.vault.client import Asker


class Deletions:
    """What one vault has deleted and not yet forgotten."""

    def __init__(self, client: SecretClient, asker: Asker) -> None:
        self._client = client
        self._asker = asker

    def names(self) -> list[str]:
        """List what can still be brought back, sorted."""
        return self._asker.ask(
            "deleted secrets", lambda: sorted(str(each.name) for each in self._client.list_deleted_secrets())
        )

    def delete(self, name: str) -> bool:
        """Delete a secret; whether there was one."""
        return self._asker.settle(f"secret {name}", lambda: self._delete(name))

    def purge(self, name: str) -> datetime | None:
        """Delete a secret for good; the day on which the vault itself will, where it allows nobody to."""
        deleted = self._found(name, expected=self.delete(name))
        if deleted is not None:
            due = deleted.scheduled_purge_date
            if due is not None and "Purgeable" not in (deleted.properties.recovery_level or ""):
                return due
            self._asker.settle(f"secret {name}", lambda: self._purge(name))
        self._asker.settle(f"secret {name}", lambda: None if name in self.names() else "gone")
        return None

    def bring_back(self, name: str) -> None:
        """Begin to recover a deleted secret; one that is not among the deleted is no error: it is on its way."""
        self._asker.ask(f"secret {name}", lambda: self._bring_back(name))

    def _delete(self, name: str) -> bool | None:
        try:
            self._client.begin_delete_secret(name)
        except ResourceNotFoundError:
            return False
        except ResourceExistsError:  # being deleted or brought back: ask again what came of it
            return None
        return True

    def _found(self, name: str, *, expected: bool) -> DeletedSecret | None:
        """Give the deleted secret; one just deleted shows after a while."""
        look = self._asker.settle if expected else self._asker.ask
        return look(f"secret {name}", lambda: self._deleted(name))

    def _deleted(self, name: str) -> DeletedSecret | None:
        try:
            return self._client.get_deleted_secret(name)
        except ResourceNotFoundError:
            return None

    def _purge(self, name: str) -> bool | None:
        try:
            self._client.purge_deleted_secret(name)
        except ResourceNotFoundError:
            return True
        except ResourceExistsError:  # its deletion is not finished
            return None
        return True

    def _bring_back(self, name: str) -> None:
        try:
            self._client.begin_recover_deleted_secret(name)
        except (ResourceNotFoundError, ResourceExistsError):
            return
        warning("vault.recovered", secret=name)
