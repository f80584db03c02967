"""What Key Vault answers instead of a secret, as our errors: each names vault, secret and cure, none a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError
from requests.exceptions import SSLError

from shared.errors import Broken, Cause, PipelineError, RetryLater

type Clock = Callable[[], datetime]

#: answers that pass by themselves; for a 429 the vault says when
BUSY = {408, 429, 500, 502, 503, 504}
#: why a vault forbids (403), by its inner code, and what to do about it
FORBIDDEN = {
    "ForbiddenByRbac": "give the app's identity the role Key Vault Secrets Officer here; it takes minutes to work",
    "AccessDenied": "the access policies must give the app's identity get, list, set, delete, recover and purge",
    "ForbiddenByFirewall": "let the app's network or address through the vault's firewall",
    "ForbiddenByConnection": "the vault is closed to the public: reach it over its private endpoint",
    "SecretDisabled": "somebody disabled its newest version: enable it",
}
OTHERWISE = "look at the identity's role on this vault, at its firewall, and whether the secret is enabled"
WRONG_DIRECTORY = "it takes no token of this identity: both must be of one directory, and the machine's clock right"
UNTRUSTED = "its certificate is not trusted: look at REQUESTS_CA_BUNDLE, and whether it has expired"
NO_VAULT = "its address is no Key Vault's: it asks for tokens of another service"


@contextmanager
def mapped(vault: str, what: str, clock: Clock) -> Iterator[None]:
    """Turn what the client raises in the block into ours; `vault` is its address, `what` what was asked about."""
    where = place(vault, what)
    try:
        yield
    except HttpResponseError as error:
        raise _answered(error, where, clock()) from None  # its text is the server's; what it says is said
    except AzureError as error:
        raise _unreached(error, where) from None
    except ValueError:
        raise Broken(Cause.WRONG_SETTINGS, f"{where}: {NO_VAULT}") from None


def place(vault: str, what: str) -> str:
    """Name what was asked about, and where."""
    return f"{what} in vault {urlsplit(vault).hostname}"


def passes(error: AzureError) -> bool:
    """Whether the same question may be answered a second later: a connection that broke, a server out of breath."""
    if isinstance(error, HttpResponseError):
        return error.status_code in BUSY - {429}
    return not _untrusted(error)


def _answered(error: HttpResponseError, where: str, now: datetime) -> PipelineError:
    status = error.status_code
    if isinstance(error, ClientAuthenticationError):  # 401, or the credential itself
        return Broken(Cause.VAULT_REFUSED, f"{where}: {WRONG_DIRECTORY}")
    if status == 403:
        inner = _inner_code(error)
        return Broken(Cause.VAULT_REFUSED, f"{where}: 403 {inner}: {FORBIDDEN.get(inner, OTHERWISE)}")
    if status == 409:
        return RetryLater(Cause.VAULT_DOWN, f"{where}: still being deleted or brought back")
    if status in BUSY:
        return RetryLater(Cause.VAULT_DOWN, f"{where}: answer {status}", _retry_after(error, now))
    return Broken(Cause.VAULT_REFUSED, f"{where}: answer {status}, which this release does not expect")


def _unreached(error: AzureError, where: str) -> PipelineError:
    if _untrusted(error):
        return Broken(Cause.WRONG_SETTINGS, f"{where}: {UNTRUSTED}")
    inner = type(error.inner_exception or error).__name__
    return RetryLater(Cause.VAULT_DOWN, f"{where}: no connection ({inner})")


def _untrusted(error: AzureError) -> bool:
    return isinstance(error.inner_exception, SSLError)


def _inner_code(error: HttpResponseError) -> str:
    inner = error.error.innererror if error.error else None
    return str((inner or {}).get("code") or (error.error.code if error.error else "")) or "Forbidden"


def _retry_after(error: HttpResponseError, now: datetime) -> datetime | None:
    headers: Mapping[str, str] = getattr(error.response, "headers", {})  # its declared type lacks them
    seconds = headers.get("Retry-After", "")
    return now + timedelta(seconds=int(seconds)) if seconds.isdecimal() else None
