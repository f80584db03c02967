"""The client of one Key Vault, and how patiently it is asked."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError
from azure.keyvault.secrets import SecretClient

from shared.errors import Broken, Cause, RetryLater
from shared.vault.faults import Clock, mapped, passes, place

type Wait = Callable[[float], None]

#: seconds before a question is put again
PAUSES = (1.0,)
#: seconds between looks at a name that is being deleted, purged or brought back: Azure takes a few
SETTLING = (1.0, 2.0, 3.0, 4.0, 5.0)
#: seconds for one connection, and for each part of an answer
CONNECT, READ = 3, 10


def secret_client(address: str, credential: TokenCredential) -> SecretClient:
    """Make a client for one vault. Raises Broken(WRONG_SETTINGS) for an address that is no https address.

    It does not repeat by itself: a wait it is asked for (429) may be long, and belongs to the queue.
    """
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname:
        raise Broken(Cause.WRONG_SETTINGS, f"vault address {address}: it is like https://NAME.vault.azure.net")
    return SecretClient(address, credential, retry_total=0, connection_timeout=CONNECT, read_timeout=READ)


class Asker:
    """Puts questions to one vault, in our errors. `wait` sleeps for seconds."""

    def __init__(self, vault: str, clock: Clock, wait: Wait) -> None:
        self._vault = vault
        self._clock = clock
        self._wait = wait

    def once[T](self, what: str, question: Callable[[], T]) -> T:
        """Ask what may not be repeated blindly."""
        with mapped(self._vault, what, self._clock):
            return question()

    def ask[T](self, what: str, question: Callable[[], T]) -> T:
        """Ask, and again a little later when the connection broke or the vault was out of breath."""
        with mapped(self._vault, what, self._clock):
            for pause in PAUSES:
                try:
                    return question()
                except AzureError as error:
                    if not passes(error):
                        raise
                self._wait(pause)
            return question()

    def settle[T](self, what: str, look: Callable[[], T | None]) -> T:
        """Look until there is something to see. Raises RetryLater(VAULT_DOWN) when there still is not."""
        for pause in (0.0, *SETTLING):
            if pause:
                self._wait(pause)
            if (seen := self.ask(what, look)) is not None:
                return seen
        raise RetryLater(Cause.VAULT_DOWN, f"{place(self._vault, what)}: still being deleted or brought back")
