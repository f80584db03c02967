"""Where a tenant's notices go and in which language: one secret of the tenants' vault, never a row or a log line."""

from __future__ import annotations

import re

import msgspec

from shared.errors import Broken, Cause, Refused
from shared.texts import Language
from shared.vault import SecretStore

#: one plain mailbox; nothing that could break out of a header or name a second one
MAILBOX = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom a tenant's notices reach."""

    mailbox: str
    language: Language

    def __repr__(self) -> str:
        """Without the mailbox."""
        return f"Address(language={self.language!r})"


def address_secret(tenant: str) -> str:
    """Name the secret of a tenant's address."""
    return f"notice-address-{tenant}"


def set_address(vault: SecretStore, tenant: str, address: Address) -> None:
    """Store it. Raises Refused(BAD_REQUEST), which does not repeat it, for what is no mailbox."""
    if not MAILBOX.fullmatch(address.mailbox) or address.mailbox.startswith(".") or ".@" in address.mailbox:
        raise Refused(Cause.BAD_REQUEST, f"tenant {tenant}: the address is no mailbox such as name@example.com")
    vault.set(address_secret(tenant), msgspec.json.encode(address).decode())


def address_of(vault: SecretStore, tenant: str) -> Address | None:
    """Read it; None when the tenant has none. Raises Broken(SECRET_MISSING) for a secret that is no address."""
    secret = vault.get(address_secret(tenant))
    if secret is None:
        return None
    try:
        return msgspec.json.decode(secret.value, type=Address)
    except msgspec.DecodeError:
        raise Broken(Cause.SECRET_MISSING, f"secret {address_secret(tenant)} is no address") from None
