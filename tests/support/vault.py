"""The vaults the contract suite runs over, each test with names of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from shared.vault import FileVault, SecretStore
from shared.vault.several import Several


@dataclass
class Corner:
    """A test's part of a vault that may hold other things; what it put there is purged after it."""

    store: SecretStore
    mark: str = field(default_factory=lambda: f"t{uuid.uuid4().hex[:10]}-")

    def name(self, text: str) -> str:
        return self.mark + text

    def names(self) -> list[str]:
        return [name.removeprefix(self.mark) for name in self.store.names() if name.startswith(self.mark)]

    def deleted_names(self) -> list[str]:
        return [name.removeprefix(self.mark) for name in self.store.deleted_names() if name.startswith(self.mark)]

    def clear(self) -> None:
        for name in {*self.names(), *self.deleted_names()}:
            self.store.purge(self.name(name))


@pytest.fixture
def vault_file(tmp_path: Path) -> Path:
    return tmp_path / "vault.json"


@pytest.fixture
def file_vault(vault_file: Path) -> FileVault:
    return FileVault(vault_file)


@pytest.fixture
def several_vault(tmp_path: Path) -> Several:
    return Several([FileVault(tmp_path / f"vault-{letter}.json") for letter in "ab"])


@pytest.fixture(params=["file", "key_vault", "several"])
def corner(request: pytest.FixtureRequest) -> Iterator[Corner]:
    """Every vault there is, one after the other."""
    corner = Corner(request.getfixturevalue(f"{request.param}_vault"))
    yield corner
    corner.clear()


@pytest.fixture
def vault(corner: Corner) -> SecretStore:
    return corner.store
