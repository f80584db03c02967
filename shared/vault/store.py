"""What a vault is to the rest of the app.

Names and values obey Key Vault's limits everywhere, so that what works on one machine works in Azure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from shared.errors import Broken, Cause, Refused, RetryLater

NAME = re.compile(r"[0-9a-zA-Z-]{1,127}")
LARGEST_VALUE = 25_000  # bytes, Key Vault's limit


@dataclass(frozen=True, slots=True)
class Secret:
    """One version of a secret. Its repr shows the version only."""

    value: str = field(repr=False)
    version: str


class SecretStore(Protocol):
    """A vault.

    Every method raises RetryLater(VAULT_DOWN) when it does not answer, Broken(VAULT_REFUSED) when it answers no.
    """

    def get(self, name: str, *, fresh: bool = False) -> Secret | None:
        """Return the newest version, or None when there is none or it was deleted.

        It may be as old as the store's cache allows. `fresh` asks the vault itself: do so under a lease.
        """

    def set(self, name: str, value: str) -> Secret:
        """Store a new version and make those before it unreadable; the newest one when it has this value already.

        A deleted name is brought back first. There is no compare-and-swap: hold a lease.
        """

    def replace(self, name: str, value: str, old: Secret | None) -> Secret:
        """Set, if the newest version is still `old` (None: there was none).

        Raises RetryLater(LEASE_HELD) when another was written meanwhile. Key Vault looks just before it writes, no
        closer: hold a lease all the same.
        """

    def delete(self, name: str) -> None:
        """Delete every version; a name that is not there is no error. In Azure it can be brought back for some days."""

    def purge(self, name: str) -> datetime | None:
        """Delete every version for good and look that it is gone; None then, also when there was nothing.

        A vault with purge protection deletes, keeps it from everyone's reading, and gives the day (aware UTC) on which
        it purges by itself.
        """

    def names(self) -> list[str]:
        """List the names of all secrets, sorted, without values."""

    def deleted_names(self) -> list[str]:
        """List the names that are deleted and not yet gone for good, sorted."""


@dataclass(frozen=True, slots=True)
class Vaults:
    """The vaults by purpose; on one machine one store is both."""

    #: the app's keys and its registrations at Exact; purge-protected, because nothing sealed opens without them
    application: SecretStore
    #: what belongs to one tenant: token pair, reader's password, contact; can be purged, so that deletion is final
    tenant: SecretStore


def check_name(name: str) -> str:
    """Return the name itself. Raises Refused(BAD_REQUEST) when a vault could not take it."""
    if not NAME.fullmatch(name):
        raise Refused(Cause.BAD_REQUEST, "a secret's name is 1 to 127 letters, digits and hyphens")
    return name


def check_value(name: str, value: str) -> str:
    """Return the value itself. Raises Refused(BAD_REQUEST) when it is empty or longer than a vault takes."""
    size = len(value.encode())
    if not 0 < size <= LARGEST_VALUE:
        raise Refused(Cause.BAD_REQUEST, f"secret {name}: a vault takes 1 to {LARGEST_VALUE} bytes, not {size} bytes")
    return value


def required(store: SecretStore, name: str) -> str:
    """Return the value of a secret the app cannot work without. Raises Broken(SECRET_MISSING)."""
    secret = store.get(name)
    if secret is None:
        raise Broken(Cause.SECRET_MISSING, f"secret {name}")
    return secret.value


def overtaken(name: str) -> RetryLater:
    """Make the error of a `replace` that came second."""
    return RetryLater(Cause.LEASE_HELD, f"secret {name}: another worker wrote it meanwhile")
