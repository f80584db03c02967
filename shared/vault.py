"""Where secrets live: the Protocol of a vault, and its local twin, one file only its owner may read.

Names and values obey Key Vault's limits everywhere, so that what works on one machine works in Azure.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
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
    """A vault. Every method raises RetryLater(VAULT_DOWN) when it does not answer."""

    def get(self, name: str) -> Secret | None:
        """Return the newest version, or None when there is none or it was deleted."""

    def set(self, name: str, value: str) -> Secret:
        """Store a new version; the one before is no longer returned. There is no compare-and-swap: hold a lease."""

    def delete(self, name: str) -> None:
        """Delete every version; a name that is not there is no error. In Azure the name is not free again at once."""

    def names(self) -> list[str]:
        """List the names of all secrets, sorted, without values."""


def check_name(name: str) -> str:
    """Return the name itself. Raises Refused(BAD_REQUEST) when a vault could not take it."""
    if not NAME.fullmatch(name):
        raise Refused(Cause.BAD_REQUEST, "a secret's name is 1 to 127 letters, digits and hyphens")
    return name


def check_value(name: str, value: str) -> str:
    """Return the value itself. Raises Refused(BAD_REQUEST) when it is longer than a vault takes."""
    size = len(value.encode())
    if size > LARGEST_VALUE:
        raise Refused(Cause.BAD_REQUEST, f"secret {name}: {size} bytes are more than a vault takes ({LARGEST_VALUE})")
    return value


def required(store: SecretStore, name: str) -> str:
    """Return the value of a secret the app cannot work without. Raises Broken(SECRET_MISSING)."""
    secret = store.get(name)
    if secret is None:
        raise Broken(Cause.SECRET_MISSING, f"secret {name}")
    return secret.value


type _Content = dict[str, dict[str, str]]


class FileVault:
    """One JSON file with mode 0600; safe with several threads and processes, also when one is killed while writing."""

    #: counts all writes, so that the versions of a name rise even over a deletion; no legal name has a dot
    _LAST = ".last"

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str) -> Secret | None:
        """See SecretStore."""
        entry = self._read().get(check_name(name))
        return Secret(entry["value"], entry["version"]) if entry else None

    def set(self, name: str, value: str) -> Secret:
        """See SecretStore."""
        entry = {"value": check_value(check_name(name), value)}
        with self._changing() as content:
            version = str(int(content.get(self._LAST, {"version": "0"})["version"]) + 1)
            content[self._LAST] = {"version": version}
            content[name] = entry | {"version": version}
        return Secret(value, version)

    def delete(self, name: str) -> None:
        """See SecretStore."""
        with self._changing() as content:
            content.pop(check_name(name), None)

    def names(self) -> list[str]:
        """See SecretStore."""
        return sorted(name for name in self._read() if name != self._LAST)

    @contextmanager
    def _changing(self) -> Iterator[_Content]:
        """Give the content, to be changed by one holder at a time and written back when the block ends well."""
        with _own_disk(self._path), self._path.with_suffix(".lock").open("a") as lock:
            # flock belongs to this open file: it keeps threads apart too, and a killed process gives it up
            fcntl.flock(lock, fcntl.LOCK_EX)
            content = self._read()
            yield content
            self._replace(content)

    def _read(self) -> _Content:
        with _own_disk(self._path):
            try:
                with self._path.open(encoding="utf-8") as file:
                    self._check_mode(os.fstat(file.fileno()).st_mode)
                    content: _Content = json.load(file)
            except FileNotFoundError:
                return {}
            except ValueError:
                raise Broken(Cause.VAULT_DOWN, f"{self._path} is no vault file") from None
            return content

    def _check_mode(self, mode: int) -> None:
        if stat.S_IMODE(mode) & (stat.S_IRWXG | stat.S_IRWXO):
            raise Broken(
                Cause.WRONG_SETTINGS, f"{self._path} can be read by others: `chmod 600` it and renew its secrets"
            )

    def _replace(self, content: _Content) -> None:
        new = self._path.with_suffix(".new")
        new.unlink(missing_ok=True)  # left by a process killed here; made afresh so that its mode is certain
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)
        self._sync_folder()

    def _sync_folder(self) -> None:
        """Make the new name of the file as durable as its content."""
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _own_disk(path: Path) -> Iterator[None]:
    """Map what the disk refuses."""
    try:
        yield
    except OSError as error:
        raise RetryLater(Cause.VAULT_DOWN, f"{path}: {error.strerror}") from error
