"""How the real client and a vault speak: the facts the stand-in must have (kit, azure-emulators, 3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError

from local.identity import IdentityEndpoint
from tests.support.key_vault import VaultBench

LONG = timedelta(seconds=3)


def refused(error: HttpResponseError) -> tuple[int | None, str, str]:
    inner = (error.error.innererror or {}) if error.error else {}
    return error.status_code, error.error.code if error.error else "", str(inner.get("code", ""))


def test_the_first_request_has_no_token_and_no_body_the_next_has_both(
    key_vaults: VaultBench, identity: IdentityEndpoint
) -> None:
    key_vaults.client().set_secret("a", "value")
    first, second = key_vaults.server.seen
    assert (first.had_token, first.body_bytes) == (False, 0)
    assert second.had_token
    assert second.body_bytes > 0
    assert (first.method, first.path) == (second.method, second.path)
    assert identity.asked == ["https://vault.azure.net"]


def test_the_client_speaks_the_version_the_stand_in_was_made_for(key_vaults: VaultBench) -> None:
    key_vaults.client().set_secret("a", "value")
    assert {each.api_version for each in key_vaults.server.seen} == {"2026-04-01"}


def test_ids_are_canonical_whatever_address_was_used(key_vaults: VaultBench) -> None:
    host = f"{key_vaults.tenant}.vault.azure.net"
    made = key_vaults.open(f"https://{host}:443/").set_secret("a", "value")
    assert made.id == f"https://{host}/secrets/a/{made.properties.version}"


def test_a_list_comes_in_pages_of_25_without_values(key_vaults: VaultBench) -> None:
    client = key_vaults.client()
    for number in range(30):
        client.set_secret(f"s-{number:02}", "value")
    key_vaults.calls()
    pages = [list(page) for page in client.list_properties_of_secrets().by_page()]
    assert [len(page) for page in pages] == [25, 5]
    assert key_vaults.calls() == ["GET", "GET"]
    with pytest.raises(HttpResponseError, match="maxresults"):
        list(client.list_properties_of_secrets(max_page_size=26))


@pytest.mark.parametrize(("name", "value"), [("a", "x" * 25_001), ("a", ""), ("under_score", "x"), ("x" * 128, "x")])
def test_the_vault_itself_refuses_what_we_check_before(key_vaults: VaultBench, name: str, value: str) -> None:
    with pytest.raises(HttpResponseError) as error:
        key_vaults.client().set_secret(name, value)
    assert refused(error.value)[:2] == (400, "BadParameter")


def test_an_old_version_stays_readable_until_it_is_disabled(key_vaults: VaultBench) -> None:
    client = key_vaults.client()
    old = client.set_secret("a", "one").properties.version
    client.set_secret("a", "two")
    assert client.get_secret("a", old).value == "one"
    client.update_secret_properties("a", old, enabled=False)
    with pytest.raises(HttpResponseError, match="Operation get is not allowed on a disabled secret") as error:
        client.get_secret("a", old)
    assert refused(error.value) == (403, "Forbidden", "SecretDisabled")


def test_a_deleted_secret_is_not_found_and_its_name_is_taken(key_vaults: VaultBench) -> None:
    client = key_vaults.client()
    client.set_secret("a", "one")
    deleted = client.begin_delete_secret("a", _polling_interval=0).result()
    assert deleted.scheduled_purge_date - deleted.deleted_date == timedelta(days=90)
    assert deleted.recovery_id.endswith("/deletedsecrets/a")
    with pytest.raises(ResourceNotFoundError) as missing:
        client.get_secret("a")
    assert refused(missing.value)[:2] == (404, "SecretNotFound")
    with pytest.raises(ResourceExistsError) as taken:
        client.set_secret("a", "two")
    assert refused(taken.value) == (409, "Conflict", "ObjectIsDeletedButRecoverable")


def test_while_a_deletion_is_under_way_the_name_is_nowhere(key_vaults: VaultBench) -> None:
    client = key_vaults.client()
    client.set_secret("a", "one")
    key_vaults.server.vaults[key_vaults.tenant].settling = LONG
    client.begin_delete_secret("a")
    for read in (client.get_secret, client.get_deleted_secret):
        with pytest.raises(ResourceNotFoundError):
            read("a")
    for change in (lambda: client.set_secret("a", "two"), lambda: client.purge_deleted_secret("a")):
        with pytest.raises(ResourceExistsError) as taken:
            change()
        assert refused(taken.value)[2] == "ObjectIsBeingDeleted"
    key_vaults.clock.wait(3)
    assert client.get_deleted_secret("a").name == "a"


def test_what_is_recovered_is_there_again_with_its_versions(key_vaults: VaultBench) -> None:
    client = key_vaults.client()
    versions = [client.set_secret("a", value).properties.version for value in ("one", "two")]
    client.begin_delete_secret("a")
    client.begin_recover_deleted_secret("a")
    assert [client.get_secret("a", each).value for each in versions] == ["one", "two"]


def test_a_purge_leaves_nothing_and_frees_the_name(key_vaults: VaultBench) -> None:
    client = key_vaults.client()
    client.set_secret("a", "one")
    client.begin_delete_secret("a")
    client.purge_deleted_secret("a")
    assert list(client.list_deleted_secrets()) == []
    assert client.set_secret("a", "two").value == "two"
    assert len(list(client.list_properties_of_secret_versions("a"))) == 1


def test_with_purge_protection_a_purge_is_forbidden(key_vaults: VaultBench) -> None:
    client = key_vaults.client(key_vaults.application)
    client.set_secret("a", "one")
    client.begin_delete_secret("a")
    with pytest.raises(HttpResponseError, match="purge protection") as error:
        client.purge_deleted_secret("a")
    assert error.value.status_code == 403
    assert client.get_deleted_secret("a").properties.recovery_level == "Recoverable"


def test_the_vaults_of_one_server_are_apart(key_vaults: VaultBench) -> None:
    key_vaults.client(key_vaults.application).set_secret("a", "one")
    assert list(key_vaults.client().list_properties_of_secrets()) == []
