"""Azure Key Vault behind the Protocol of a vault.

Each version notes in a tag which one it replaced: so old versions are disabled without listing them all (a tenant's
pair gets one an hour), also after a crash in between.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.keyvault.secrets import KeyVaultSecret, SecretClient

from shared.vault.cache import Cache
from shared.vault.client import Asker, Wait
from shared.vault.deletions import Deletions
from shared.vault.faults import Clock
from shared.vault.store import Secret, check_name, check_value, overtaken

#: the tag that names the version before; empty for a first one, absent where another program wrote
REPLACES = "replaces"


class KeyVaultStore:
    """One vault. `wait` sleeps for seconds; what is read from the cache is younger than `max_age`."""

    def __init__(self, client: SecretClient, clock: Clock, wait: Wait, max_age: timedelta) -> None:
        self._client = client
        self._clock = clock
        self._asker = Asker(client.vault_url, clock, wait)
        self._deletions = Deletions(client, self._asker)
        self._cache = Cache(max_age)

    def get(self, name: str, *, fresh: bool = False) -> Secret | None:
        """See SecretStore."""
        asked_at = self._clock()
        known = self._cache.get(check_name(name), asked_at)
        if known is not None and not fresh:
            return known
        newest = self._newest(name)
        secret = _secret(newest) if newest else None
        self._cache.keep(name, secret, asked_at)
        return secret

    def set(self, name: str, value: str) -> Secret:
        """See SecretStore."""
        check_value(check_name(name), value)
        return self._written(name, value, self._newest(name))

    def replace(self, name: str, value: str, old: Secret | None) -> Secret:
        """See SecretStore."""
        check_value(check_name(name), value)
        newest = self._newest(name)
        if (_secret(newest) if newest else None) != old:
            raise overtaken(name)
        return self._written(name, value, newest)

    def delete(self, name: str) -> None:
        """See SecretStore."""
        self._deletions.delete(check_name(name))
        self._cache.keep(name, None, self._clock())

    def purge(self, name: str) -> datetime | None:
        """See SecretStore."""
        purged_on = self._deletions.purge(check_name(name))
        self._cache.keep(name, None, self._clock())
        return purged_on

    def names(self) -> list[str]:
        """See SecretStore."""
        return self._asker.ask(
            "secrets", lambda: sorted(str(each.name) for each in self._client.list_properties_of_secrets())
        )

    def deleted_names(self) -> list[str]:
        """See SecretStore."""
        return self._deletions.names()

    def _newest(self, name: str) -> KeyVaultSecret | None:
        def look() -> KeyVaultSecret | None:
            try:
                return self._client.get_secret(name)
            except ResourceNotFoundError:
                return None

        return self._asker.ask(f"secret {name}", look)

    def _written(self, name: str, value: str, newest: KeyVaultSecret | None) -> Secret:
        """Write what differs; disable what came before in any case, for a crash may have left it readable."""
        written = self._attempt(name, value, newest)
        if written is None:
            written = self._asker.settle(f"secret {name}", lambda: self._attempt(name, value, self._newest(name)))
        secret = _secret(written)
        self._cache.keep(name, secret, self._clock())
        self._disable_replaced(name, written)
        return secret

    def _attempt(self, name: str, value: str, newest: KeyVaultSecret | None) -> KeyVaultSecret | None:
        """Give the newest version with this value; None while the name is deleted, which ends its being so."""
        if newest is not None and newest.value == value:
            return newest
        if newest is not None:
            self._disable_replaced(name, newest)
        written = self._asker.once(f"secret {name}", lambda: self._put(name, value, newest))
        if written is None:
            self._deletions.bring_back(name)
        return written

    def _put(self, name: str, value: str, newest: KeyVaultSecret | None) -> KeyVaultSecret | None:
        """Write a version, once: after a lost answer, reading finds it."""
        tags = {REPLACES: _secret(newest).version if newest else ""}
        try:
            return self._client.set_secret(name, value, tags=tags)
        except ResourceExistsError:
            return None

    def _disable_replaced(self, name: str, secret: KeyVaultSecret) -> None:
        for version in self._replaced(name, secret):
            disable = partial(self._client.update_secret_properties, name, version, enabled=False)
            self._asker.ask(f"secret {name}", disable)

    def _replaced(self, name: str, secret: KeyVaultSecret) -> list[str]:
        tags = secret.properties.tags or {}
        if REPLACES in tags:
            return [tags[REPLACES]] if tags[REPLACES] else []
        return self._asker.ask(f"secret {name}", lambda: self._other_enabled(name, _secret(secret).version))

    def _other_enabled(self, name: str, newest: str) -> list[str]:
        versions = self._client.list_properties_of_secret_versions(name)
        return [str(each.version) for each in versions if each.enabled and each.version != newest]


def _secret(found: KeyVaultSecret) -> Secret:
    return Secret(str(found.value), str(found.properties.version))
