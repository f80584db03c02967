"""Several vaults as one, where one would be too slow or too full: each secret is in one of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shared.vault.store import Secret, SecretStore


class Several:
    """Finds a secret where it is; a new one goes into the last vault, which is the one added for room."""

    def __init__(self, stores: Sequence[SecretStore]) -> None:
        self._stores = stores

    def get(self, name: str, *, fresh: bool = False) -> Secret | None:
        """See SecretStore."""
        return next((found for store in self._stores if (found := store.get(name, fresh=fresh))), None)

    def set(self, name: str, value: str) -> Secret:
        """See SecretStore."""
        return self._home(name).set(name, value)

    def replace(self, name: str, value: str, old: Secret | None) -> Secret:
        """See SecretStore."""
        return self._home(name).replace(name, value, old)

    def delete(self, name: str) -> None:
        """See SecretStore."""
        for store in self._stores:
            store.delete(name)

    def purge(self, name: str) -> datetime | None:
        """See SecretStore: the last day of all."""
        days = [day for store in self._stores if (day := store.purge(name))]
        return max(days, default=None)

    def names(self) -> list[str]:
        """See SecretStore."""
        return sorted({name for store in self._stores for name in store.names()})

    def deleted_names(self) -> list[str]:
        """See SecretStore."""
        return sorted({name for store in self._stores for name in store.deleted_names()})

    def _home(self, name: str) -> SecretStore:
        held = (store for store in self._stores if store.get(name, fresh=True))
        return next(held, self._stores[-1])
