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
from tests.support.vault import Corner


def test_a_secret_that_was_never_set_is_none(corner: Corner) -> None:
    assert corner.store.get(corner.name("nothing-here")) is None


@pytest.mark.parametrize("value", ["short", " ", 'é€𝄞 \n"quoted"', "x" * 25_000])
def test_what_was_set_is_read_back_to_the_letter(corner: Corner, value: str) -> None:
    written = corner.store.set(corner.name("a"), value)
    assert corner.store.get(corner.name("a"), fresh=True) == written
    assert written.value == value


def test_setting_again_gives_a_new_version_and_the_new_value(corner: Corner) -> None:
    first = corner.store.set(corner.name("a"), "one")
    second = corner.store.set(corner.name("a"), "two")
    assert first.version != second.version
    assert corner.store.get(corner.name("a")) == second
    assert corner.store.get(corner.name("a"), fresh=True) == second


def test_setting_the_same_value_again_makes_no_new_version(corner: Corner) -> None:
    first = corner.store.set(corner.name("a"), "one")
    assert corner.store.set(corner.name("a"), "one") == first


def test_a_secret_is_replaced_while_the_version_read_is_the_newest(corner: Corner) -> None:
    first = corner.store.replace(corner.name("a"), "one", None)
    assert corner.store.replace(corner.name("a"), "two", first) == corner.store.get(corner.name("a"), fresh=True)


def test_what_another_wrote_meanwhile_is_not_replaced(corner: Corner) -> None:
    read = corner.store.set(corner.name("a"), "one")
    newest = corner.store.set(corner.name("a"), "the other's")
    for old in (read, None):
        with pytest.raises(RetryLater, match="another worker") as later:
            corner.store.replace(corner.name("a"), "two", old)
        assert later.value.cause is Cause.LEASE_HELD
    assert corner.store.get(corner.name("a"), fresh=True) == newest


def test_a_deleted_secret_is_gone_from_reading_and_from_the_list(corner: Corner) -> None:
    corner.store.set(corner.name("goes"), "x")
    corner.store.set(corner.name("stays"), "y")
    corner.store.delete(corner.name("goes"))
    assert corner.store.get(corner.name("goes")) is None
    assert corner.names() == ["stays"]


def test_deleting_and_purging_what_is_not_there_is_no_error(corner: Corner) -> None:
    corner.store.delete(corner.name("never-was"))
    assert corner.store.purge(corner.name("never-was")) is None
    assert corner.names() == []


def test_a_deleted_name_can_be_set_again(corner: Corner) -> None:
    corner.store.set(corner.name("a"), "one")
    corner.store.delete(corner.name("a"))
    written = corner.store.set(corner.name("a"), "two")
    assert corner.store.get(corner.name("a"), fresh=True) == written
    assert corner.deleted_names() == []


@pytest.mark.parametrize("deleted_before", [False, True])
def test_a_purged_secret_is_in_no_list_and_its_name_is_free(corner: Corner, deleted_before: bool) -> None:
    first = corner.store.set(corner.name("a"), "one")
    if deleted_before:
        corner.store.delete(corner.name("a"))
    assert corner.store.purge(corner.name("a")) is None
    assert corner.names() == corner.deleted_names() == []
    assert corner.store.set(corner.name("a"), "one").version != first.version


def test_the_list_has_every_name_sorted_also_beyond_one_page_of_key_vault(corner: Corner) -> None:
    names = [f"name-{number:02}" for number in range(30)]
    for name in reversed(names):
        corner.store.set(corner.name(name), "v")
    assert corner.names() == names


@pytest.mark.parametrize("name", ["", "with space", "under_score", "dot.ted", "../up", "é", "x" * 128, "end\n"])
def test_a_name_key_vault_would_refuse_is_refused_before_anything_is_asked(vault: SecretStore, name: str) -> None:
    for use in (vault.get, vault.delete, vault.purge, lambda name: vault.set(name, "v")):
        with pytest.raises(Refused) as refused:
            use(name)
        assert refused.value.cause is Cause.BAD_REQUEST


@pytest.mark.parametrize(("value", "size"), [("é" * 12_500 + "x", "25001 bytes"), ("", "0 bytes")])
def test_a_value_is_measured_in_bytes_and_not_shown_when_refused(corner: Corner, value: str, size: str) -> None:
    with pytest.raises(Refused, match=size) as refused:
        corner.store.set(corner.name("a"), value)
    assert "é" not in str(refused.value)
    assert corner.store.get(corner.name("a")) is None


def test_the_repr_of_a_secret_hides_its_value() -> None:
    assert repr(Secret("hunter2", "v1")) == "Secret(version='v1')"


def test_a_required_secret_that_is_missing_stops_with_its_name(corner: Corner) -> None:
    with pytest.raises(Broken, match=f"secret {corner.name('grant-key')}") as broken:
        required(corner.store, corner.name("grant-key"))
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
