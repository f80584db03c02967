"""The vaults the contract suite runs over; the Key Vault one joins here."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.vault import FileVault, SecretStore


@pytest.fixture
def vault_file(tmp_path: Path) -> Path:
    return tmp_path / "vault.json"


@pytest.fixture
def file_vault(vault_file: Path) -> FileVault:
    return FileVault(vault_file)


@pytest.fixture(params=["file"])
def vault(request: pytest.FixtureRequest) -> SecretStore:
    """Every vault there is, one after the other."""
    store: SecretStore = request.getfixturevalue(f"{request.param}_vault")
    return store
