"""Several vaults as one: what was there before stays where it is, what is new goes where there is room."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.vault import FileVault
from shared.vault.several import Several


@pytest.fixture
def vaults(tmp_path: Path) -> list[FileVault]:
    return [FileVault(tmp_path / f"{letter}.json") for letter in "ab"]


def test_a_secret_of_the_first_vault_is_found_and_stays_there(vaults: list[FileVault]) -> None:
    old = vaults[0].set("pair-acme", "one")
    both = Several(vaults)
    assert both.get("pair-acme") == old
    newest = both.replace("pair-acme", "two", old)
    assert (vaults[0].get("pair-acme"), vaults[1].get("pair-acme")) == (newest, None)


def test_a_new_secret_goes_into_the_last_vault(vaults: list[FileVault]) -> None:
    Several(vaults).set("pair-beta", "one")
    assert (vaults[0].names(), vaults[1].names()) == ([], ["pair-beta"])


def test_deleting_reaches_every_vault(vaults: list[FileVault]) -> None:
    for vault in vaults:
        vault.set("pair-acme", "one")
    Several(vaults).purge("pair-acme")
    assert Several(vaults).names() == Several(vaults).deleted_names() == []
