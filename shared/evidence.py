"""What must outlive the register and anyone who may write to it: tombstones, certificates, heads of the audit chain.

The store only ever takes: what lies under a name stays. In Azure the container's immutability policy holds even its
owner to that (`infra/storage/host.bicep`); the code never asks for more than "write unless there".
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import BlobServiceClient

from shared.errors import Broken, Cause, RetryLater

CONTAINER = "evidence"
NAME = re.compile(r"[a-z]+(?:/[a-z0-9-]+)+\.json")


class Evidence(Protocol):
    """A store in which nothing is replaced or deleted. Raises RetryLater(EVIDENCE_DOWN) when it does not answer."""

    def create(self, name: str, content: bytes) -> bytes:
        """Write under a name that is free; what lies there afterwards: ours, or what came before it and stays."""

    def get(self, name: str) -> bytes | None:
        """Read; None where there is nothing."""

    def names(self, prefix: str) -> list[str]:
        """List the names that begin so, sorted."""


def keep(evidence: Evidence, name: str, content: bytes) -> None:
    """Write what must lie under a name to the byte. Raises Broken(EVIDENCE_TAKEN) where something else does."""
    if evidence.create(name, content) != content:
        raise Broken(Cause.EVIDENCE_TAKEN, f"evidence {name}")


class FolderEvidence:
    """Files in a folder of one machine, which only their owner may read and nobody may write."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, name: str, content: bytes) -> bytes:
        """See Evidence. The finished file is linked into place, so that none is ever seen half."""
        path = self._path(name)
        with _own_disk(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=path.parent, prefix=".") as new:
                new.write(content)
                new.flush()
                os.fsync(new.fileno())
                Path(new.name).chmod(0o400)
                try:
                    path.hardlink_to(new.name)
                except FileExistsError:
                    return path.read_bytes()
        return content

    def get(self, name: str) -> bytes | None:
        """See Evidence."""
        path = self._path(name)
        with _own_disk(path):
            return path.read_bytes() if path.is_file() else None

    def names(self, prefix: str) -> list[str]:
        """See Evidence."""
        with _own_disk(self._folder):
            found = (path.relative_to(self._folder).as_posix() for path in self._folder.rglob("*.json"))
            return sorted(name for name in found if name.startswith(prefix))

    def _path(self, name: str) -> Path:
        return self._folder / _checked(name)


class BlobEvidence:
    """A blob container. Writing is conditional (If-None-Match: *), so that the service itself refuses a second one."""

    def __init__(self, service: BlobServiceClient) -> None:
        self._container = service.get_container_client(CONTAINER)

    def make(self) -> None:
        """Make the container where there is none (the emulator); in Azure the templates make it, with its policy."""
        with _mapped(CONTAINER):
            try:
                self._container.create_container()
            except ResourceExistsError:
                return

    def create(self, name: str, content: bytes) -> bytes:
        """See Evidence."""
        with _mapped(_checked(name)):
            try:
                self._container.upload_blob(name, content, overwrite=False)
            except ResourceExistsError:
                return self._container.download_blob(name).readall()
        return content

    def get(self, name: str) -> bytes | None:
        """See Evidence."""
        with _mapped(_checked(name)):
            try:
                return self._container.download_blob(name).readall()
            except ResourceNotFoundError:
                if not self._container.exists():
                    raise
                return None

    def names(self, prefix: str) -> list[str]:
        """See Evidence."""
        with _mapped(prefix):
            return sorted(self._container.list_blob_names(name_starts_with=prefix))


def _checked(name: str) -> str:
    """The name itself: small letters, digits, hyphens and folders, which every store takes and none can leave."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for evidence")
    return name


@contextmanager
def _own_disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RetryLater(Cause.EVIDENCE_DOWN, f"{path}: {error.strerror}") from error


@contextmanager
def _mapped(what: str) -> Iterator[None]:
    try:
        yield
    except ResourceNotFoundError:
        raise Broken(
            Cause.WRONG_SETTINGS, f"evidence container {CONTAINER} is not there: deploy the templates"
        ) from None
    except AzureError as error:
        raise RetryLater(Cause.EVIDENCE_DOWN, f"evidence {what}: {type(error).__name__}") from error
