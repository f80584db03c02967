"""What every vault must do; after that, what only the file must do."""

from __future__ import annotations

import json
import multiprocessing
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.errors import Broken, Cause, PipelineError, Refused, RetryLater
from shared.vault import FileVault, Secret, SecretStore, required


def test_a_secret_that_was_never_set_is_none(vault: SecretStore) -> None:
    assert vault.get("nothing-here") is None


@pytest.mark.parametrize("value", ["short", "", 'é€𝄞 \n"quoted"', "x" * 25_000])
def test_what_was_set_is_read_back_to_the_letter(vault: SecretStore, value: str) -> None:
    written = vault.set("a-secret", value)
    assert vault.get("a-secret") == written
    assert written.value == value


def test_setting_again_gives_a_new_version_and_the_new_value(vault: SecretStore) -> None:
    first = vault.set("a-secret", "one")
    second = vault.set("a-secret", "two")
    assert first.version != second.version
    assert vault.get("a-secret") == second


def test_a_deleted_secret_is_gone_from_reading_and_from_the_list(vault: SecretStore) -> None:
    vault.set("goes", "x")
    vault.set("stays", "y")
    vault.delete("goes")
    assert vault.get("goes") is None
    assert vault.names() == ["stays"]


def test_deleting_what_is_not_there_is_no_error(vault: SecretStore) -> None:
    vault.delete("never-was")
    assert vault.names() == []


def test_the_list_has_every_name_sorted_also_beyond_one_page_of_key_vault(vault: SecretStore) -> None:
    names = [f"name-{number:02}" for number in range(30)]
    for name in reversed(names):
        vault.set(name, "v")
    assert vault.names() == names


@pytest.mark.parametrize("name", ["", "with space", "under_score", "dot.ted", "../up", "é", "x" * 128, "end\n"])
def test_a_name_key_vault_would_refuse_is_refused_before_anything_is_asked(vault: SecretStore, name: str) -> None:
    for use in (vault.get, vault.delete, lambda name: vault.set(name, "v")):
        with pytest.raises(Refused) as refused:
            use(name)
        assert refused.value.cause is Cause.BAD_REQUEST


def test_a_value_is_measured_in_bytes_and_never_shown_when_too_long(vault: SecretStore) -> None:
    with pytest.raises(Refused, match="25001 bytes") as refused:
        vault.set("long", "é" * 12_500 + "x")
    assert "é" not in str(refused.value)
    assert vault.get("long") is None


def test_the_repr_of_a_secret_hides_its_value() -> None:
    assert repr(Secret("hunter2", "v1")) == "Secret(version='v1')"


def test_a_required_secret_that_is_missing_stops_with_its_name(vault: SecretStore) -> None:
    with pytest.raises(Broken, match="secret grant-key") as broken:
        required(vault, "grant-key")
    assert broken.value.cause is Cause.SECRET_MISSING


def test_only_the_owner_may_read_the_file(file_vault: FileVault, vault_file: Path) -> None:
    file_vault.set("a", "b")
    assert stat.S_IMODE(vault_file.stat().st_mode) == 0o600


def test_a_file_others_may_read_is_refused(file_vault: FileVault, vault_file: Path) -> None:
    file_vault.set("a", "b")
    vault_file.chmod(0o640)
    with pytest.raises(Broken, match="chmod 600"):
        file_vault.get("a")


def test_a_half_written_file_of_a_killed_process_changes_nothing(file_vault: FileVault, vault_file: Path) -> None:
    file_vault.set("a", "b")
    vault_file.with_suffix(".new").write_text('{"a": {"val')
    assert file_vault.set("c", "d") == file_vault.get("c")
    assert file_vault.names() == ["a", "c"]


def test_versions_rise_also_over_a_deletion(file_vault: FileVault) -> None:
    first = file_vault.set("a", "one")
    file_vault.delete("a")
    assert int(file_vault.set("a", "two").version) > int(first.version)


def test_a_file_that_is_no_vault_is_named_without_its_content(file_vault: FileVault, vault_file: Path) -> None:
    vault_file.touch(0o600)
    vault_file.write_text("hunter2")
    with pytest.raises(Broken, match="no vault file") as broken:
        file_vault.get("a")
    assert "hunter2" not in str(broken.value)


def test_a_disk_that_refuses_is_a_vault_that_is_down(tmp_path: Path) -> None:
    homeless = FileVault(tmp_path / "no" / "such" / "folder" / "vault.json")
    with pytest.raises(PipelineError) as down:
        homeless.set("a", "b")
    assert isinstance(down.value, RetryLater)
    assert down.value.cause is Cause.VAULT_DOWN


def _set_many(path: Path, writer: int) -> None:
    vault = FileVault(path)
    for number in range(20):
        vault.set(f"writer-{writer}-{number}", "v")


def test_two_processes_writing_at_once_lose_nothing(vault_file: Path) -> None:
    processes = [multiprocessing.get_context("spawn").Process(target=_set_many, args=(vault_file, n)) for n in (1, 2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert len(FileVault(vault_file).names()) == 40


def test_threads_writing_at_once_lose_nothing(vault_file: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda writer: _set_many(vault_file, writer), range(4)))
    content = json.loads(vault_file.read_text())
    assert len({entry["version"] for name, entry in content.items() if not name.startswith(".")}) == 80
