"""What the Key Vault store does beyond every vault's contract: its cache, old versions, names on their way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.errors import Cause, RetryLater
from shared.vault.cache import Cache
from shared.vault.store import Secret
from tests.support.key_vault import MAX_AGE, VaultBench

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


# --- the cache


def test_a_secret_read_lately_is_not_asked_again(key_vaults: VaultBench) -> None:
    writer, reader = key_vaults.store(), key_vaults.store()
    writer.set("a", "one")
    assert [reader.get("a"), reader.get("a")] == [writer.get("a")] * 2
    assert key_vaults.calls().count("GET") == 2, "one of each: the writer's before it wrote, the reader's first"


def test_another_workers_write_is_seen_when_the_age_is_reached_or_a_fresh_one_is_asked(key_vaults: VaultBench) -> None:
    writer, reader = key_vaults.store(), key_vaults.store()
    old = writer.set("a", "one")
    reader.get("a")
    new = writer.set("a", "two")
    assert reader.get("a") == old
    assert reader.get("a", fresh=True) == reader.get("a") == new
    newest = writer.set("a", "three")
    key_vaults.clock.wait(MAX_AGE.total_seconds())
    assert reader.get("a") == newest


def test_a_secret_that_was_missing_is_asked_again(key_vaults: VaultBench) -> None:
    reader = key_vaults.store()
    assert reader.get("a") is None
    written = key_vaults.store().set("a", "one")
    assert reader.get("a") == written


def test_what_this_store_deleted_is_not_answered_from_memory(key_vaults: VaultBench) -> None:
    store = key_vaults.store()
    store.set("a", "one")
    store.delete("a")
    assert store.get("a") is None


def test_an_answer_to_an_earlier_question_does_not_hide_a_later_one() -> None:
    cache = Cache(MINUTE)
    cache.keep("a", None, NOON + timedelta(seconds=1))
    cache.keep("a", Secret("stale", "1"), NOON)
    assert cache.get("a", NOON + timedelta(seconds=2)) is None


def test_the_cache_forgets_what_is_too_old_to_be_used() -> None:
    cache = Cache(MINUTE)
    cache.keep("a", Secret("one", "1"), NOON)
    cache.keep("b", Secret("two", "2"), NOON + MINUTE)
    assert list(cache._entries) == ["b"]


# --- old versions


def test_after_a_set_only_the_newest_version_is_readable(key_vaults: VaultBench) -> None:
    store = key_vaults.store()
    versions = [store.set("a", value).version for value in ("one", "two", "three")]
    assert key_vaults.readable("a") == versions[-1:]


def test_an_unchanged_value_is_not_written(key_vaults: VaultBench) -> None:
    store = key_vaults.store()
    store.set("a", "one")
    key_vaults.calls()
    store.set("a", "one")
    assert key_vaults.calls() == ["GET"]


def test_a_write_lists_no_versions_however_many_there_are(key_vaults: VaultBench) -> None:
    store = key_vaults.store()
    for number in range(3):
        key_vaults.calls()
        store.set("a", str(number))
    assert key_vaults.calls() == ["GET", "PATCH", "PUT", "PATCH"]


@pytest.mark.parametrize("next_value", ["two", "three"])
def test_a_worker_killed_before_it_disabled_the_old_version_leaves_that_to_the_next(
    key_vaults: VaultBench, monkeypatch: pytest.MonkeyPatch, next_value: str
) -> None:
    mortal = key_vaults.store()
    mortal.set("a", "one")
    monkeypatch.setattr(mortal, "_disable_replaced", lambda *_: None)
    mortal.set("a", "two")
    assert len(key_vaults.readable("a")) == 2
    newest = key_vaults.store().set("a", next_value)
    assert key_vaults.readable("a") == [newest.version]


def test_versions_another_program_wrote_are_disabled_too(key_vaults: VaultBench) -> None:
    client = key_vaults.client()
    for value in ("by", "hand"):
        client.set_secret("a", value)
    written = key_vaults.store().set("a", "ours")
    assert key_vaults.readable("a") == [written.version]


def test_a_lost_answer_to_a_write_leads_to_no_second_version(key_vaults: VaultBench) -> None:
    store = key_vaults.store()
    first = store.set("a", "one")
    key_vaults.server.vaults[key_vaults.tenant].put("a", "two", {"replaces": first.version})  # done, and never heard of
    again = store.set("a", "two")
    assert key_vaults.readable("a") == [again.version]
    assert len(key_vaults.server.vaults[key_vaults.tenant].live("a").versions) == 2


def test_a_write_whose_answer_was_lost_is_not_sent_again_blindly(key_vaults: VaultBench) -> None:
    store = key_vaults.store()
    store.get("a")
    key_vaults.calls()
    key_vaults.server.lose_answers = 1
    with pytest.raises(RetryLater):
        store._asker.once("secret a", lambda: store._put("a", "one", None))
    assert key_vaults.calls() == ["PUT"]


# --- names on their way out or back


def test_a_name_being_deleted_is_waited_for_and_brought_back(key_vaults: VaultBench) -> None:
    store = key_vaults.store()
    store.set("a", "one")
    key_vaults.server.vaults[key_vaults.tenant].settling = timedelta(seconds=2)
    store.delete("a")
    written = store.set("a", "two")
    assert key_vaults.readable("a") == [written.version]
    assert 0 < sum(key_vaults.clock.waits) < 8


def test_a_name_being_purged_is_waited_for(key_vaults: VaultBench) -> None:
    store = key_vaults.store()
    store.set("a", "one")
    store.delete("a")
    key_vaults.server.vaults[key_vaults.tenant].settling = timedelta(seconds=2)
    key_vaults.client().purge_deleted_secret("a")
    assert store.set("a", "two") == store.get("a", fresh=True)


def test_a_name_that_stays_on_its_way_is_not_waited_for_without_end(key_vaults: VaultBench) -> None:
    store = key_vaults.store()
    store.set("a", "one")
    key_vaults.server.vaults[key_vaults.tenant].settling = timedelta(hours=1)
    store.delete("a")
    for act in (lambda: store.set("a", "two"), lambda: store.delete("a"), lambda: store.purge("a")):
        key_vaults.clock.waits.clear()
        with pytest.raises(RetryLater, match=f"secret a in vault {key_vaults.tenant}.* being deleted") as later:
            act()
        assert later.value.cause is Cause.VAULT_DOWN
        assert sum(key_vaults.clock.waits) == 15


def test_a_purge_waits_for_the_deletion_and_looks_until_the_list_is_empty(key_vaults: VaultBench) -> None:
    store = key_vaults.store()
    store.set("a", "one")
    key_vaults.server.vaults[key_vaults.tenant].settling = timedelta(seconds=2)
    assert store.purge("a") is None
    assert store.deleted_names() == []
    assert key_vaults.calls()[-1] == "GET"


def test_a_purge_of_a_name_that_lingers_in_the_list_is_not_reported_as_done(key_vaults: VaultBench) -> None:
    store = key_vaults.store()
    store.set("a", "one")
    store.delete("a")
    key_vaults.server.vaults[key_vaults.tenant].settling = timedelta(hours=1)
    with pytest.raises(RetryLater):
        store.purge("a")
    assert store.deleted_names() == ["a"]


def test_purge_protection_gives_the_day_on_which_the_vault_itself_purges(key_vaults: VaultBench) -> None:
    store = key_vaults.store(key_vaults.application)
    store.set("a", "one")
    due = store.purge("a")
    assert due is not None
    assert (due - key_vaults.clock()).days in (89, 90)
    assert due.utcoffset() == timedelta(0)
    assert store.get("a") is None
    assert store.deleted_names() == ["a"]
    assert "DELETE" not in key_vaults.calls()[-2:], "a purge that cannot be is not asked for"
