"""The local vault: one JSON file that only its owner may read."""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from shared.errors import Broken, Cause, RetryLater
from shared.vault.store import Secret, check_name, check_value, overtaken

type _Content = dict[str, dict[str, str]]


class FileVault:
    """One JSON file with mode 0600; safe with several threads and processes, also when one is killed while writing."""

    #: counts all writes, so that the versions of a name rise even over a deletion; no legal name has a dot
    _LAST = ".last"

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str, *, fresh: bool = False) -> Secret | None:
        """See SecretStore."""
        return _secret(self._read(), check_name(name))

    def set(self, name: str, value: str) -> Secret:
        """See SecretStore."""
        check_value(check_name(name), value)
        with self._changing() as content:
            return self._put(content, name, value)

    def replace(self, name: str, value: str, old: Secret | None) -> Secret:
        """See SecretStore; here nobody can come in between."""
        check_value(check_name(name), value)
        with self._changing() as content:
            newest = _secret(content, name)
            if newest != old:
                raise overtaken(name)
            return self._put(content, name, value)

    def delete(self, name: str) -> None:
        """See SecretStore."""
        with self._changing() as content:
            content.pop(check_name(name), None)

    def purge(self, name: str) -> datetime | None:
        """See SecretStore; a file has no second thoughts."""
        self.delete(name)
        return None

    def names(self) -> list[str]:
        """See SecretStore."""
        return sorted(name for name in self._read() if name != self._LAST)

    def deleted_names(self) -> list[str]:
        """See SecretStore."""
        return []

    def _put(self, content: _Content, name: str, value: str) -> Secret:
        newest = _secret(content, name)
        if newest is not None and newest.value == value:
            return newest
        version = str(int(content.get(self._LAST, {"version": "0"})["version"]) + 1)
        content[self._LAST] = {"version": version}
        content[name] = {"value": value, "version": version}
        return Secret(value, version)

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


def _secret(content: _Content, name: str) -> Secret | None:
    entry = content.get(name)
    return Secret(entry["value"], entry["version"]) if entry else None


@contextmanager
def _own_disk(path: Path) -> Iterator[None]:
    """Map what the disk refuses."""
    try:
        yield
    except OSError as error:
        raise RetryLater(Cause.VAULT_DOWN, f"{path}: {error.strerror}") from error
