"""Where publications lie: files under names, and one that is switched only from what was seen before."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, Protocol

from azure.core import MatchConditions
from azure.core.exceptions import AzureError, ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.storage.blob import ContainerClient

from shared.errors import Cause, RetryLater


class Store(Protocol):
    """One tenant's container. Raises RetryLater(EXTRACT_DOWN) when it does not answer. No file is ever seen half."""

    def put(self, name: str, path: Path) -> None:
        """Lay a file under a name."""

    def read(self, name: str) -> tuple[bytes, str] | None:
        """What lies under a name, and the tag of this version of it; None where there is nothing."""

    def switch(self, name: str, content: bytes, tag: str) -> bool:
        """Replace the version with this tag ("": there must be none); False, and nothing done, where another lies."""

    def names(self) -> list[str]:
        """All names, sorted."""

    def delete(self, name: str) -> None:
        """Remove what lies under a name, if anything."""


class FolderStore:
    """A folder of one machine, which only its owner may read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, path: Path) -> None:
        """See Store."""
        with self._disk(name), path.open("rb") as source, self._new(name) as target:
            shutil.copyfileobj(source, target)

    def read(self, name: str) -> tuple[bytes, str] | None:
        """See Store."""
        with self._disk(name):
            try:
                content = (self._folder / name).read_bytes()
            except FileNotFoundError:
                return None
        return content, sha256(content).hexdigest()

    def switch(self, name: str, content: bytes, tag: str) -> bool:
        """See Store. Compared and replaced under a lock that ends with the process."""
        with self._disk(name), self._locked():
            found = self.read(name)
            if (found[1] if found else "") != tag:
                return False
            with self._new(name) as target:
                target.write(content)
        return True

    def names(self) -> list[str]:
        """See Store."""
        with self._disk("its files"):
            paths = (path for path in self._folder.rglob("[!.]*") if path.is_file())
            return sorted(path.relative_to(self._folder).as_posix() for path in paths)

    def delete(self, name: str) -> None:
        """See Store."""
        with self._disk(name):
            (self._folder / name).unlink(missing_ok=True)

    @contextmanager
    def _new(self, name: str) -> Iterator[IO[bytes]]:
        path = self._folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=".", delete_on_close=False) as file:
            yield file
            file.flush()
            Path(file.name).rename(path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / ".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _disk(self, name: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise RetryLater(Cause.EXTRACT_DOWN, f"{self._folder.name}, {name}: {error.strerror}") from error


class BlobStore:
    """A blob container; every write is one commit of the service, a switch one with a condition."""

    def __init__(self, container: ContainerClient) -> None:
        self._container = container

    def make(self) -> None:
        """Make the container where there is none."""
        with self._mapped("the container"):
            try:
                self._container.create_container()
            except ResourceExistsError:
                return

    def put(self, name: str, path: Path) -> None:
        """See Store."""
        with self._mapped(name), path.open("rb") as file:
            self._container.upload_blob(name, file, overwrite=True)

    def read(self, name: str) -> tuple[bytes, str] | None:
        """See Store."""
        with self._mapped(name):
            try:
                blob = self._container.download_blob(name)
            except ResourceNotFoundError:
                return None
            return blob.readall(), str(blob.properties.etag)

    def switch(self, name: str, content: bytes, tag: str) -> bool:
        """See Store."""
        unchanged: dict[str, Any] = {"etag": tag, "match_condition": MatchConditions.IfNotModified} if tag else {}
        with self._mapped(name):
            try:
                self._container.upload_blob(name, content, overwrite=bool(tag), **unchanged)
            except (ResourceExistsError, ResourceModifiedError):
                return False
        return True

    def names(self) -> list[str]:
        """See Store."""
        with self._mapped("its files"):
            return sorted(self._container.list_blob_names())

    def delete(self, name: str) -> None:
        """See Store."""
        with self._mapped(name):
            try:
                self._container.delete_blob(name)
            except ResourceNotFoundError:
                return

    @contextmanager
    def _mapped(self, what: str) -> Iterator[None]:
        try:
            yield
        except AzureError as error:
            raise RetryLater(
                Cause.EXTRACT_DOWN, f"{self._container.container_name}, {what}: {type(error).__name__}"
            ) from error
